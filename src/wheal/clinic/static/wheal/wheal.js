// Starts what a page asks for by its attributes. Everything here also works without it, save drawing.
import "./search.js";
import "./menu.js";
import "./rail.js";
import { watchForms } from "./autosave.js";
import { forgetOld } from "./kept.js";
import { watchParts } from "./parts.js";
import { forgetWhatArrived, watchKeeping } from "./sending.js";
import { watchPads } from "./signature.js";

function start(root) {
  watchForms(root);
  watchPads(root);
  watchKeeping(root);
  if (root.querySelector("body-map")) import("./bodymap.js");
}

if ("serviceWorker" in navigator) {
  // keeps the emergency page on the device; of no other page does it keep anything
  navigator.serviceWorker.register(`/emergency/worker.js?language=${document.documentElement.lang}`).catch(() => {});
}
forgetWhatArrived();
forgetOld();
watchParts(document);
start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
