// Until what is drawn was judged: the doses of the last answer are marked as those of something else.
import { clock, say } from "../words.js";

const LONGEST = 5000; // without an answer, when nothing says that the connection is away either

export class Stale {
  constructor(map) {
    const { keptAt } = document.documentElement.dataset; // the page itself is an earlier one: away.js
    this.map = map;
    this.note = map.querySelector("[data-map-stale]");
    this.judgedAt = keptAt ? new Date(Number(keptAt)) : new Date();
    if (keptAt) this.mark("stale_page");
  }

  get guard() {
    return document.getElementById(this.map.dataset.guard);
  }

  /** Something was sent to be judged. */
  expectAnswer() {
    this.timer ??= setTimeout(() => this.mark("stale"), LONGEST);
  }

  /** key: of the sentence that says why. */
  mark(key) {
    const words = say(key, { time: clock(this.judgedAt) });
    this.note.querySelector("[data-words]").textContent = words;
    this.note.hidden = false;
    document.documentElement.classList.toggle("away", key === "stale_away");
    for (const each of [this.map, this.guard]) each?.classList.add("stale");
    this.guard?.querySelector(".stale-note")?.remove();
    const copy = this.note.cloneNode(true);
    copy.removeAttribute("role"); // said once
    this.guard?.prepend(copy);
  }

  judged() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.judgedAt = new Date();
    this.note.hidden = true;
    document.documentElement.classList.remove("away");
    for (const each of [this.map, this.guard]) each?.classList.remove("stale");
    this.guard?.querySelector(".stale-note")?.remove();
  }
}
