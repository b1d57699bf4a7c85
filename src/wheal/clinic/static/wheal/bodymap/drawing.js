// Puts a state into the layers of the picture. Shapes are kept and moved, not made anew, where their number allows.
import { marks } from "./marks.js";

const SVG = "http://www.w3.org/2000/svg";
const DEEP_MM = 12; // a ring is full from here on

function make(name, attributes) {
  const shape = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  return shape;
}

function titled(name) {
  const title = make("title", {});
  title.textContent = name;
  return title;
}

const corners = (outline) => outline.map((corner) => corner.join(",")).join(" ");

export class Drawing {
  constructor(svg) {
    this.svg = svg;
    this.skin = [...svg.querySelectorAll(".drawing :is(.skin, .body), .skin, .body")];
    for (const name of ["standard", "area", "zones", "ghosts", "others", "ruler", "points", "picked", "sketch", "cursor"]) {
      this[name] = svg.querySelector(`[data-layer="${name}"]`);
    }
  }

  /** Whether a place of the chart lies on the body that is drawn. */
  isSkin([x, y]) {
    if (!this.skin.length) return true;
    const seen = new DOMPoint(x, y).matrixTransform(this.svg.getScreenCTM());
    return this.skin.some((shape) => {
      const place = seen.matrixTransform(shape.getScreenCTM().inverse());
      return shape.isPointInFill(place) || shape.isPointInStroke(place);
    });
  }

  /** What does not change while one draws: zones, the area's own outline, earlier sessions. */
  ground({ standard = [], zones = [], ghosts = [] }, hatch) {
    this.standard.replaceChildren(make("polygon", { points: corners(standard), class: "standard" }));
    this.zones.replaceChildren(...zones.flatMap(({ label, outline, at }) => {
      const shape = make("polygon", { points: corners(outline), class: "zone", fill: `url(#${hatch})` });
      if (!at) return [shape];
      const name = make("text", { x: at[0], y: at[1], class: "zone-name" });
      name.textContent = label;
      return [shape, name];
    }));
    this.ghosts.replaceChildren(...ghosts.map(({ name, points }) => {
      const earlier = make("g", {});
      earlier.append(titled(name), ...points.map(([x, y]) => make("circle", { cx: x, cy: y, class: "ghost" })));
      return earlier;
    }));
  }

  beside({ others = [], ruler = [] }) {
    this.others?.replaceChildren(...others.flatMap(({ name, mark, dash, points, outline }) => {
      const other = make("path", { class: `other of-pass-${mark}`, "data-mark": mark, "data-points": JSON.stringify(points) });
      other.append(titled(name));
      return [make("polygon", { points: corners(outline), class: `other-area of-pass-${mark}`, "stroke-dasharray": dash }), other];
    }));
    if (ruler.length) this.ruler?.replaceChildren(make("path", { class: "ruler", d: `M${ruler.map((end) => end.join(" ")).join("L")}` }));
  }

  /** Each pass has a line pattern of its own. */
  outline(outline, { mark = 1, dash = "none" }) {
    const area = { points: corners(outline), class: `area of-pass-${mark}`, "stroke-dasharray": dash };
    this.area.replaceChildren(...(outline.length ? [make("polygon", area)] : []));
  }

  /** Every point of one kind is one path: several hundred shots weigh as much as forty points. */
  rings(points, depthMm, faults, mark = 1) {
    const deep = Math.min(Math.max(Number(depthMm) || 0, 0) / DEEP_MM, 1);
    this.drawn = { points, faults, core: depthMm ? 0.2 + 0.65 * deep : 0, mark };
    this.put();
  }

  put() {
    if (!this.drawn || !this.size) return;
    const { points, faults, core, mark } = this.drawn;
    const kinds = ["", "outside", "danger"].map((kind) => [kind, points.filter((_, i) => faults[i] === kind)]);
    this.points.replaceChildren(...kinds.filter(([, some]) => some.length).map(([kind, some]) => {
      const group = make("g", { class: `ring of-pass-${mark} ${kind}` });
      group.append(make("path", { class: "rim", d: marks(mark, some, this.size) }));
      if (core) group.append(make("path", { class: "core", d: marks(mark, some, this.size * core) }));
      return group;
    }));
    for (const each of this.others.querySelectorAll("path")) each.setAttribute("d", marks(Number(each.dataset.mark), JSON.parse(each.dataset.points), this.size * 0.8));
  }

  /** The line being drawn; set one by one its corners are seen, the first as the place that closes it. */
  sketched(path, isStroke = false) {
    const dots = isStroke ? [] : path.map(([x, y], i) => make("circle", { cx: x, cy: y, class: i ? "corner" : "corner first" }));
    this.sketch.replaceChildren(...(path.length ? [make("polyline", { points: corners(path), class: "sketch" }), ...dots] : []));
  }

  /** The point that is moved alone. */
  chosenAt(point) {
    this.picked.replaceChildren(...(point ? [make("circle", { cx: point[0], cy: point[1], class: "chosen" })] : []));
  }

  cursorAt(place) {
    this.cursor.setAttribute("transform", `translate(${place[0]} ${place[1]})`);
  }

  /** Rings and lines keep their size on the screen, but never grow into each other. */
  scale(unit, spacing) {
    const size = Math.min(9 * unit, spacing ? spacing * 0.36 : Infinity);
    this.svg.style.setProperty("--ring", `${Math.max(size, 3 * unit)}px`);
    const before = this.size;
    this.size = Math.max(size, 3 * unit);
    if (before !== this.size) this.put();
    this.svg.style.setProperty("--rim", size < 6 * unit ? "1.2px" : "2px");
    this.svg.style.setProperty("--pixel", unit);
  }
}
