// Small helpers to build elements; text is always set as text, never as HTML.

/** An element with attributes, properties (`onclick`, `hidden` …) and children. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name in made && !name.includes("-")) made[name === "class" ? "className" : name] = value;
    else made.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An icon of icons.svg. */
export function icon(name, className = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  if (className) svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A copy of what a <template> holds. */
export function copyOf(id) {
  return document.getElementById(id).content.cloneNode(true);
}

/** Fill an avatar with a name's initials, on a colour that stays that person's. */
export function drawAvatar(avatar, name, phone) {
  const words = name.replace(/[^\p{L}\p{N} ]/gu, "").trim().split(/\s+/);
  avatar.textContent = (words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "");
  avatar.dataset.hue = [...phone].reduce((sum, digit) => (sum * 31 + digit.charCodeAt(0)) % 997, 7) % 6;
}

/** Make these the only children, in this order; those that are in their place already stay untouched. */
export function keepOnly(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}

export function setBadge(badge, count, label) {
  badge.hidden = !count;
  badge.textContent = count > 99 ? "99+" : count;
  if (label) badge.setAttribute("aria-label", label);
}
