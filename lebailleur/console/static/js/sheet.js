// The sheet from which one row of a list message is chosen.
import { el, icon } from "./dom.js";
import { t } from "./texts.js";

/** Open the list of a message over its phone; `onChoose(rowId)` when one is sent. */
export function openSheet(screen, message, opener, onChoose) {
  const sheet = screen.querySelector(".sheet");
  const behind = [...screen.children].filter((child) => child !== sheet);
  const send = el("button", { type: "submit", className: "round", disabled: true, "aria-label": t("send") }, icon("i-send"));
  const close = () => {
    sheet.hidden = true;
    sheet.replaceChildren();
    for (const element of behind) element.inert = false;
    opener.focus();
  };
  const rows = el("div", { className: "rows" });
  for (const section of message.list.sections) {
    if (section.title) rows.append(el("h3", {}, section.title));
    for (const row of section.rows) {
      const radio = el("input", { type: "radio", name: "row", value: row.id, required: true });
      radio.onchange = () => { send.disabled = false; };
      rows.append(el("label", {},
        el("span", {}, row.title, row.description ? el("small", {}, row.description) : null), radio));
    }
  }
  const form = el("form", {},
    el("header", {},
      el("button", { type: "button", className: "round", onclick: close, "aria-label": t("close") }, icon("i-close")),
      el("h2", {}, message.list.button)),
    rows,
    el("footer", {}, t("pick"), send));
  form.onsubmit = (event) => {
    event.preventDefault();
    const chosen = new FormData(form).get("row");
    close();
    onChoose(chosen);
  };
  sheet.onclick = (event) => { if (event.target === sheet) close(); };
  sheet.onkeydown = (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } };
  sheet.setAttribute("aria-label", message.list.button);
  sheet.replaceChildren(form);
  sheet.hidden = false;
  for (const element of behind) element.inert = true;
  rows.querySelector("input").focus();
}
