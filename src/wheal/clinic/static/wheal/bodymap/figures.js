// What the drawing adds up to, in the texts beside it, and which points do not lie where they should.
import { areaOf, isInside } from "./geometry.js";
import { countedPoints, number, say } from "../words.js";

/** The danger zone that a place of the chart lies in. */
export const zoneAt = ({ zones = [] }, place) => zones.find((zone) => isInside(zone.outline, place));

const isOutside = ({ outline }, point) => Boolean(outline.length) && !isInside(outline, point);

/** "danger", "outside", or "". */
export function faultOf({ state, history }, point) {
  if (zoneAt(state, point)) return "danger";
  return isOutside(history.now, point) ? "outside" : "";
}

/** What the server has measured of this outline, on the skin alone; until it has, all that is drawn. */
function skinOf({ judgedArea, ratio }, outline) {
  const isJudged = judgedArea?.outline === outline && judgedArea.cm2 !== null;
  return isJudged ? judgedArea.cm2 : areaOf(outline) * ratio ** 2;
}

export function showFigures(map, faults) {
  const { state, history, settings } = map;
  const { outline, points } = history.now;
  const outside = points.filter((point) => isOutside(history.now, point)).length; // in a danger zone too, as the server counts
  const inDanger = faults.filter((fault) => fault === "danger").length;
  const figures = {
    count: countedPoints(points.length),
    volume: `${number(Math.round(points.length * (Number(settings.held.volume_ml) || 0) * 1000) / 1000, 3)}\u00a0mL`,
    area: outline.length ? `${number(skinOf(map, outline), 1)}\u00a0cm²` : "—",
    outside: outside ? say("outside", { count: outside }) : "",
    danger: inDanger ? say("in_danger", { count: inDanger }) : "",
  };
  figures.says = [state.name, figures.count, figures.volume, figures.area, figures.outside, figures.danger].filter(Boolean).join(", ");
  for (const shown of document.querySelectorAll("[data-map-shows]")) {
    shown.textContent = figures[shown.dataset.mapShows] ?? "";
    if (["outside", "danger"].includes(shown.dataset.mapShows)) shown.closest(".tag").hidden = !shown.textContent;
  }
}

const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
let timer;

/**
 * Each dose with its tightest limit: beneath the map, where the column is out of sight on a narrow screen, and said
 * aloud once the hand rests.
 */
export function showDoses(map, guard) {
  const rows = [...guard.querySelectorAll(".guard-substance")].map((each) => {
    const bar = each.querySelector(".meter");
    const dose = words(each.querySelector("h3 .number"));
    return { name: words(each.querySelector("h3 span")), dose, tightest: [...(bar?.querySelector(".figures")?.children ?? [])].map(words).join(": "), state: bar?.classList[1] ?? "" };
  });
  map.querySelector("[data-map-brief]").replaceChildren(...rows.map(({ name, dose, tightest, state }) => {
    const line = Object.assign(document.createElement("span"), { className: state });
    line.append(Object.assign(document.createElement("strong"), { textContent: `${name} ${dose}` }), tightest && ` · ${tightest}`);
    return line;
  }));
  clearTimeout(timer);
  timer = setTimeout(() => {
    map.querySelector("[data-map-doses]").textContent = rows.map(({ name, dose, tightest }) => `${name} ${dose}. ${tightest}`).join(". ");
  }, 1000);
}
