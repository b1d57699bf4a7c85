// What the server has not acknowledged yet is kept on this device until it has, or until log-out. It lies there
// encrypted, under names that tell nothing: without the secret that the server holds it can neither be read nor told apart.
import { answered, rows, written } from "./database.js";
import { keys } from "./keys.js";

const LONGEST = 30 * 24 * 3600 * 1000; // what nobody came back for in a month is deleted
const newest = new Map(); // name -> what waits to be written; of several only the last is
const bytes = (text) => new TextEncoder().encode(text);
let turn = Promise.resolve();

/** One after the other. Where storage is switched off or full: null, and the entry lives in the page alone. */
function inTurn(job) {
  turn = turn.then(job).catch(() => null);
  return turn;
}

const withKeys = (job) => inTurn(async () => {
  const held = await keys();
  return held ? job(held) : null;
});

async function told({ name: key }, words) {
  const signed = await crypto.subtle.sign("HMAC", key, bytes(words));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}

const idOf = (held, name) => told(held, `entry ${name}`);
const whoseOf = (held) => told(held, "whose");
const sealing = (iv, id) => ({ name: "AES-GCM", iv, additionalData: bytes(id) });

/** True once it lies on this device. */
export function keep(name, value) {
  newest.set(name, value);
  return withKeys(async (held) => {
    if (!newest.has(name)) return true; // written with the one before
    const text = JSON.stringify(newest.get(name));
    newest.delete(name);
    const [id, whose, iv] = [await idOf(held, name), await whoseOf(held), crypto.getRandomValues(new Uint8Array(12))];
    const sealed = await crypto.subtle.encrypt(sealing(iv, id), held.seal, bytes(text));
    await written("entries", (entries) => entries.put({ id, whose, at: Date.now(), iv, sealed }));
    return true;
  });
}

/** What was kept under this name, or null. */
export const kept = (name) => withKeys(async (held) => {
  const id = await idOf(held, name);
  const row = await answered((await rows("entries")).get(id));
  if (!row) return null;
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(sealing(row.iv, id), held.seal, row.sealed)));
});

export function forget(name) {
  newest.delete(name);
  return withKeys(async (held) => {
    const id = await idOf(held, name);
    await written("entries", (entries) => entries.delete(id));
  });
}

/** Of the person who is logged in. */
export const hasUnsaved = () => withKeys(async (held) => {
  const whose = await whoseOf(held);
  return (await answered((await rows("entries")).index("whose").count(whose))) > 0;
});

async function removed(index, range) {
  for (const id of await answered(index.getAllKeys(range))) index.objectStore.delete(id);
}

/** At log-out: everything of this person. What somebody else left unsaved here stays, and stays closed to all others. */
export function forgetAll() {
  newest.clear();
  return withKeys(async (held) => {
    const whose = await whoseOf(held);
    await written("entries", (entries) => removed(entries.index("whose"), IDBKeyRange.only(whose)));
  });
}

export const forgetOld = () => inTurn(() =>
  written("entries", (entries) => removed(entries.index("at"), IDBKeyRange.upperBound(Date.now() - LONGEST))));
