// A bad day at Meta's: faults that are switched on and off from the page.
import * as api from "./api.js";
import { el } from "./dom.js";
import { numberOf, t } from "./texts.js";

// name of its text → the fault as the simulator's API takes it
const KINDS = {
  rate: { kind: "refuse", code: 130429, http: 429, retry_after: 2 },
  pair: { kind: "refuse", code: 131056 },
  down: { kind: "refuse", code: 131016 },
  token: { kind: "refuse", code: 190 },
  window: { kind: "fail", code: 131047 },
  unreachable: { kind: "fail", code: 131026 },
  lost: { kind: "lose_answer" },
  slow: { kind: "slow", milliseconds: 3000 },
  shuffle: { kind: "shuffle" },
  twice: { kind: "repeat" },
  files: { kind: "refuse", code: 131016, calls: "media" },
};

/** The dialog, and the button that opens it. `people` is the shared Map of all people. */
export function setUpFaults(dialog, opener, people) {
  const form = dialog.querySelector("form");
  const kind = form.elements.fault;
  const phone = form.elements.phone;
  const waiting = dialog.querySelector(".waiting");
  kind.append(...Object.keys(KINDS).map((name) => el("option", { value: name }, t(`fault_${name}`))));

  const is = (fault, { kind, code = fault.code, calls = "messages" }) =>
    fault.kind === kind && fault.code === code && fault.calls === calls;

  async function draw() {
    const found = await api.faults();
    waiting.replaceChildren(...found.map((fault) => {
      const name = Object.keys(KINDS).find((each) => is(fault, KINDS[each]));
      const whom = fault.phone ? numberOf(`+${fault.phone}`) : t("fault_everybody");
      return el("li", {}, `${name ? t(`fault_${name}`) : fault.kind} · ${whom} · ${t("fault_times", { n: fault.times })}`);
    }));
    if (!found.length) waiting.append(el("li", {}, t("fault_none")));
    opener.classList.toggle("on", found.length > 0);
  }

  opener.onclick = async () => {
    const names = [...people.values()].map((person) => el("option", { value: person.phone.slice(1) }, person.name));
    phone.replaceChildren(el("option", { value: "" }, t("fault_everybody")), ...names);
    await draw();
    dialog.showModal();
  };
  kind.onchange = () => {
    phone.disabled = "calls" in KINDS[kind.value];  // files are for nobody
    if (phone.disabled) phone.value = "";
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    await api.addFault({ ...KINDS[kind.value], times: Number(form.elements.times.value), phone: phone.value || null });
    await draw();
  };
  dialog.querySelector(".clear").onclick = async () => { await api.clearFaults(); await draw(); };
  dialog.querySelector(".close").onclick = () => dialog.close();
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
  draw();
}
