// Keeps the emergency page, which knows nobody, for the time without a connection. Knowledge {{ digest }}
const KEPT = "emergency-{{ digest|slice:":16" }}";
const PAGE = "/emergency/";
const PATIENCE = 3000; // milliseconds until the kept page is shown

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const path = new URL(event.request.url).pathname;
  if (path === PAGE) event.respondWith(page(event.request));
  else if (path.startsWith("/static/")) event.respondWith(asset(event.request));
});

async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { cache: "no-store" });
  if (!answer.ok) throw new Error(`the emergency page answered ${answer.status}`);
  const text = await answer.clone().text();
  const assets = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await cache.addAll([...new Set(assets)]);
  await cache.put(PAGE, answer);
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("emergency-") && name !== KEPT).map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok || answer.status === 422) return answer;
  } catch {
    // no connection, or none that answers in time
  }
  return (await caches.match(PAGE)) ?? Response.error();
}

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}
