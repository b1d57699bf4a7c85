// The pages of sessions for the time without a connection. The page sealed is the page as the server gave it; what opens
// it is in the memory of this worker alone, for as long as a page of Wheal is open, and never on the disk.
import { seal, unseal } from "./sealing.js";

const PAGES = /^\/sessions\/\d+\/(screen|plan|consent|mix|inject|check|sign)\/$/;
const STATIC = "wheal-static";
const AWAY = "/sessions/away/";
const STEPS = ["screen", "plan", "consent", "mix", "inject", "check", "sign"];
const ANEW = 10 * 60 * 1000; // a session's other steps are fetched again after this long
const PATIENCE = 10000; // milliseconds until the kept page is shown
const HASHED = /\.[0-9a-f]{12}\./; // never changes under its name

let held = null; // the keys of whoever is logged in
const waiting = new Map(); // pages that came before the keys did
const fetched = new Map(); // session -> when its other steps were fetched last

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(STATIC).then((cache) => cache.add(AWAY)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { what, keys } = event.data;
  if (what === "take") event.waitUntil(take(keys));
  if (what === "forget") forget();
  if (what === "give") event.ports[0].postMessage(held);
});

function forget() {
  held = null;
  waiting.clear();
  fetched.clear();
}

async function take(keys) {
  held = keys;
  const names = [...waiting.keys()];
  for (const [name, page] of waiting) await seal(held, "beside", name, page, "relaxed");
  waiting.clear();
  for (const name of names) await fetchOthers(name);
}

/** The steps of a session that nobody opened yet: they open without a connection too. One after the other, once in a while. */
async function fetchOthers(name) {
  const [, session, here] = /^page \/sessions\/(\d+)\/(\w+)\//.exec(name) ?? [];
  if (!session || Date.now() - (fetched.get(session) ?? 0) < ANEW) return;
  fetched.set(session, Date.now());
  for (const step of STEPS.filter((each) => each !== here)) {
    if (!held) return;
    const path = `/sessions/${session}/${step}/`;
    try {
      const came = await fetch(path, { headers: { Accept: "text/html", "X-For-Later": "1" } });
      if (isPage(came)) await keep(`page ${path}`, came, false);
    } catch {
      return void fetched.delete(session); // no connection any more: with the next page that comes
    }
  }
}

const isPage = (came) => came.ok && !came.redirected && came.headers.get("Content-Type")?.startsWith("text/html");

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "POST" && request.mode === "navigate") event.respondWith(fetch(request).catch(() => notDone(request)));
  if (request.method !== "GET") return;
  const { pathname, search } = new URL(event.request.url);
  if (pathname.startsWith("/static/")) event.respondWith(asset(event.request, pathname));
  else if (event.request.mode === "navigate" && PAGES.test(pathname)) event.respondWith(page(event, `page ${pathname}${search}`));
});

async function page(event, name) {
  const answer = fetch(event.request).then((came) => {
    if (isPage(came)) event.waitUntil(keep(name, came.clone()));
    return came;
  });
  try {
    return await inTime(answer);
  } catch (problem) {
    const again = (await kept(name)) ?? (await kept(name.replace(/\?.*/, "")));
    if (again) return again;
    return problem === "late" ? answer : (await caches.match(AWAY)) ?? Response.error();
  }
}

/** What was tapped and reached nobody: the page that it was tapped on, as it was kept, with the word that it was not done. */
function notDone(request) {
  const [, from] = [...request.referrer.matchAll(/^https?:\/\/[^/]+(\/[^?#]*)/g)][0] ?? [];
  const step = PAGES.test(from ?? "") ? new URL(request.referrer) : null;
  return step ? Response.redirect(`${step.pathname}${step.search}#not-done`, 303) : caches.match(AWAY).then((page) => page ?? Response.error());
}

const inTime = (answer) => Promise.race([answer, new Promise((_, no) => setTimeout(() => no("late"), PATIENCE))]);

async function keep(name, answer, isOpened = true) {
  const sealed = { at: Date.now(), text: await answer.text(), policy: answer.headers.get("Content-Security-Policy") };
  if (!held) return void waiting.set(name, sealed);
  await seal(held, "beside", name, sealed, "relaxed");
  if (isOpened) await fetchOthers(name);
}

async function kept(name) {
  const found = held && (await unseal(held, "beside", name));
  if (!found) return null;
  const text = found.text.replace("<html ", `<html data-kept-at="${found.at}" `);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": found.policy } });
}

async function asset(request, path) {
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
