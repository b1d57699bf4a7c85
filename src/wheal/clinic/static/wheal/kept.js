// What the server has not acknowledged yet is kept on this device until it has, or until log-out. It lies there
// encrypted, under names that tell nothing: without the secret that the server holds it can neither be read nor told apart.
import { answered, rows, written } from "./database.js";
import { keys } from "./keys.js";
import { idOf, seal, unseal, whoseOf } from "./sealing.js";

const HOUR = 3600 * 1000;
const LONGEST = { entries: 30 * 24 * HOUR, beside: 12 * HOUR }; // what nobody came back for is deleted
const STORES = Object.keys(LONGEST);
const newest = new Map(); // name -> what waits to be written; of several only the last is
let [turn, isOver] = [Promise.resolve(), false];

/** One after the other. Where storage is switched off or full: null, and the entry lives in the page alone. */
function inTurn(job) {
  turn = turn.then(job).catch(() => null);
  return turn;
}

const withKeys = (job) => inTurn(async () => {
  const held = await keys();
  return held ? job(held) : null;
});

function put(store, name, value, durability) {
  if (isOver) return Promise.resolve(null);
  newest.set(name, value);
  return withKeys(async (held) => {
    if (!newest.has(name)) return true; // written with the one before
    const last = newest.get(name);
    newest.delete(name);
    await seal(held, store, name, last, durability);
    return true;
  });
}

/** True once it lies on this device. */
export const keep = (name, value) => put("entries", name, value, "strict");

/** What was kept under this name, or null. */
export const kept = (name) => withKeys((held) => unseal(held, "entries", name));

/** What the server has, or nobody would miss for long: the past of a drawing. */
export const keepBeside = (name, value) => put("beside", name, value, "relaxed");
export const keptBeside = (name) => withKeys((held) => unseal(held, "beside", name));

export function forget(name) {
  newest.delete(name);
  return withKeys(async (held) => {
    const id = await idOf(held, name);
    await written("entries", (entries) => entries.delete(id), "relaxed"); // the server has it
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

/**
 * At log-out: everything of this person, and nothing is kept any more. What somebody else left unsaved here stays, and
 * stays closed to all others.
 */
export function forgetAll() {
  isOver = true;
  newest.clear();
  return withKeys(async (held) => {
    const whose = await whoseOf(held);
    for (const store of STORES) await written(store, (entries) => removed(entries.index("whose"), IDBKeyRange.only(whose)));
  });
}

export const forgetOld = () => inTurn(async () => {
  for (const store of STORES) {
    await written(store, (entries) => removed(entries.index("at"), IDBKeyRange.upperBound(Date.now() - LONGEST[store])));
  }
});
