// One phone: whose it is, its chat, and what its owner can send.
import * as api from "./api.js";
import { bubbleOf, typingBubble } from "./bubbles.js";
import { Composer } from "./composer.js";
import { copyOf, drawAvatar, el, setBadge } from "./dom.js";
import { openSheet } from "./sheet.js";
import { dayOf, numberOf, sameDay, t } from "./texts.js";

const NEAR = 80; // pixels from the end that still count as being there

export class Phone {
  /** `onOwner(phone)` when its owner is to be chosen anew. */
  constructor(parent, onOwner) {
    const copy = copyOf("phone");
    this.root = copy.querySelector(".phone");
    parent.append(copy);
    const find = (selector) => this.root.querySelector(selector);
    this.owner = find(".owner");
    this.screen = find(".screen");
    this.log = find(".log");
    this.presence = find(".presence");
    this.toEnd = find(".to-end");
    this.owner.onclick = () => onOwner(this);
    this.toEnd.onclick = () => this.scrollToEnd(true);
    this.log.onscroll = () => this.onScroll();
    this.composer = new Composer(find(".composer"), () => this.person.phone);
    this.typing = typingBubble();
    this.online = true;
    this.act = {
      onTap: (message, option) => this.composer.attempt(() => api.tap(this.person.phone, message.wamid, option)),
      onList: (message, opener) => openSheet(this.screen, message, opener, (row) => this.act.onTap(message, row)),
    };
    new ResizeObserver(() => { if (this.atEnd) this.scrollToEnd(); }).observe(this.log);
  }

  /** Whether a person sees it now: only then is what arrives read. */
  get seen() { return document.visibilityState === "visible" && this.visible; }

  /** Whether the page has room for this phone. */
  get visible() { return this.root.offsetParent !== null; }

  /** Show this person's chat. */
  async open(person) {
    this.person = person;
    this.messages = new Map();
    this.missed = 0;
    this.more = false;
    this.root.setAttribute("aria-label", t("phone_of", { name: person.name }));
    this.owner.querySelector(".name").textContent = person.name;
    this.owner.querySelector(".about").textContent =
      [person.role ? t(person.role) : null, numberOf(person.phone)].filter(Boolean).join(" · ");
    drawAvatar(this.owner.querySelector(".avatar"), person.name, person.phone);
    this.composer.open();
    await this.reload();
  }

  /** Load the last messages anew. */
  async reload() {
    const { person } = this;
    const page = await api.messages(person.phone);
    if (this.person !== person) return; // another was chosen meanwhile
    this.more = page.more;
    this.messages = new Map();
    this.log.replaceChildren();
    if (!page.messages.length) this.log.append(this.hint());
    for (const message of page.messages) this.put(message);
    this.arrange();
    this.setTyping(page.typing_for);
    this.scrollToEnd();
    this.readSoon();
  }

  /** What one could write first, when nothing has been written. */
  hint() {
    const role = ["landlord", "tenant"].includes(this.person.role) ? this.person.role : "stranger";
    const ideas = t(`ideas_${role}`).split("|").map((idea) =>
      el("button", { type: "button", onclick: () => this.composer.suggest(idea) }, idea));
    return el("div", { className: "note hint" }, el("p", {}, t(`hint_${role}`)), ...ideas);
  }

  /** A change of this person's chat. */
  onChange({ message, typing_for: typingFor }) {
    this.setTyping(typingFor);
    if (!message) return;
    const isNew = !this.messages.has(message.id);
    if (isNew && this.messages.size && message.id < Math.min(...this.messages.keys())) return; // further up
    const atEnd = this.atEnd;
    this.log.querySelector(".hint")?.remove();
    const element = this.put(message);
    if (!isNew) return;
    this.arrange();
    element.classList.add("new");
    if (atEnd || message.mine) this.scrollToEnd();
    else if (!message.mine) this.missed += 1;
    this.showToEnd();
    if (!message.mine) this.readSoon();
  }

  /** Add a message, or put its new form in place of the old. */
  put(message) {
    const element = bubbleOf(message, this.act);
    const old = this.messages.get(message.id);
    this.messages.set(message.id, { message, element });
    if (old && JSON.stringify(old.message) === JSON.stringify(message)) {
      this.messages.set(message.id, old);
      return old.element;
    }
    if (old && old.message.kind === message.kind && message.state !== "failed") {
      old.element.querySelector(".meta")?.replaceWith(element.querySelector(".meta"));
      this.messages.set(message.id, { message, element: old.element });
      return old.element;
    }
    if (old) old.element.replaceWith(element);
    else this.log.insertBefore(element, this.after(message.id));
    return element;
  }

  /** The element before which a message belongs; looked for from the end, where most go. */
  after(id) {
    let after = null;
    for (let element = this.log.lastElementChild; element; element = element.previousElementSibling) {
      if (Number(element.dataset.id) < id) break;
      if (element === this.typing || element.dataset.id) after = element;
    }
    return after;
  }

  /** Days between messages, and a tail on the first of each run; touches only what changes. */
  arrange() {
    let before = null;
    for (const element of this.log.querySelectorAll("[data-id]")) {
      const { message } = this.messages.get(Number(element.dataset.id));
      const newDay = !before || !sameDay(before.at, message.at);
      const day = element.previousElementSibling?.matches(".day") ? element.previousElementSibling : null;
      if (newDay && !day) element.before(el("div", { className: "day" }, dayOf(message.at)));
      else if (!newDay) day?.remove();
      element.classList.toggle("first", newDay || before.mine !== message.mine || before.state === "failed");
      before = message;
    }
  }

  setTyping(milliseconds) {
    clearTimeout(this.typingTimer);
    const atEnd = this.atEnd;
    if (milliseconds > 0) {
      if (!this.typing.isConnected) this.log.append(this.typing);
      this.typingTimer = setTimeout(() => this.setTyping(0), milliseconds);
      if (atEnd) this.scrollToEnd();
    } else this.typing.remove();
    this.showPresence();
  }

  setOnline(online) {
    this.online = online;
    this.showPresence();
  }

  showPresence() {
    const words = !this.online ? "offline" : this.typing.isConnected ? "typing" : "business";
    if (this.presence.textContent !== t(words)) this.presence.textContent = t(words);
  }

  /** Tell WhatsApp, once things have settled, that the chat was seen. */
  readSoon() {
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => {
      const unread = [...this.messages.values()].some(({ message }) => !message.mine && message.state === "delivered");
      if (unread && this.seen) api.markRead(this.person.phone).catch(() => {});
    }, 250);
  }

  get atEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR; }

  scrollToEnd(smooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.missed = 0;
    this.showToEnd();
  }

  onScroll() {
    if (this.atEnd) this.missed = 0;
    this.showToEnd();
    if (this.log.scrollTop < 200) this.loadOlder();
  }

  showToEnd() {
    this.toEnd.hidden = this.atEnd;
    setBadge(this.toEnd.querySelector(".badge"), this.missed);
  }

  async loadOlder() {
    if (!this.more || this.loading) return;
    this.loading = true;
    const { person } = this;
    try {
      const page = await api.messages(person.phone, Math.min(...this.messages.keys()));
      if (this.person !== person) return;
      this.more = page.more;
      const fromEnd = this.log.scrollHeight - this.log.scrollTop;
      for (const message of page.messages) this.put(message);
      this.arrange();
      this.log.scrollTop = this.log.scrollHeight - fromEnd;
    } finally {
      this.loading = false;
    }
  }
}
