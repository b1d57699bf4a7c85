// Sealing what lies on this device, and opening it again, with keys that are handed in: by pages and by their worker.
import { answered, rows, written } from "./database.js";

const bytes = (text) => new TextEncoder().encode(text);
const sealing = (iv, id) => ({ name: "AES-GCM", iv, additionalData: bytes(id) });

async function told({ name: key }, words) {
  const signed = await crypto.subtle.sign("HMAC", key, bytes(words));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}

export const idOf = (held, name) => told(held, `entry ${name}`);
export const whoseOf = (held) => told(held, "whose");

export async function seal(held, store, name, value, durability) {
  const [id, whose, iv] = [await idOf(held, name), await whoseOf(held), crypto.getRandomValues(new Uint8Array(12))];
  const sealed = await crypto.subtle.encrypt(sealing(iv, id), held.seal, bytes(JSON.stringify(value)));
  await written(store, (entries) => entries.put({ id, whose, at: Date.now(), iv, sealed }), durability);
}

/** What lies under this name, or null. */
export async function unseal(held, store, name) {
  const id = await idOf(held, name);
  const row = await answered((await rows(store)).get(id));
  if (!row) return null;
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(sealing(row.iv, id), held.seal, row.sealed)));
}
