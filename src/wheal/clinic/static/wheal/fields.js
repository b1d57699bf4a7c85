// What a form holds, as a list of [name, value]: read, put back, and told in words.

const isEntry = (field) => field.name && (field.type !== "hidden" || field.closest("[data-signature]")) && field.type !== "submit";
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

/** Of fields that are switched off too: a signed form is still read. */
export function entries(form) {
  return [...form.elements].filter((field) => isEntry(field) && (!isTicked(field) || field.checked)).map((field) => [field.name, field.value]);
}

export function byName(list) {
  const values = new Map();
  for (const [name, value] of list) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

export function fill(form, list) {
  const values = byName(list);
  for (const field of form.elements) {
    if (!isEntry(field)) continue;
    const held = values.get(field.name) ?? [];
    if (isTicked(field)) field.checked = held.includes(field.value);
    else if (values.has(field.name)) field.value = held[0];
    if (field.type === "hidden") field.dispatchEvent(new Event("wheal:filled"));
  }
}

/** Hidden fields that say what the page stands on: the version it read, or what stood in a field. */
export const stands = (form) => Object.fromEntries([...form.querySelectorAll("input[data-stand]")].map((field) => [field.name, field.value]));

export function standOn(form, held) {
  for (const field of form.querySelectorAll("input[data-stand]")) field.value = held[field.name] ?? field.value;
}

const trimmed = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
const named = (form, name) => [...form.elements].filter((field) => field.name === name && isEntry(field));

/** Of a field that is there once. */
export function valueOf(form, name) {
  const [field] = named(form, name);
  return field && isTicked(field) && !field.checked ? "" : field?.value;
}

export const isTypedIn = (form, name) => document.hasFocus() && named(form, name).includes(document.activeElement);

const FIGURE = /^\d+([.,]\d+)?$/;
const THOUSANDS = /,\d{3}$/; // a thousand or a fraction? It is not guessed
const EMPTY_ZEROS = /\.?0+$/;

/** A figure as it is meant, however it was typed: 72.4, 72,4 and 72,40 are one. Of other fields what stands there. */
export function meant(form, name, value) {
  const figure = value?.replace(/\s/g, "") ?? "";
  if (named(form, name)[0]?.inputMode !== "decimal" || !FIGURE.test(figure) || THOUSANDS.test(figure)) return value;
  const pointed = figure.replace(",", ".");
  return pointed.includes(".") ? pointed.replace(EMPTY_ZEROS, "") : pointed;
}

/** Two states of a form, told apart by what is meant. */
export function alike(form, one, other) {
  const meaning = (state) => JSON.stringify(state?.map(([name, value]) => [name, meant(form, name, value)]));
  return meaning(one) === meaning(other);
}

export function show(form, name, value) {
  const [field] = named(form, name);
  if (isTicked(field)) field.checked = field.value === value;
  else field.value = value;
}

export function labelOf(form, name) {
  const [field] = named(form, name);
  const legend = isTicked(field ?? {}) && form.querySelectorAll(`[name="${CSS.escape(name)}"]`).length > 1;
  return trimmed(legend ? field.closest("fieldset")?.querySelector("legend") : field?.labels?.[0]) || name;
}

/** As the person sees it: the words beside a box, the words of an option. */
export function wordsOf(form, name, values) {
  const words = named(form, name).flatMap((field) => {
    if (isTicked(field)) return values.includes(field.value) ? [trimmed(field.labels[0])] : [];
    if (field.type === "hidden") return [field.value ? "✓" : ""];
    return field.tagName === "SELECT" ? [trimmed([...field.options].find((option) => option.value === values[0]))] : [values[0] ?? ""];
  });
  return words.length ? words.filter(Boolean).join(", ") : values.join(", ");
}
