// Without a connection: the worker that keeps the pages of sessions, and the keys in its memory. See docs/decisions/0015.
import { clock, say } from "./words.js";

const SCOPE = "/sessions/";
const AGAIN = 20000; // ms; browsers put a worker that hears nothing to sleep after thirty seconds, and it forgets
const isPossible = "serviceWorker" in navigator && Boolean(globalThis.crypto?.subtle);
const isOurs = document.body.dataset.user || document.querySelector("[data-held]"); // or the page that stands for one
const registered = isPossible && isOurs
  ? navigator.serviceWorker.register(`${SCOPE}worker.js?language=${document.documentElement.lang}`, { scope: SCOPE, type: "module" }).catch(() => null)
  : null;

if (registered) navigator.serviceWorker.register(`/worker.js?language=${document.documentElement.lang}`, { type: "module" }).catch(() => {}); // doorkeeper.js
let [isTakenBack, isLent, user] = [false, false, document.body.dataset.user];

const activated = (worker) => new Promise((done) => {
  const tell = () => worker.state === "activated" && done(worker);
  worker.addEventListener("statechange", tell);
  tell();
});

/** The worker that will answer for the next page; null where there is none. */
async function newest() {
  const held = await registered;
  const coming = held?.installing ?? held?.waiting;
  return coming ? activated(coming) : held?.active ?? null;
}

/** It holds them in its memory alone, for as long as this page is open. */
export async function lend(keys) {
  const again = async () => isTakenBack || (await newest())?.postMessage({ what: "take", keys, user });
  if (!isLent) {
    isLent = true;
    setInterval(again, AGAIN);
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data.lentFor !== user) isTakenBack = true;
    });
    document.addEventListener("visibilitychange", again); // nobody counts the time while one looks elsewhere
  }
  await again();
}

export async function takeBack() {
  isTakenBack = true;
  const held = await registered;
  for (const worker of [held?.active, held?.waiting, held?.installing]) worker?.postMessage({ what: "forget" });
}

/** Null where it is not there, or was put to sleep meanwhile. */
export async function lent() {
  const worker = (await registered)?.active;
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = ({ data }) => {
      user = data.whose ?? user;
      done(data.held);
    };
    worker.postMessage({ what: "give" }, [port2]);
    setTimeout(() => done(null), 2000);
  });
}

/** A page that the worker had kept says so, and since when. */
export function tellKept() {
  const { keptAt } = document.documentElement.dataset;
  const shown = document.getElementById("elsewhere");
  if (!keptAt || !shown) return;
  const notDone = location.hash === "#not-done" ? `${say("not_done")} ` : "";
  shown.querySelector("[data-words]").textContent = notDone + say("page_kept", { time: clock(new Date(Number(keptAt))) });
  if (notDone) shown.scrollIntoView({ block: "nearest" });
  shown.querySelector("[data-reload]").textContent = say("try_again");
  shown.hidden = false;
}
