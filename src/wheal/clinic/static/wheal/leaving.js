// A log-out without a connection. The device is cleared at once; the log-in on the server ends as soon as the server
// answers, whichever page or worker of Wheal notices that first. What waits says which log-in, and opens nothing.
import { answered, rows, written } from "./database.js";

const LOG_OUT = "/accounts/logout/";
const LATER = [408, 429]; // and 5xx: nothing was done

/** token: of this log-in alone. A later one has another, so that it cannot be ended by what is left here. */
export const leave = (device, token) => written("device", (row) => row.put({ device, token }, "leaving"));

export const stayed = () => written("device", (row) => row.delete("leaving"));

async function left() {
  try {
    return await answered((await rows("device")).get("leaving"));
  } catch {
    return undefined; // storage is switched off: nothing can wait here
  }
}

export const isWaiting = async () => Boolean(await left());

/** True where no log-out waits, or the one that waited is done. */
export async function isOut() {
  const { device, token } = (await left()) ?? {};
  if (!token) return true;
  const headers = { "X-CSRFToken": token, "X-Requested-With": "fetch" };
  try {
    const { status } = await fetch(LOG_OUT, { method: "POST", redirect: "manual", headers, body: new URLSearchParams({ device }) });
    if (status >= 500 || LATER.includes(status)) return false;
  } catch {
    return false;
  }
  await stayed();
  return true;
}
