// Starts what a page asks for by its attributes. Everything here also works without it, save drawing.
import "./search.js";
import "./menu.js";
import "./rail.js";
import { watchForms } from "./autosave.js";
import { tellKept } from "./away.js";
import { forgetOld } from "./kept.js";
import { keys } from "./keys.js";
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
  navigator.serviceWorker.register(`/emergency/worker.js?language=${document.documentElement.lang}`).catch(() => {});
}
if (location.pathname.startsWith("/sessions/")) keys(); // lent to that worker
if (document.querySelector("[data-stands-url]")) {
  import("./elsewhere.js");
  import("./awake.js");
}
for (const button of document.querySelectorAll("[data-reload]")) button.addEventListener("click", () => location.reload());
tellKept();
forgetWhatArrived();
forgetOld();
watchParts(document);
start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
