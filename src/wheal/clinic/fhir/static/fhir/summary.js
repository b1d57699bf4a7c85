// An International Patient Summary as a page: whose, of when, by whom, and the words of its sections.
import { language, say } from "../wheal/words.js";
import { Refused } from "./link.js";
import { narrative } from "./narrative.js";

// by LOINC: what nobody must miss first (alerts, allergies, medicines, conditions), then what was injected, then the rest;
// what LOINC has no code for (reactions after treatment, said elsewhere) stands beside the allergies
const FIRST = ["104605-1", "48765-2", "10160-0", "11450-4", "18610-6", "47519-4"];
const BESIDE_ALLERGIES = FIRST.indexOf("48765-2") + 0.5;
const SEXES = ["female", "male", "other"];
const LOINC = "http://loinc.org";

/** Throws Refused where it is no whole summary of one patient. */
export function summaryIn(text) {
  const held = parsed(text);
  const entries = Array.isArray(held?.entry) ? held.entry : [];
  const title = entries[0]?.resource;
  const pointed = (reference) => entries.find((each) => reference && each.fullUrl === reference.reference)?.resource;
  const patient = pointed(title?.subject);
  const isWhole = held?.resourceType === "Bundle" && held.type === "document" && title?.resourceType === "Composition";
  if (!isWhole || patient?.resourceType !== "Patient" || !Array.isArray(title.section)) throw new Refused("document");
  if (title.status === "entered-in-error") throw new Refused("mistaken");
  return { title, patient, author: pointed(title.author?.[0]) };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("document");
  }
}

export function show(shown, { title, patient, author }, until) {
  const put = (name, words) => { shown.querySelector(`[data-${name}]`).textContent = words || say("not_known"); };
  put("name", nameOf(patient));
  put("born", day(patient.birthDate));
  put("sex", SEXES.includes(patient.gender) ? say(patient.gender) : "");
  put("by", author?.name ?? title.author?.[0]?.display);
  put("on", moment(title.date));
  put("until", until ? moment(until) : "");
  putPhone(shown.querySelector("[data-phone]"), author?.telecom?.find((each) => each.system === "phone")?.value);
  const sections = [...title.section].sort((one, other) => place(one) - place(other));
  shown.querySelector("[data-sections]").replaceChildren(...sections.map((each) => section(each, title.language)));
}

function nameOf({ name: [first = {}] = [] }) {
  return first.text ?? [...(first.given ?? []), first.family].filter(Boolean).join(" ");
}

function putPhone(where, number) {
  where.textContent = number ? "" : say("not_known");
  if (!number) return;
  const isNumber = /^[+\d][\d ().-]*$/.test(number);
  where.append(isNumber ? Object.assign(document.createElement("a"), { href: `tel:${number.replace(/[^+\d]/g, "")}`, textContent: number }) : number);
}

function place({ code }) {
  const coded = code?.coding?.find((each) => each.system === LOINC);
  if (!coded) return BESIDE_ALLERGIES;
  const found = FIRST.indexOf(coded.code);
  return found < 0 ? FIRST.length : found;
}

function section({ title, text }, spoken) {
  const [made, head, told] = ["section", "h2", "div"].map((name) => document.createElement(name));
  made.className = "card stack-small";
  if (/^[a-z]{2,3}(-\w+)*$/i.test(spoken ?? "")) made.lang = spoken;
  head.textContent = title ?? "";
  told.className = "told";
  const words = text?.div ? narrative(text.div) : null;
  if (words) told.append(words);
  else told.append(Object.assign(document.createElement("p"), { textContent: say("no_words"), lang: language }));
  for (const each of told.querySelectorAll("li")) stress(each);
  made.append(head, told);
  return made;
}

/** "Warfarin · 2026-11-02": what it is stands out from what is said of it. */
function stress(line) {
  const [first, ...more] = line.textContent.split(" · ");
  if (line.childElementCount || !more.length) return;
  line.replaceChildren(Object.assign(document.createElement("strong"), { textContent: first }), ` · ${more.join(" · ")}`);
}

export function moment(when) {
  const told = new Date(when);
  return Number.isNaN(told.getTime()) ? String(when ?? "") : new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(told);
}

/** A day as it was written, whatever the time zone here. */
function day(written) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written ?? "")) return written;
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${written}T00:00:00Z`));
}
