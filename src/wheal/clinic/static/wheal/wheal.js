// Starts what a page asks for by its attributes. Everything here also works without it, save drawing.
import "./search.js";
import "./menu.js";
import "./rail.js";
import { watchForms } from "./autosave.js";
import { watchParts } from "./parts.js";
import { watchPads } from "./signature.js";

function start(root) {
  watchForms(root);
  watchPads(root);
  if (root.querySelector("body-map")) import("./bodymap.js");
}

watchParts(document);
start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
