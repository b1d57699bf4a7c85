// What can be undone outlives the page: kept on this device like what is not saved yet, until another device draws on.
import { keepBeside, keptBeside } from "../kept.js";

const MOST_POINTS = 20000; // of all states together: about 200 kB
const PAUSE = 300;
const about = (pass) => `undo ${pass}`;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
let [timer, waiting] = [null, null];
addEventListener("pagehide", () => waiting?.());

/** The newest states that fit. */
function newest({ states, at }) {
  let [from, held] = [states.length, 0];
  while (from > 0 && (held += states[from - 1].points.length + 1) <= MOST_POINTS) from -= 1;
  return at < from ? null : { states: states.slice(from), at: at - from };
}

export function remember(pass, history) {
  waiting = () => {
    const past = newest(history);
    if (past) keepBeside(about(pass), past);
    waiting = null;
  };
  clearTimeout(timer);
  timer = setTimeout(() => waiting?.(), PAUSE);
}

/** True where the past of this drawing was found. It is no past of a drawing that stands otherwise by now. */
export async function remembered(pass, history) {
  const past = await keptBeside(about(pass));
  if (!past || !same(past.states[past.at], history.now)) return false;
  Object.assign(history, past);
  return true;
}
