// The pages of sessions for the time without a connection. The page sealed is the page as the server gave it; what opens
// it is in the memory of this worker alone, for as long as a page of Wheal is open, and never on the disk.
import { isOut } from "./leaving.js";
import { seal, unseal } from "./sealing.js";
import { asset, away, keepAway, keepNeeded, sent } from "./without.js";

const PAGES = /^\/sessions\/(\d+)\/(screen|plan|consent|mix|inject|check|sign)\/$/;
const SESSION = /^\/sessions\/(\d+)\/$/;
const STEPS = ["screen", "plan", "consent", "mix", "inject", "check", "sign"];
const OF_PASSES = ["inject", "check", "sign"]; // show each pass
const ANEW = 10 * 60 * 1000; // a session's other steps are fetched again after this long
const PATIENCE = 10000; // milliseconds until the kept page is shown
const OPENED = "pages opened"; // under this name: session -> which of its pages was opened last, and when

let [held, whose] = [null, null]; // the keys of whoever is logged in
const waiting = new Map(); // pages that came before the keys did
let line = Promise.resolve(); // an earlier page never lands on a later one
const fetched = new Map(); // session -> when its other pages were fetched last, and which passes it had

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepAway());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { what, keys, user } = event.data;
  if (what === "take") event.waitUntil(take(keys, user));
  if (what === "forget") event.waitUntil(forget());
  if (what === "give") event.ports[0].postMessage({ held, whose });
});

async function forget() {
  [held, whose] = [null, null];
  waiting.clear();
  fetched.clear();
  await tellPages();
}

/** Pages of somebody else, or of a log-in that ended, lend theirs no more. */
async function tellPages() {
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage({ lentFor: whose });
}

async function take(keys, user) {
  held = keys;
  if (whose !== user) {
    whose = user;
    await tellPages();
  }
  const pages = [...waiting];
  waiting.clear();
  for (const [name, page] of pages) await laid(name, page);
}

/** A page that somebody opened: kept, and found again by its session. */
async function laid(name, page) {
  await seal(held, "beside", name, page, "relaxed");
  const path = name.replace("page ", "");
  const [, session] = /^\/sessions\/(\d+)\//.exec(path);
  const opened = (await unseal(held, "beside", OPENED)) ?? {};
  await seal(held, "beside", OPENED, { ...opened, [session]: { path, at: page.at } }, "relaxed");
  line = line.then(() => fetchOthers(session, path, page.text));
  await line;
}

const passesOf = (text) => [...new Set([...text.matchAll(/href="\?pass=(\d+)"/g)].map(([, pass]) => pass))];

/**
 * The pages of a session that nobody opened yet: they open without a connection too. One after the other, once in a
 * while; those that show the passes whenever there are other ones than before.
 */
async function fetchOthers(session, opened, text) {
  const inject = `/sessions/${session}/inject/`;
  const last = fetched.get(session) ?? { at: 0, passes: [] };
  const passes = opened.startsWith(inject) ? passesOf(text) : last.passes;
  const isDue = Date.now() - last.at >= ANEW;
  if (!isDue && passes.join() === last.passes.join()) return;
  fetched.set(session, { at: isDue ? Date.now() : last.at, passes });
  const paths = (isDue ? STEPS : OF_PASSES).map((step) => `/sessions/${session}/${step}/`);
  if (passes.length > 1) paths.push(...passes.map((pass) => `${inject}?pass=${pass}`));
  for (const path of paths.filter((each) => each !== opened)) {
    if (!held) return;
    try {
      const came = await fetch(path, { headers: { Accept: "text/html", "X-For-Later": "1" } });
      if (!isPage(came)) continue;
      const page = await sealable(came);
      await seal(held, "beside", `page ${path}`, page, "relaxed");
      await keepNeeded(page.text, path);
    } catch {
      return void fetched.delete(session); // no connection any more: with the next page that comes
    }
  }
}

const isPage = (came) => came.ok && !came.redirected && came.headers.get("Content-Type")?.startsWith("text/html");
const sealable = async (came) => ({ at: Date.now(), text: await came.text(), policy: came.headers.get("Content-Security-Policy") });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(event) : sent(request));
  else if (request.method === "GET" && pathname.startsWith("/static/")) event.respondWith(asset(request, pathname));
});

async function page(event) {
  if (!(await isOut())) return away();
  const { pathname, search } = new URL(event.request.url);
  const isKept = PAGES.test(pathname);
  const answer = fetch(event.request).then((came) => {
    if (isKept && isPage(came)) event.waitUntil(keep(`page ${pathname}${search}`, came.clone()));
    return came;
  });
  try {
    return await (isKept ? inTime(answer) : answer);
  } catch (problem) {
    const again = isKept ? (await kept(`page ${pathname}`, search)) : await lastOpened(pathname);
    if (again) return again;
    return problem === "late" ? answer : away();
  }
}

/** Where a session's own address leads to without a connection: the page of it that was opened last. */
async function lastOpened(pathname) {
  const [, session] = SESSION.exec(pathname) ?? [];
  const opened = session && held && (await unseal(held, "beside", OPENED));
  return opened?.[session] ? Response.redirect(opened[session].path, 302) : null;
}

const inTime = (answer) => Promise.race([answer, new Promise((_, no) => setTimeout(() => no("late"), PATIENCE))]);

async function keep(name, answer) {
  const page = await sealable(answer);
  if (held) await laid(name, page);
  else waiting.set(name, page);
}

/** The page as it stood. One pass is never shown in the place of another. */
async function kept(name, search) {
  const found = held && ((await unseal(held, "beside", name + search)) ?? (await unseal(held, "beside", name)));
  const [, pass] = /^\?pass=(\d+)/.exec(search) ?? [];
  if (!found || (pass && !found.text.includes(`href="?pass=${pass}" aria-current`))) return null;
  const text = found.text.replace("<html ", `<html data-kept-at="${found.at}" `);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": found.policy } });
}
