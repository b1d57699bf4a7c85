// Two devices on one session: the second one is told within seconds that the first one saved something, before it saves
// over it. Nothing is overwritten and nothing is taken in until somebody asks for it.
import { watched } from "./saving.js";
import { byItself } from "./token.js";
import { say } from "./words.js";

const EVERY = 2500;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const shown = document.querySelector("[data-stands-url]");
let [seen, rows] = ["", null];

/** Those that are at rest, with what they stand on. */
const atRest = () => [...watched].filter((saver) => saver.isSaved && !saver.stopped).map((saver) => [saver, saver.version]);

async function look() {
  if (document.hidden) return;
  const before = atRest();
  const response = await fetch(`${shown.dataset.standsUrl}?seen=${seen}`, { headers: { Accept: "application/json", ...byItself } });
  if (response.redirected) dispatchEvent(new Event("wheal:log-in-over"));
  if (response.status !== 200 || response.redirected) return;
  const answer = await response.json();
  seen = answer.seen;
  const isBehind = before.some(([saver, version]) => saver.isSaved && saver.version === version
    && saver.stand in answer.stands && !same(answer.stands[saver.stand], version));
  rows ??= answer.rows;
  if (isBehind || rows !== answer.rows) tell(answer);
}

function tell({ by, at }) {
  shown.querySelector("[data-words]").textContent = say(by ? "changed_elsewhere_by" : "changed_elsewhere", { by, at });
  shown.hidden = false;
}

async function again() {
  await look().catch(() => {}); // without a connection nothing is known of others
  setTimeout(again, EVERY);
}

setTimeout(again, 500);
document.addEventListener("visibilitychange", () => look().catch(() => {}));
