// A SMART Health Link, and what its door answers. Only a door of this very site is knocked at.
import { bytes, words } from "./sealed.js";

const PREFIX = "shlink:/";
const FHIR = "application/fhir+json";
const KNOWN_FLAGS = /^[LP]*$/;

/** `reason` is the name of a sentence in the page's words, `figures` what stands in it. */
export class Refused extends Error {
  constructor(reason, figures = {}) {
    super(reason);
    this.reason = reason;
    this.figures = figures;
  }
}

/** What the link says. Throws Refused. */
export function linkIn(fragment, links) {
  const told = read(fragment);
  if ((told.v ?? 1) !== 1 || !KNOWN_FLAGS.test(told.flag ?? "")) throw new Refused("newer");
  if (!isOurs(told.url, links)) throw new Refused("foreign", { host: told.url.host, here: location.host });
  if (told.until && told.until < new Date()) throw new Refused("expired_on", { until: told.until });
  return told;
}

function read(fragment) {
  try {
    const text = decodeURIComponent(fragment);
    if (!text.includes(PREFIX)) throw new Error("no link");
    const { url, key, flag, label, exp, v } = JSON.parse(words(bytes(text.split(PREFIX).pop())));
    const held = { url: new URL(url), key: bytes(key), flag, v, label: String(label ?? "") };
    if (held.key.length !== 32) throw new Error("no key");
    return { ...held, asksPasscode: String(flag ?? "").includes("P"), until: exp ? new Date(exp * 1000) : null };
  } catch {
    throw new Refused("link");
  }
}

const isOurs = (url, links) => url.origin === location.origin && url.pathname.startsWith(links);

/** The encrypted document. Throws Refused. */
export async function fetched(link, links, recipient, passcode) {
  const said = { recipient, ...(passcode && { passcode }) };
  const answer = await ask(link.url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said) });
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) throw passcodeRefused(told);
  if (answer.status === 404) throw new Refused(["expired", "ended", "shut"].includes(told.why) ? told.why : "unknown");
  if (answer.status === 429) throw new Refused("busy");
  if (!answer.ok) throw new Refused("away");
  return documentOf(told, links);
}

const passcodeRefused = ({ remainingAttempts: left }) => (left === 0 ? new Refused("shut") : new Refused("wrong", { left }));

async function documentOf(manifest, links) {
  const file = manifest.files?.find((each) => String(each.contentType).startsWith(FHIR));
  if (!file) throw new Refused("document");
  if (file.embedded) return file.embedded;
  const place = new URL(file.location, location.origin);
  if (!isOurs(place, links)) throw new Refused("foreign", { host: place.host, here: location.host });
  const answer = await ask(place);
  if (!answer.ok) throw new Refused("away");
  return answer.text();
}

/** Without cookies, without telling where from, not kept, led nowhere else. */
async function ask(address, more = {}) {
  try {
    return await fetch(address, { credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer", ...more });
  } catch {
    throw new Refused("away");
  }
}
