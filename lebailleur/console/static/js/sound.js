// A voice note: play and pause, bars that fill as it plays, and the time.
import { el, icon } from "./dom.js";
import { t } from "./texts.js";

const BARS = 30;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** The player of one sound file. The bars are drawn from its address, not from its sound. */
export function soundOf(media) {
  const audio = new Audio();
  audio.preload = "metadata";
  audio.src = media.url;
  const button = el("button", { type: "button", className: "round", "aria-label": t("play") }, icon("i-play"));
  const bars = el("span", { className: "bars", "aria-hidden": "true" });
  let seed = [...media.url].reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) >>> 0, 5);
  for (let number = 0; number < BARS; number += 1) {
    seed = (seed * 1103515245 + 12345) >>> 0;
    const bar = el("i");
    bar.style.setProperty("--h", 18 + ((seed >>> 16) % 70));
    bars.append(bar);
  }
  const time = el("small", {}, "0:00");
  const show = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    time.textContent = clock(audio.currentTime || length);
    const played = length ? (audio.currentTime / length) * BARS : 0;
    [...bars.children].forEach((bar, number) => bar.classList.toggle("played", number < played));
    button.replaceChildren(icon(audio.paused ? "i-play" : "i-pause"));
    button.setAttribute("aria-label", t(audio.paused ? "play" : "pause"));
  };
  for (const event of ["loadedmetadata", "timeupdate", "play", "pause"]) audio.addEventListener(event, show);
  audio.addEventListener("ended", () => { audio.currentTime = 0; });
  button.onclick = () => (audio.paused ? audio.play() : audio.pause());
  return el("div", { className: "sound", role: "group", "aria-label": t("voice_note") }, button, bars, time);
}
