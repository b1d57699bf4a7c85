// The figures of a pass, in fields beside the map: grid, spacing, depth, volume.
import { number } from "../words.js";

export const SETTINGS = ["pattern", "spacing_cm", "depth_mm", "volume_ml"];

/** A figure as it stands in its field: with the decimal mark of the reader's language. */
const typed = (value) => (typeof value === "number" ? String(value).replace(".", number(0.5)[1]) : value ?? "");

export class Settings {
  /** `changed(name)` is told what somebody typed or chose. */
  constructor(state, changed) {
    this.held = Object.fromEntries(SETTINGS.map((name) => [name, state[name] ?? null]));
    this.fields = [...document.querySelectorAll("[data-map]")].filter((field) => SETTINGS.includes(field.dataset.map));
    this.early = this.fields.filter((field) => field.tagName === "INPUT" && field.value !== field.defaultValue);
    this.changed = changed;
    for (const field of this.fields) field.addEventListener("input", () => this.tell(field));
  }

  tell(field) {
    this.read(field);
    this.changed(field.dataset.map);
  }

  /** What was typed before this script had come, over a slow line. */
  tellEarly() {
    for (const field of this.early.splice(0)) this.tell(field);
  }

  read(field) {
    const { map: name } = field.dataset;
    const text = field.value.trim().replace(",", ".");
    const isNumber = name !== "pattern" && /^(\d+\.?\d*|\.\d+)$/.test(text);
    field.setAttribute("aria-invalid", name !== "pattern" && text !== "" && !isNumber);
    this.held[name] = isNumber ? Number(text) : text || null; // what is no number goes as it is: the server says so
  }

  /** As an earlier state had them. */
  take(state) {
    for (const name of SETTINGS) this.held[name] = state[name] ?? null;
    for (const field of this.fields) field.value = typed(this.held[field.dataset.map]);
  }
}
