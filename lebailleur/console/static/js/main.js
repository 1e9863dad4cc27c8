// Two phones, the people whose they can be, and what changes meanwhile.
import * as api from "./api.js";
import { Directory } from "./directory.js";
import { setBadge } from "./dom.js";
import { setUpFaults } from "./faults.js";
import { Phone } from "./phone.js";
import { setNow, t } from "./texts.js";

const STRANGERS = ["Aline Mbarga", "Bertrand Nkomo", "Carine Tchoua", "Didier Essomba", "Estelle Ngo Bassa", "Franck Talla",
  "Grace Ebongue", "Hervé Simo", "Inès Kamdem", "Joël Atangana"];

const people = new Map();
const chooser = document.querySelector(".chooser");
let choosing; // the phone whose owner is being chosen

const phones = [0, 1].map(() => new Phone(document.querySelector(".phones"), (phone) => {
  choosing = phone;
  directories[1].search.value = "";
  directories[1].draw();
  chooser.showModal();
  if (matchMedia("(pointer: fine)").matches) directories[1].search.focus();
}));
const shown = () => phones.map((phone) => phone.person?.phone);
const act = (target) => ({
  shown: () => phones.filter((phone) => phone.visible).map((phone) => phone.person?.phone),
  onChoose: (phone) => show(target(), people.get(phone)),
  onStranger: async () => {
    const { phone } = await newStranger();
    await loadPeople();
    await show(target(), people.get(phone));
  },
});
const directories = [
  new Directory(document.querySelector(".people .directory"), people, act(() => phones[1])),
  new Directory(chooser.querySelector(".directory"), people, act(() => choosing)),
];
chooser.querySelector(".close").onclick = () => chooser.close();
chooser.onclick = (event) => { if (event.target === chooser) chooser.close(); };

/** Show a person on a phone; one who is on the other phone stays there, if that can be seen. The
 * field has the cursor at once, not when the chat is loaded: the last choice wins. */
async function show(target, person) {
  chooser.close();
  const other = phones.find((phone) => phone !== target);
  const opening = [];
  if (other.person?.phone !== person.phone) opening.push(target.open(person));
  else if (other.visible) target = other;
  else opening.push(other.open(target.person), target.open(person));
  location.replace(`#${shown().map((phone) => phone?.slice(1)).join(",")}`);
  focus(target);
  draw();
  await Promise.all(opening);
}

function focus(phone) {
  if (matchMedia("(pointer: fine)").matches) phone.composer.area.focus();
}

function newStranger() {
  const taken = new Set([...people.values()].map((person) => person.name));
  const free = STRANGERS.filter((name) => !taken.has(name));
  const names = free.length ? free : STRANGERS;
  return api.addStranger(names[Math.floor(Math.random() * names.length)]);
}

async function loadPeople() {
  const loaded = await api.people();
  setNow(loaded.now);
  people.clear();
  for (const person of loaded.people) people.set(person.phone, person);
  draw();
  return loaded.cursor;
}

let drawing = false;
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    for (const directory of directories) directory.draw();
    const waiting = [...people.values()].reduce((sum, person) => sum + person.unread, 0);
    document.title = (waiting ? `(${waiting}) ` : "") + t("title");
    for (const phone of phones) {
      const others = [...people.values()].filter((person) => person.phone !== phone.person?.phone);
      const unread = others.reduce((sum, person) => sum + person.unread, 0);
      setBadge(phone.owner.querySelector(".badge"), unread, t("unread", { n: unread }));
    }
  });
}

function onChange(change) {
  const person = people.get(change.phone);
  if (!person) return void loadPeople();
  person.unread = change.unread;
  const { message } = change;
  if (message && message.state !== "failed" && message.at >= (person.last?.at ?? 0)) person.last = message;
  for (const phone of phones) if (phone.person?.phone === change.phone) phone.onChange(change);
  draw();
}

let lost = false;
function onState(online) {
  for (const phone of phones) phone.setOnline(online);
  if (online && lost) {
    loadPeople();
    for (const phone of phones) phone.reload();
  }
  lost = !online;
}

setUpFaults(document.querySelector(".faults"), document.querySelector(".faults-open"), people);
let cursor = await loadPeople();
while (people.size < phones.length) { // nobody is registered yet: then strangers come
  await newStranger();
  cursor = await loadPeople();
}
const asked = location.hash.slice(1).split(",").map((digits) => people.get(`+${digits}`));
const everybody = [...people.values()];
const left = asked[0] ?? everybody[0];
const right = asked[1] ?? everybody.find((person) => person !== left);
const opening = [left && phones[0].open(left), right && phones[1].open(right)];
focus(phones[0]);
await Promise.all(opening);
draw();
api.listen(cursor, onChange, onState);
document.addEventListener("visibilitychange", () => phones.forEach((phone) => phone.readSoon()));
