// The keys under which this device keeps what is not saved yet. The server holds the secret for this person and this
// device until they log out; here it is in memory alone, and in a form that no script can read back.
import { lend, lent } from "./away.js";
import { deviceName } from "./database.js";
import { token, whose } from "./token.js";

const ADDRESS = document.body.dataset.keys; // of whoever is logged in, or of the link that a patient opened
const bytes = (text) => new TextEncoder().encode(text);
let held = null;

/** Resolves to {seal, name}, or null: logged out, not reachable, or a browser without cryptography (plain http). */
export function keys() {
  held ??= asked()
    .catch(() => null)
    .then((answer) => {
      if (!answer) held = null; // asked again the next time
      return answer;
    });
  return held;
}

async function asked() {
  if (!globalThis.crypto?.subtle) return null;
  let secret;
  try {
    secret = await secretFromServer();
  } catch {
    return lendOn(await lent()); // no connection
  }
  return lendOn(secret && (await derived(secret)));
}

function lendOn(made) {
  if (made) lend(made);
  return made;
}

async function ask() {
  const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json", ...whose };
  const body = new URLSearchParams({ device: await deviceName() });
  return fetch(ADDRESS, { method: "POST", headers, body });
}

/** Is the server there, and does it know us? "person": it knows somebody else. */
export async function reach() {
  try {
    const response = await ask();
    if (response.ok && !response.redirected) return "here";
    if (response.status >= 500) return "away";
    const { why } = await response.json().catch(() => ({}));
    return why ?? "logged-out";
  } catch {
    return "away";
  }
}

async function secretFromServer() {
  const response = await ask();
  if (!response.ok || response.redirected) return null;
  return Uint8Array.from(atob((await response.json()).secret), (sign) => sign.charCodeAt(0));
}

async function derived(secret) {
  const root = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const by = (use) => ({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(use) });
  const [seal, name] = await Promise.all([
    crypto.subtle.deriveKey(by("seal"), root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    crypto.subtle.deriveKey(by("name"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  ]);
  return { seal, name };
}
