// The worker of all pages but those of sessions and the emergency: without a connection it answers with a page of
// Wheal's own. It keeps no page of anybody. A log-out that waits for the connection comes before every page.
import { isOut } from "./leaving.js";
import { asset, away, keepAway, sent } from "./without.js";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepAway());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// some browsers wake it when the connection is back, though no page is open
self.addEventListener("sync", (event) => event.waitUntil(isOut().then((out) => out || Promise.reject(new Error("not yet")))));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(request) : sent(request));
  else if (request.method === "GET" && pathname.startsWith("/static/")) event.respondWith(asset(request, pathname));
});

async function page(request) {
  if (!(await isOut())) return away();
  return fetch(request).catch(away);
}
