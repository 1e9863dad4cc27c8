// The list of people, in the side panel and in the chooser: search, groups, unread badges.
import { copyOf, drawAvatar, el, keepOnly, setBadge } from "./dom.js";
import { formatted } from "./markup.js";
import { numberOf, t, whenOf } from "./texts.js";

const RECENT = 6;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Directory {
  /** `people` is the shared Map; `act` has onChoose(phone), onStranger() and shown() → phones. */
  constructor(root, people, act) {
    root.append(copyOf("directory"));
    this.people = people;
    this.act = act;
    this.list = root.querySelector(".list");
    this.rows = new Map(); // one button a person, kept: a press in the middle of a change still counts
    this.search = root.querySelector("input");
    this.search.oninput = () => this.draw();
    root.querySelector(".new-stranger").onclick = () => act.onStranger();
    root.addEventListener("keydown", (event) => this.moveFocus(event));
  }

  draw() {
    const wanted = plain(this.search.value.trim());
    const all = [...this.people.values()].filter(
      (person) => !wanted || plain(`${person.name} ${t(person.role)} ${person.phone} ${numberOf(person.phone)}`).includes(wanted),
    );
    const recent = wanted ? [] : all.filter((person) => person.last)
      .sort((a, b) => b.last.at - a.last.at).filter((person, place) => place < RECENT || person.unread);
    const groups = new Map(recent.length ? [["recent", recent]] : []);
    for (const person of all) {
      if (recent.includes(person)) continue;
      if (!groups.has(person.group)) groups.set(person.group, []);
      groups.get(person.group).push(person);
    }
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.phone : null;
    const rows = [...groups].flatMap(([group, members]) => [el("h3", {}, t(group)), ...members.map((one) => this.row(one))]);
    if (!rows.length) rows.push(el("p", { className: "nobody" }, t("nobody")));
    keepOnly(this.list, rows);
    // One stop for the tab key; arrows go from person to person.
    const first = this.list.querySelector("[aria-current]") ?? this.list.querySelector(".person");
    for (const row of this.list.querySelectorAll(".person")) row.tabIndex = row === first ? 0 : -1;
    if (focused) this.list.querySelector(`[data-phone="${focused}"]`)?.focus();
  }

  row(person) {
    const { phone } = person;
    if (!this.rows.has(phone)) {
      this.rows.set(phone, el("button", { type: "button", "data-phone": phone, onclick: () => this.act.onChoose(phone) }));
    }
    const row = this.rows.get(phone);
    row.className = `person${person.unread ? " unread" : ""}`;
    if (this.act.shown().includes(phone)) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    const about = [person.role ? t(person.role) : null, numberOf(phone)].filter(Boolean).join(" · ");
    const what = el("span", { className: "what" }, el("strong", {}, person.name), el("small", {}, preview(person) ?? about));
    const avatar = el("span", { className: "avatar", "aria-hidden": "true" });
    drawAvatar(avatar, person.name, phone);
    row.replaceChildren(avatar, what, this.side(person));
    return row;
  }

  side(person) {
    const side = el("span", { className: "side" });
    if (person.last) side.append(el("time", {}, whenOf(person.last.at)));
    if (person.unread) {
      const badge = el("span", { className: "badge" });
      setBadge(badge, person.unread, t("unread", { n: person.unread }));
      side.append(badge);
    }
    return side;
  }

  moveFocus(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const rows = [...this.list.querySelectorAll(".person")];
    const at = rows.indexOf(document.activeElement);
    const next = rows[at + step] ?? (step > 0 ? null : this.search);
    if (next) { event.preventDefault(); next.focus(); }
  }
}

function preview(person) {
  if (!person.last) return null;
  const { text, kind, mine } = person.last;
  const instead = { audio: t("voice_note"), image: t("picture"), document: t("document"), video: t("video") }[kind];
  const words = el("span", {}, ...formatted(text ?? "")).textContent.replace(/\s+/g, " ");
  return (mine ? t("me") : "") + (words || instead || "");
}

