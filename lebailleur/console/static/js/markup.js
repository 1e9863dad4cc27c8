// WhatsApp's marks in a text, as elements: *bold* _italic_ ~strike~ ```code``` and links.
import { el } from "./dom.js";

const LINK = /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'»]/gi;
const CODE = /```([\s\S]+?)```|`([^`\n]+)`/;
// A mark counts when it stands at a word's edge and touches what it encloses.
const MARK = /(?<![\p{L}\p{N}*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}*_~])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };

/** A text as a list of nodes. */
export function formatted(text) {
  const nodes = [];
  let end = 0;
  for (const link of text.matchAll(LINK)) {
    nodes.push(...codes(text.slice(end, link.index)));
    nodes.push(el("a", { href: link[0], target: "_blank", rel: "noopener noreferrer" }, link[0]));
    end = link.index + link[0].length;
  }
  return [...nodes, ...codes(text.slice(end))];
}

function codes(text) {
  const found = CODE.exec(text);
  if (!found) return marks(text);
  const code = el("code", {}, found[1] ?? found[2]);
  return [...marks(text.slice(0, found.index)), code, ...codes(text.slice(found.index + found[0].length))];
}

function marks(text) {
  const found = MARK.exec(text);
  if (!found) return text ? [document.createTextNode(text)] : [];
  const inner = el(TAGS[found[1]], {}, ...marks(found[2]));
  return [...marks(text.slice(0, found.index)), inner, ...marks(text.slice(found.index + found[0].length))];
}
