// Two devices drew on the same pass: both drawings side by side, and somebody chooses which one stands.
import { areaOf } from "./geometry.js";
import { offer, standingPage } from "../versions.js";
import { countedPoints, number, say } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const RING = 40; // tenths of a millimetre

/** The chart with an outline and its points, as large as the outline needs. */
function picture(svg, { outline, points }) {
  const copy = svg.cloneNode(true);
  for (const name of ["tabindex", "role", "aria-label", "style"]) copy.removeAttribute(name);
  copy.setAttribute("viewBox", svg.dataset.whole ?? svg.getAttribute("viewBox"));
  copy.setAttribute("class", "small-map");
  copy.setAttribute("aria-hidden", "true");
  copy.querySelector("defs")?.remove();
  for (const layer of copy.querySelectorAll("[data-layer]")) layer.replaceChildren();
  const area = document.createElementNS(SVG, "polygon");
  area.setAttribute("points", outline.map((corner) => corner.join(",")).join(" "));
  area.setAttribute("class", "area");
  const dots = points.map(([x, y]) => {
    const dot = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ cx: x, cy: y, r: RING, class: "dot" })) dot.setAttribute(key, value);
    return dot;
  });
  copy.querySelector('[data-layer="points"]').append(...(outline.length ? [area] : []), ...dots);
  return copy;
}

function drawn(svg, state) {
  const box = Object.assign(document.createElement("div"), { className: "stack-small" });
  box.append(countedPoints(state.points.length), picture(svg, state));
  return box;
}

const inWords = (value) => (typeof value === "number" ? number(value, 3) : value ?? "");
const labelled = (name) => document.querySelector(`[data-map="${name}"]`)?.labels?.[0]?.textContent ?? name;
const surface = ({ outline }) => (outline.length ? `${number(areaOf(outline), 1)}\u00a0cm²` : "");

/** `settings`: names beside outline and points. What is drawn on while both stand there comes into the picture. */
export async function offerMap({ map, before, settings, answer }) {
  const { saver, svg } = map;
  const mine = () => saver.waiting ?? map.payload();
  let page;
  try {
    page = await standingPage();
  } catch {
    return void setTimeout(() => saver.stopped && offerMap({ map, before, settings, answer }), 5000);
  }
  const written = page.getElementById(map.dataset.state);
  const theirs = written ? JSON.parse(written.textContent) : null;
  const isSamePass = theirs?.pass === map.state.pass;
  const differs = (name) => JSON.stringify(mine()[name] ?? null) !== JSON.stringify(theirs[name] ?? null);
  const names = ["outline", "points", ...settings];
  const isEcho = isSamePass && !theirs.fixed && saver.isOwnEcho(Object.fromEntries(names.map((name) => [name, theirs[name]])));
  if (isEcho || (isSamePass && !names.some(differs))) return saver.insist(theirs.version, mine());
  const shown = isSamePass ? theirs : { outline: [], points: [] };
  const rows = () => [
    { label: say("label_points"), mine: drawn(svg, mine()), theirs: drawn(svg, shown) },
    ...(isSamePass && !differs("outline") ? [] : [{ label: say("label_outline"), mine: surface(mine()), theirs: surface(shown) }]),
    ...settings.filter((name) => isSamePass && differs(name)).map((name) => ({ label: labelled(name), mine: inWords(mine()[name]), theirs: inWords(shown[name]) })),
  ];
  offer({
    before, rows, answer, here: map, changes: ["map:changed"],
    fixed: !isSamePass || Boolean(theirs.fixed),
    mine: () => saver.insist(theirs.version, mine()),
    theirs: () => saver.giveUp().then(() => location.reload()),
  });
}
