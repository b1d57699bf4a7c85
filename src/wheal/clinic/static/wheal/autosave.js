// <form data-autosave> saves itself a moment after each change and when the page is left.
import { alike, byName, entries, fill, isTypedIn, show, standOn, stands, valueOf } from "./fields.js";
import { Saver } from "./saving.js";
import { sendWhenReached } from "./sending.js";
import { chooseFirst, offerForm } from "./versions.js";

const PAUSE = 400;

/** The state, and what belongs to the page: its language, what it stands on. */
function body(form, state, version) {
  const data = new URLSearchParams(state);
  for (const field of form.querySelectorAll("input[type=hidden]:not([name=csrfmiddlewaretoken], [name=wheal_page], [data-stand])")) data.append(field.name, field.value);
  for (const [name, value] of Object.entries(version)) data.set(name, value);
  return data;
}

/**
 * What the page stands on after a saving. What another device changed, and nobody touches here, comes into view, and so
 * does what was typed here as the server writes it: not while somebody still types there.
 */
function advanced(form, version, answer, state) {
  const next = { ...version };
  if (answer.version !== undefined) next.version = String(answer.version);
  const sent = byName(state);
  for (const [key, stands] of Object.entries(answer.stands ?? {})) {
    const name = key.slice("was-".length);
    const typed = sent.get(name)?.[0] ?? "";
    const took = answer.took?.[key] ?? typed;
    const isAsSent = valueOf(form, name) === typed;
    if (answer.errors?.[name]) continue; // it stays here until it is mended
    next[key] = isAsSent ? stands : took;
    if (isAsSent && !(stands === took && isTypedIn(form, name))) show(form, name, stands);
  }
  return next;
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

/**
 * The server did not take this form as a whole, and gave it back as it was entered: what stands there is another thing.
 * What came back with another form of the page, a photograph, is no answer to this one.
 */
function isAnswered(form) {
  const isHere = (address) => new URL(address, location.href).pathname === location.pathname;
  return Boolean(form.dataset.page) && !isHere(form.dataset.page) && isHere(form.getAttribute("action"));
}

function watch(form) {
  const key = form.dataset.autosaveKey ?? location.pathname + (form.id ? `#${form.id}` : "");
  const saver = new Saver({
    url: form.dataset.autosave || form.getAttribute("action") || location.href,
    key, json: false,
    body: (state, version) => body(form, state, version),
    version: stands(form), stand: form.dataset.stands,
    alike: (one, other) => alike(form, one, other),
    advanced: (answer, state) => advanced(form, saver.version, answer, state),
    shown: document.getElementById(form.dataset.saved ?? "saved"),
    done(answer) {
      standOn(form, saver.version);
      showErrors(form, answer.errors);
      putPieces(answer.pieces);
      form.dispatchEvent(new CustomEvent("wheal:saved", { bubbles: true, detail: answer }));
    },
    conflict(answer, state) {
      standOn(form, saver.version);
      offerForm(form, saver, answer, state);
    },
    refused: (answer) => showErrors(form, answer.errors),
  });
  let timer;
  const save = () => { clearTimeout(timer); timer = null; saver.put(entries(form)); };
  const soon = () => { clearTimeout(timer); saver.soon(entries(form)); timer = setTimeout(save, PAUSE); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = null;
    if (saver.stopped) chooseFirst(event);
  });
  sendWhenReached(form, { key, shown: saver.shown, isKept: () => { saver.keep(entries(form)); return saver.isKept; } });
  addEventListener("pagehide", () => timer && save(), { capture: true });
  addEventListener("wheal:send-now", () => timer && save());
  if (isAnswered(form)) saver.put(entries(form));
  else saver.resume(entries(form), (state) => fill(form, state));
}

export function watchForms(root) {
  const forms = root.matches?.("form[data-autosave]") ? [root] : root.querySelectorAll("form[data-autosave]");
  for (const form of forms) {
    if (form.dataset.watched) continue;
    form.dataset.watched = "1";
    watch(form);
  }
}
