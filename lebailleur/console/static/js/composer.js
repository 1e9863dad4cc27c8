// Where the phone's owner types, and sends files and voice notes.
import * as api from "./api.js";
import { t } from "./texts.js";

const MOST = 16 * 1024 * 1024;
const SAMPLE = "/console/static/voice-note.ogg";

export class Composer {
  /** `phone()` tells whose messages these are. */
  constructor(form, phone) {
    const find = (selector) => form.querySelector(selector);
    this.phone = phone;
    this.controls = find("fieldset"); // disabled until the phone has an owner
    this.area = find("textarea");
    this.send = find(".send");
    this.voice = find(".voice");
    this.problem = find(".problem");
    this.menu = find(".attachments");
    this.opener = find(".attach");
    this.input = find("input[type=file]");
    this.last = Promise.resolve();
    form.onsubmit = (event) => { event.preventDefault(); this.submit(); };
    this.area.oninput = () => this.fit();
    this.area.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    };
    this.opener.onclick = () => this.showMenu(this.menu.hidden);
    find(".picture").onclick = () => this.pick("image", "image/jpeg,image/png");
    find(".document").onclick = () => this.pick("document", "");
    this.voice.onclick = () => this.attempt(() => this.sendSample());
    this.input.onchange = () => this.sendPicked();
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.menu.hidden) { this.showMenu(false); this.opener.focus(); }
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) this.showMenu(false); });
  }

  /** Ready for what the phone's new owner writes. */
  open() {
    this.controls.disabled = false;
    this.clear();
  }

  clear() {
    this.area.value = "";
    this.problem.hidden = true;
    this.fit();
  }

  /** Put words into the field, for the person to send or change. */
  suggest(words) {
    this.area.value = words;
    this.fit();
    this.area.focus();
  }

  /** Do something that sends, after what was sent before it; say so when it fails. */
  attempt(action) {
    this.problem.hidden = true;
    this.last = this.last.then(action).then(() => true, (error) => {
      this.problem.textContent = t(error.status === 413 ? "too_large" : "not_sent");
      this.problem.hidden = false;
      return false;
    });
    return this.last;
  }

  async submit() {
    const text = this.area.value.trim();
    if (!text) return;
    const phone = this.phone();
    this.clear();
    this.area.focus();
    const sent = await this.attempt(() => api.sendText(phone, text));
    if (!sent && !this.area.value && this.phone() === phone) this.suggest(text);
  }

  /** The area as high as its text; the microphone gives way to the send button. */
  fit() {
    this.area.style.height = "44px";
    this.area.style.height = `${Math.min(Math.max(this.area.scrollHeight, 44), 130)}px`;
    const empty = !this.area.value.trim();
    this.voice.hidden = !empty;
    this.send.hidden = empty;
  }

  showMenu(shown) {
    this.menu.hidden = !shown;
    this.opener.setAttribute("aria-expanded", shown);
    if (shown) this.menu.querySelector("button").focus();
  }

  pick(kind, accept) {
    this.showMenu(false);
    this.kind = kind;
    this.input.accept = accept;
    this.input.value = "";
    this.input.click();
  }

  sendPicked() {
    const [file] = this.input.files;
    const { kind } = this;
    const phone = this.phone();
    if (!file) return;
    const caption = this.area.value.trim();
    this.clear();
    this.attempt(async () => {
      if (file.size > MOST) throw Object.assign(new Error("too large"), { status: 413 });
      await api.sendFile(phone, kind, file, caption);
    });
  }

  async sendSample() {
    const phone = this.phone();
    const sound = await (await fetch(SAMPLE)).blob();
    const file = new File([sound], "voice-note.ogg", { type: "audio/ogg; codecs=opus" });
    await api.sendFile(phone, "voice", file);
  }
}
