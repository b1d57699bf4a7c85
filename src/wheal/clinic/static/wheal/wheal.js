// Starts what a page asks for by its attributes. Everything here also works without it, save drawing.
import "./search.js";
import "./menu.js";
import { watchForms } from "./autosave.js";
import { watchPads } from "./signature.js";

function start(root) {
  watchForms(root);
  watchPads(root);
  if (root.querySelector("body-map")) import("./bodymap.js");
}

start(document);
document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
