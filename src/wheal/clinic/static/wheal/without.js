// What both workers of Wheal do without a connection: its own page instead of the browser's, with what that page needs.
import { isOut } from "./leaving.js";

const STATIC = "wheal-static";
const AWAY = "/sessions/away/";
const HASHED = /\.[0-9a-f]{12}\./; // never changes under its name
const NEEDED = /(?:href|src|from|import)[\s(=]*"((?:\/static\/|\.{1,2}\/)[^"]+)"/g;

const looked = new Set(); // looked for since this worker woke

/** All that a page asks for, scripts that scripts import included. `at`: where the text is from. */
export async function keepNeeded(text, at) {
  const cache = await caches.open(STATIC);
  const needed = [...text.matchAll(NEEDED)].map((found) => new URL(found[1], new URL(at, location.origin)).pathname);
  await Promise.all(needed.filter((path) => !looked.has(path)).map(async (path) => {
    looked.add(path);
    const answer = await fetch(path).catch((problem) => {
      looked.delete(path);
      throw problem;
    });
    if (!answer.ok) return;
    await cache.put(path, answer.clone());
    if (path.endsWith(".js")) await keepNeeded(await answer.text(), path);
  }));
}

export async function keepAway() {
  const answer = await fetch(AWAY);
  if (!answer.ok) throw new Error(`the page for the time without a connection answered ${answer.status}`);
  await (await caches.open(STATIC)).put(AWAY, answer.clone());
  await keepNeeded(await answer.text(), AWAY);
}

export const away = async () => (await caches.match(AWAY)) ?? Response.error();

/** What was tapped and reached nobody: the page that it was tapped on, as it can be had, with the word that it was not done. */
export async function sent(request) {
  if (!(await isOut())) return away();
  return fetch(request).catch(() => {
    const from = request.referrer.startsWith(location.origin) ? new URL(request.referrer) : null;
    return from ? Response.redirect(`${from.pathname}${from.search}#not-done`, 303) : away();
  });
}

export async function asset(request, path) {
  if (HASHED.test(path)) {
    const found = await caches.match(request);
    if (found) return found;
  }
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(STATIC)).put(request, answer.clone());
    return answer;
  } catch (problem) {
    const found = await caches.match(request);
    if (found) return found;
    throw problem;
  }
}
