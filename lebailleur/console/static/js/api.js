// The simulator's HTTP API: for phones, and for faults.
const root = "/simulator/phone";
const faultsRoot = "/simulator/faults";
const digits = (phone) => phone.replace("+", "");

async function call(path, options) {
  const answer = await fetch(root + path, options);
  if (!answer.ok) throw Object.assign(new Error(`HTTP ${answer.status}`), { status: answer.status });
  return answer.json();
}
const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const people = () => call("/people");
export const addStranger = (name) => post("/people", { name });
export const messages = (phone, before) =>
  call(`/${digits(phone)}/messages${before ? `?before=${before}` : ""}`);
export const sendText = (phone, text) => post(`/${digits(phone)}/messages`, { type: "text", text });
export const tap = (phone, message, option) =>
  post(`/${digits(phone)}/messages`, { type: "tap", message, option });
export const markRead = (phone) => post(`/${digits(phone)}/read`, {});

export function sendFile(phone, kind, file, caption = "") {
  const body = new FormData();
  body.append("kind", kind);
  body.append("caption", caption);
  body.append("file", file);
  return call(`/${digits(phone)}/media`, { method: "POST", body });
}

export const faults = async () => (await fetch(faultsRoot)).json();
export const clearFaults = () => fetch(faultsRoot, { method: "DELETE" });
export const addFault = (fault) =>
  fetch(faultsRoot, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fault) });

/** Listen to all changes; `onState(false)` while the connection is lost. */
export function listen(cursor, onChange, onState) {
  const source = new EventSource(`${root}/events?cursor=${cursor}`);
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
}
