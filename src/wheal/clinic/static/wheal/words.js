// The sentences scripts may show, written by the page in the reader's language.
const held = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

export function say(key, figures = {}) {
  return (held[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => figures[name] ?? whole);
}

export const language = document.documentElement.lang || "en";

/** "1 point", "2 points", and none as this language counts it. */
export const countedPoints = (count) => say(new Intl.PluralRules(language).select(count) === "one" ? "point" : "points", { count });

export function number(value, digits = 2) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

export function clock(when = new Date()) {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false }).format(when);
}
