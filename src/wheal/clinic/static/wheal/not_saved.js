// Check and Sign speak of what was saved. Where this device holds a drawing that the server did not take, beside the body
// or without a connection, they say so, and nothing is signed in its place.
import { SETTINGS } from "./bodymap/settings.js";
import { forget, kept } from "./kept.js";

const shown = document.getElementById("not-saved");
const ARRIVES = 1500; // ms: what was sent while the page before was left may arrive a moment later

const same = (one, other) => ["outline", "points", ...SETTINGS].every((name) => JSON.stringify(one[name] ?? null) === JSON.stringify(other[name] ?? null));

/** Of this pass, as the server has it; null without a connection. */
async function saved(link) {
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html", "X-For-Later": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return JSON.parse(page.getElementById("map-state").textContent);
  } catch {
    return null;
  }
}

async function isLeft(link) {
  const key = `map:${link.dataset.pass}`;
  const left = await kept(key);
  if (!left) return false;
  for (const wait of [0, ARRIVES]) {
    await new Promise((done) => setTimeout(done, wait));
    const there = await saved(link);
    if (there?.pass === left.state.pass && same(left.state, there)) return forget(key).then(() => false);
  }
  return true;
}

async function tell() {
  const links = [...shown.querySelectorAll("[data-pass]")];
  const left = await Promise.all(links.map(isLeft));
  links.forEach((link, at) => { link.hidden = !left[at]; });
  shown.hidden = !left.includes(true);
}

document.querySelector("[data-signs]")?.addEventListener("submit", (event) => {
  if (shown.hidden) return;
  event.preventDefault();
  shown.scrollIntoView({ block: "center" });
  shown.focus();
});
tell();
