// Starts what a page asks for by its attributes. Everything here also works without it, save drawing.
import "./search.js";
import "./menu.js";
import "./rail.js";
import "./weight.js";
import { watchForms } from "./autosave.js";
import { tellKept } from "./away.js";
import { forgetOld } from "./kept.js";
import { keys } from "./keys.js";
import { isOut, isWaiting } from "./leaving.js";
import { watchParts } from "./parts.js";
import { watchPutting } from "./putting.js";
import { forgetWhatArrived, watchKeeping } from "./sending.js";
import { watchPads } from "./signature.js";

function start(root) {
  watchForms(root);
  watchPads(root);
  watchKeeping(root);
  watchPutting(root);
  if (root.querySelector("body-map")) import("./bodymap.js");
}

if ("serviceWorker" in navigator) {
  // keeps the emergency page on the device; the pages of sessions have a worker of their own: away.js
  // registered again under the same address, a browser asks for no newer one: each page asks, so that a number or a dose is renewed
  navigator.serviceWorker.register(`/emergency/worker.js?language=${document.documentElement.lang}`).then((held) => held.update()).catch(() => {});
}
if (location.pathname === "/" || location.pathname.startsWith("/sessions/")) keys(); // lent to that worker: here sessions are opened
if (document.querySelector("[data-stands-url]")) {
  import("./elsewhere.js");
  import("./awake.js");
}
for (const button of document.querySelectorAll("[data-reload]")) button.addEventListener("click", () => location.reload());
isWaiting().then(async (waits) => waits && (await isOut()) && location.replace("/")); // where no worker could be asked first
tellKept();
forgetWhatArrived();
forgetOld();
watchParts(document);
start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
