// Puts a state into the layers of the picture. Shapes are kept and moved, not made anew, where their number allows.
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
    for (const name of ["standard", "area", "zones", "ghosts", "points", "sketch", "cursor"]) {
      this[name] = svg.querySelector(`[data-layer="${name}"]`);
    }
  }

  /** What does not change while one draws: zones, the area's own outline, earlier sessions. */
  ground({ standard = [], zones = [], ghosts = [] }, hatch) {
    this.standard.replaceChildren(make("polygon", { points: corners(standard), class: "standard" }));
    this.zones.replaceChildren(...zones.map(({ name, outline }) => {
      const shape = make("polygon", { points: corners(outline), class: "zone", fill: `url(#${hatch})` });
      shape.append(titled(name));
      return shape;
    }));
    this.ghosts.replaceChildren(...ghosts.map(({ name, points }) => {
      const earlier = make("g", {});
      earlier.append(titled(name), ...points.map(([x, y]) => make("circle", { cx: x, cy: y, class: "ghost" })));
      return earlier;
    }));
  }

  outline(outline) {
    this.area.replaceChildren(...(outline.length ? [make("polygon", { points: corners(outline), class: "area" })] : []));
  }

  /** Rings, each with a core that grows with depth. `wrong` tells which are outside or in danger. */
  rings(points, depthMm, wrong) {
    const core = Math.min(Math.max(Number(depthMm) || 0, 0) / DEEP_MM, 1);
    this.svg.style.setProperty("--core", depthMm ? 0.2 + 0.65 * core : 0);
    while (this.points.children.length > points.length) this.points.lastChild.remove();
    points.forEach(([x, y], i) => {
      const ring = this.points.children[i] ?? this.points.appendChild(this.ring());
      ring.setAttribute("transform", `translate(${x} ${y})`);
      ring.setAttribute("class", `ring ${wrong(points[i])}`);
    });
  }

  ring() {
    const ring = make("g", {});
    ring.append(make("circle", { class: "rim" }), make("circle", { class: "core" }));
    return ring;
  }

  sketched(path) {
    this.sketch.replaceChildren(...(path.length ? [make("polyline", { points: corners(path), class: "sketch" })] : []));
  }

  cursorAt(place) {
    this.cursor.setAttribute("transform", `translate(${place[0]} ${place[1]})`);
  }

  /** Rings and lines keep their size on the screen, but never grow into each other. */
  scale(unit, spacing) {
    const size = Math.min(9 * unit, spacing ? spacing * 0.36 : Infinity);
    this.svg.style.setProperty("--ring", `${Math.max(size, 3 * unit)}px`);
    this.svg.style.setProperty("--rim", size < 6 * unit ? "1.2px" : "2px");
    this.svg.style.setProperty("--pixel", unit);
  }
}
