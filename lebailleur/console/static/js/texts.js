// The page's words in its language, and dates and sizes written its way.
const texts = JSON.parse(document.getElementById("texts").textContent);
export const language = document.documentElement.lang;

/** The text of this name, with {places} filled in; a name without text is shown as it is. */
export function t(name, values = {}) {
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, (_, place) => values[place] ?? "");
}

// The browser may know more than the language: en-GB and en-US write the time differently.
const locale = navigator.language.startsWith(language) ? navigator.language : language;
const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
const longDay = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const shortDay = new Intl.DateTimeFormat(locale, { day: "2-digit", month: "2-digit", year: "2-digit" });

let clockOffset = 0;
/** Take over the simulator's clock, which may have been moved: its present time in ms. */
export function setNow(now) { clockOffset = now - Date.now(); }

export const timeOf = (ms) => hour.format(ms);
const startOfDay = (ms) => new Date(ms).setHours(0, 0, 0, 0);
export const sameDay = (a, b) => startOfDay(a) === startOfDay(b);

function daysAgo(ms) { return Math.round((startOfDay(Date.now() + clockOffset) - startOfDay(ms)) / 864e5); }

/** "Today", "Yesterday", a weekday of this week, or the date. */
export function dayOf(ms) {
  const ago = daysAgo(ms);
  if (ago === 0) return t("today");
  if (ago === 1) return t("yesterday");
  const text = ago > 1 && ago < 7 ? weekday.format(ms) : longDay.format(ms);
  return text[0].toUpperCase() + text.slice(1);
}

/** The time today, otherwise the day, short. */
export function whenOf(ms) {
  const ago = daysAgo(ms);
  if (ago === 0) return timeOf(ms);
  return ago === 1 ? t("yesterday") : shortDay.format(ms);
}

export function sizeOf(bytes) {
  const units = language === "fr" ? ["o", "ko", "Mo"] : ["B", "kB", "MB"];
  const power = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : 2;
  const digits = power === 2 ? 1 : 0;
  return `${(bytes / 1000 ** power).toLocaleString(locale, { maximumFractionDigits: digits })} ${units[power]}`;
}

/** A number as people of its country write it, when it is Cameroonian: +237 6 77 12 34 56. */
export function numberOf(phone) {
  return phone.replace(/^\+237(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "+237 $1 $2 $3 $4 $5");
}
