// One message as an element.
import { el, icon } from "./dom.js";
import { formatted } from "./markup.js";
import { soundOf } from "./sound.js";
import { sizeOf, t, timeOf } from "./texts.js";

const LONG = 1500; // characters after which a text is folded
const SHOWN = 1000;

/** The element of a message. `act` has onTap(message, optionId) and onList(message, button). */
export function bubbleOf(message, act) {
  if (message.state === "failed") {
    const words = `failed_${message.error}`;
    const text = t(words) === words ? t("failed", { code: message.error }) : t(words);
    return el("div", { className: "note", "data-id": message.id }, text);
  }
  const words = message.text ? wordsOf(message.text) : null;
  const foot = message.footer ? el("div", { className: "foot" }, ...formatted(message.footer)) : null;
  const bubble = el(
    "div", { className: "bubble" },
    quoteOf(message), mediaOf(message),
    message.header ? el("div", { className: "head" }, ...formatted(message.header)) : null,
    words, foot,
  );
  (foot ?? words ?? bubble).append(metaOf(message)); // on the last line, where there is room
  const options = optionsOf(message, act);
  if (options) bubble.append(options);
  return el(
    "div",
    {
      className: `message ${message.mine ? "out" : "in"}${options ? " with-options" : ""}`,
      "data-id": message.id,
    },
    bubble,
  );
}

export function typingBubble() {
  return el("div", { className: "message in first typing", "aria-hidden": "true" },
    el("div", { className: "bubble" }, el("i"), el("i"), el("i")));
}

function wordsOf(text) {
  const inner = el("span");
  if (text.length <= LONG) inner.append(...formatted(text));
  else {
    const more = el("button", { className: "expand", type: "button" }, t("more"));
    more.onclick = () => inner.replaceChildren(...formatted(text));
    inner.append(...formatted(text.slice(0, SHOWN)), "… ", more);
  }
  return el("div", { className: "words", dir: "auto" }, inner);
}

function quoteOf(message) {
  if (!message.quote) return null;
  return el("div", { className: "quote" },
    el("strong", {}, message.quote.mine ? t("you") : "LeBailleur"),
    el("span", {}, ...formatted(message.quote.text)));
}

function metaOf(message) {
  const meta = el("span", { className: "meta" }, el("time", { dateTime: new Date(message.at).toISOString() }, timeOf(message.at)));
  if (message.mine) {
    const tick = icon(message.state === "sent" ? "t-sent" : "t-double", message.state);
    tick.setAttribute("aria-hidden", "false");
    tick.setAttribute("role", "img");
    tick.setAttribute("aria-label", t(message.state));
    meta.append(tick);
  }
  return meta;
}

function optionsOf(message, act) {
  const made = [];
  for (const button of message.buttons ?? []) {
    made.push(el("button", { type: "button", onclick: () => act.onTap(message, button.id) }, icon("i-reply"), button.title));
  }
  if (message.list) {
    const open = el("button", { type: "button", "aria-haspopup": "dialog" }, icon("i-list"), message.list.button);
    open.onclick = () => act.onList(message, open);
    made.push(open);
  }
  if (message.link) {
    const open = el("button", { type: "button" }, icon("i-link"), message.link.title);
    open.onclick = () => window.open(message.link.url, "_blank", "noopener");
    made.push(open);
  }
  return made.length ? el("div", { className: "options" }, ...made) : null;
}

function mediaOf(message) {
  const media = message.media;
  if (!media?.url) return null;
  const type = message.kind === "audio" ? "audio" : (media.mime ?? "").split("/")[0];
  if (type === "audio") return soundOf(media);
  if (type === "image") {
    return el("a", { className: "photo", href: media.url, target: "_blank", rel: "noopener" },
      el("img", { src: media.url, alt: message.text || t("picture"), loading: "lazy" }));
  }
  const name = media.name || t("document");
  const extension = (name.includes(".") ? name.split(".").pop() : "file").slice(0, 4).toUpperCase();
  const about = [extension, media.size ? sizeOf(media.size) : null].filter(Boolean).join(" · ");
  return el("a",
    { className: "file", href: media.url, target: "_blank", rel: "noopener", "aria-label": `${t("open", { name })}, ${about}` },
    el("span", { className: `paper${extension === "PDF" ? "" : " other"}` }, extension),
    el("span", { className: "what" }, el("strong", {}, name), el("small", {}, about)));
}
