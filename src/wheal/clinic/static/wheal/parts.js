// <form data-parts>: one section at a time, turned by any link to "#section". Without scripts all of them show.
import { centreRail } from "./rail.js";

function show(form, wanted) {
  for (const section of form.querySelectorAll(":scope > section[id]")) section.hidden = section !== wanted;
  for (const link of document.querySelectorAll("[data-parts-list] a")) {
    if (link.hash === `#${wanted.id}`) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
  for (const link of document.querySelectorAll("a[data-keeps-part]")) link.hash = wanted.id;
  form.classList.add("ready");
  centreRail();
}

const named = (form) => form.querySelector(`:scope > section[id="${CSS.escape(location.hash.slice(1))}"]`);

/** Answers of an earlier day, read through in this section and all still true. */
function confirmAll(section) {
  for (const box of section.querySelectorAll("input[name=still]")) box.checked = true;
  section.querySelector("input[name=still]")?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The one in the address; else where something must be mended; else the first. */
function first(form) {
  return named(form) ?? form.querySelector(".field.invalid")?.closest("section[id]") ?? form.querySelector(":scope > section[id]");
}

function turn(form) {
  const wanted = named(form);
  if (!wanted) return;
  show(form, wanted);
  wanted.scrollIntoView({ block: "start" });
  wanted.focus({ preventScroll: true });
}

export function watchParts(root) {
  for (const form of root.querySelectorAll("form[data-parts]")) {
    show(form, first(form));
    addEventListener("hashchange", () => turn(form));
    form.addEventListener("click", (event) => {
      const all = event.target.closest("[data-still-all]");
      if (all) confirmAll(all.closest("section"));
    });
    // Enter in a field must not send a form whose end is out of sight
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault();
    });
  }
}
