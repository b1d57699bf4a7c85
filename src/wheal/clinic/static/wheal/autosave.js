// <form data-autosave> saves itself a moment after each change and when the page is left.
import { isLastWord, Saver } from "./saving.js";
import { forget, kept } from "./kept.js";

const PAUSE = 400;

function fields(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return [...data.entries()].filter(([, value]) => typeof value === "string");
}

function body(state, version) {
  const data = new URLSearchParams(state);
  data.set("version", version);
  return data;
}

function fill(form, entries) {
  const values = new Map();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    const held = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = held.includes(field.value);
    else if (values.has(field.name)) field.value = held[0];
  }
}

function showErrors(form, errors = {}) {
  for (const [name, words] of Object.entries(errors)) {
    const field = form.elements[name];
    if (field instanceof Element) field.setAttribute("aria-invalid", words ? "true" : "false");
    const shown = form.querySelector(`[data-error-for="${CSS.escape(name)}"]`);
    if (shown) shown.textContent = words;
  }
}

export function putPieces(pieces = {}) {
  for (const [id, html] of Object.entries(pieces)) {
    const place = document.getElementById(id);
    if (place) place.innerHTML = html;
  }
}

function watch(form) {
  const key = form.dataset.autosaveKey ?? location.pathname + (form.id ? `#${form.id}` : "");
  const saver = new Saver({
    url: form.dataset.autosave || form.getAttribute("action") || location.href,
    key, body, json: false,
    version: Number(form.dataset.version ?? 0),
    shown: document.getElementById(form.dataset.saved ?? "saved"),
    done(answer) {
      form.dataset.version = saver.version;
      if (form.elements.version) form.elements.version.value = saver.version;
      showErrors(form, answer.errors);
      putPieces(answer.pieces);
      form.dispatchEvent(new CustomEvent("wheal:saved", { bubbles: true, detail: answer }));
    },
    refused: (answer) => showErrors(form, answer.errors),
  });
  let timer;
  const save = () => { clearTimeout(timer); timer = null; saver.put(fields(form)); };
  const soon = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => { clearTimeout(timer); timer = null; forget(key); });
  addEventListener("pagehide", () => timer && save(), { capture: true });

  const left = kept(key);
  if (!left) return;
  if (!isLastWord(left, saver.version, fields(form))) { forget(key); return; }
  fill(form, left.state);
  saver.put(left.state);
}

export function watchForms(root) {
  const forms = root.matches?.("form[data-autosave]") ? [root] : root.querySelectorAll("form[data-autosave]");
  for (const form of forms) {
    if (form.dataset.watched) continue;
    form.dataset.watched = "1";
    watch(form);
  }
}
