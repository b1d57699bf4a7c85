// <body-map>: draw an outline, lay a grid, add and lift points; every change saves itself. See templates/README.md.
import { putPieces } from "./autosave.js";
import { say, number } from "./words.js";
import { Saver } from "./saving.js";
import { token } from "./token.js";
import { Drawing } from "./bodymap/drawing.js";
import { Gestures } from "./bodymap/gestures.js";
import { areaOf, crossesItself, distance, isInside, nearest, PER_CM, simplify } from "./bodymap/geometry.js";
import { History } from "./bodymap/history.js";
import { listen } from "./bodymap/keys.js";
import { offerMap } from "./bodymap/versions.js";
import { View } from "./bodymap/view.js";

const REACH = { mouse: 10, pen: 14, touch: 22 }; // pixels around a point that still mean this point
const LEAST_AREA = 0.25; // cm²: less was a slip of the finger
const SETTINGS = ["pattern", "spacing_cm", "depth_mm", "volume_ml"];

/** A figure as it stands in its field: with the decimal mark of the reader's language. */
const typed = (value) => (typeof value === "number" ? String(value).replace(".", number(0.5)[1]) : value ?? "");

class BodyMap extends HTMLElement {
  connectedCallback() {
    if (this.state) return;
    this.state = JSON.parse(document.getElementById(this.dataset.state).textContent);
    this.svg = this.querySelector("svg.body-map");
    this.status = this.querySelector("[data-map-status]");
    this.mode = "points";
    this.path = [];
    this.settings = Object.fromEntries(SETTINGS.map((name) => [name, this.state[name] ?? null]));
    this.history = new History({ outline: this.state.outline ?? [], points: this.state.points ?? [], ...this.settings });
    this.drawing = new Drawing(this.svg);
    this.drawing.ground(this.state, this.dataset.hatch);
    this.drawing.beside(this.state);
    this.heard = "";
    this.view = new View(this.svg, this.svg.getAttribute("viewBox").split(" ").map(Number), () => this.scale());
    this.cursor = [Math.round(this.view.x + this.view.width / 2), Math.round(this.view.y + this.view.height / 2)];
    if (this.state.fixed) this.classList.add("fixed");
    else this.open();
    for (const tools of this.querySelectorAll(".tools")) tools.addEventListener("click", ({ target }) => this.press(target.closest("button")));
    this.bindGestures();
    this.show();
    this.hearStop();
  }

  open() {
    this.saver = new Saver({
      url: this.dataset.saveUrl,
      key: `map:${this.state.pass}`,
      version: this.state.version ?? 0,
      body: (state, version) => JSON.stringify({ ...state, version }),
      shown: document.getElementById(this.dataset.saved ?? "map-saved"),
      done: (answer) => this.saved(answer),
      conflict: (answer, state) => offerMap({
        svg: this.svg, before: this.closest(".bench") ?? this, stateId: this.dataset.state, settings: SETTINGS, saver: this.saver, answer, state,
      }),
    });
    this.fields = [...document.querySelectorAll("[data-map]")].filter((field) => SETTINGS.includes(field.dataset.map));
    for (const field of this.fields) {
      field.addEventListener("input", () => this.set(field));
    }
    this.saver.resume(this.payload(), (left) => this.takeUp(left));
  }

  /** Entries that were not acknowledged before the page was left. */
  takeUp(left) {
    for (const name of SETTINGS) this.settings[name] = left[name];
    for (const field of this.fields) field.value = typed(this.settings[field.dataset.map]);
    this.history.push({ outline: left.outline, points: left.points, ...this.settings });
    this.show();
  }

  payload() {
    const { outline, points } = this.history.now;
    return { pass: this.state.pass, outline, points, ...this.settings };
  }

  bindGestures() {
    const { view } = this;
    const move = { pan: (x, y) => view.move(x, y), zoom: (factor, x, y) => view.zoom(factor, x, y) };
    this.gestures = new Gestures(this.svg, {
      ...move,
      isDrawing: () => this.mode === "outline" && !this.state.fixed,
      tap: (event) => this.tap(view.chart(event.clientX, event.clientY), REACH[event.pointerType] ?? 14),
      stroke: (phase, event) => this.stroke(phase, event && view.chart(event.clientX, event.clientY)),
    });
    listen(this.svg, {
      zoom: (factor) => view.zoom(factor),
      fit: () => view.fit(),
      undo: () => this.step(-1),
      redo: () => this.step(1),
      cursor: (dx, dy, far) => this.moveCursor(dx, dy, far),
      act: () => (this.mode === "outline" ? this.corner() : this.tap(this.cursor, 6)),
      close: () => this.mode === "outline" && this.close(this.path),
      cancel: () => this.stroke("cancel"),
    });
  }

  press(button) {
    const { view } = this;
    const presses = {
      points: () => this.choose("points"),
      outline: () => this.choose("outline"),
      move: () => this.choose(this.mode === "move" ? "points" : "move"),
      "nudge-left": () => this.nudge(-1, 0),
      "nudge-right": () => this.nudge(1, 0),
      "nudge-up": () => this.nudge(0, -1),
      "nudge-down": () => this.nudge(0, 1),
      standard: () => this.change({ outline: this.state.standard ?? [] }),
      grid: () => this.layGrid(),
      "lift-all": () => this.change({ points: [] }),
      undo: () => this.step(-1),
      redo: () => this.step(1),
      "zoom-in": () => view.zoom(1.4),
      "zoom-out": () => view.zoom(1 / 1.4),
      fit: () => view.fit(),
    };
    if (button && button.getAttribute("aria-disabled") !== "true") presses[button.dataset.do]?.();
  }

  choose(mode) {
    this.mode = mode;
    this.path = [];
    this.drawing.sketched([]);
    this.showTools();
    this.tell(mode === "outline" ? say("outline_draw") : "");
  }

  tell(words) {
    if (this.status) this.status.textContent = words;
  }

  // --- points

  tap(place, reach) {
    if (this.state.fixed) return this.tell(say("fixed"));
    if (this.mode === "move") return;
    const { points } = this.history.now;
    const [at, far] = nearest(points, place);
    const spacing = this.spacing;
    if (far <= Math.min(reach * this.view.unit, spacing ? spacing * 0.45 : Infinity)) return this.lift(at);
    const point = place.map(Math.round);
    this.change({ points: [...points, point] });
    const near = spacing && far < spacing - 1;
    this.tell(near ? say("too_near", { distance: number((far * this.ratio) / PER_CM) }) : say("point_added", { count: points.length + 1 }));
  }

  lift(at) {
    const points = this.history.now.points.filter((_, i) => i !== at);
    this.change({ points });
    this.tell(say("point_lifted", { count: points.length }));
  }

  /** Points and outline together, by a millimetre of the patient. */
  nudge(x, y) {
    const step = Math.max(Math.round(10 / this.ratio), 1);
    const moved = (places) => places.map(([a, b]) => [a + x * step, b + y * step]);
    const { outline, points } = this.history.now;
    this.change({ outline: moved(outline), points: moved(points) });
    this.tell(say("nudged"));
  }

  /** Centimetres of the patient for one of the chart. */
  get ratio() {
    return this.state.scale || 1;
  }

  get spacing() {
    return (Number(this.settings.spacing_cm) * PER_CM) / this.ratio || 0;
  }

  moveCursor(dx, dy, far) {
    const stride = far ? this.spacing || PER_CM : 10;
    this.cursor = [this.cursor[0] + dx * stride, this.cursor[1] + dy * stride];
    this.drawing.cursorAt(this.cursor);
    this.view.show(this.cursor);
    const [x, y] = this.cursor.map((edge) => number(edge / PER_CM, 1));
    this.tell(say("cursor", { x, y }));
  }

  // --- outline

  stroke(phase, place) {
    if (phase === "begin") this.path = [place];
    else if (phase === "go" && distance(place, this.path.at(-1)) > 2 * this.view.unit) this.path.push(place);
    else if (phase === "end") return this.close(simplify([...this.path, place], 1.5 * this.view.unit));
    else if (phase === "cancel") this.path = [];
    this.drawing.sketched(this.path);
  }

  corner() {
    this.path.push([...this.cursor]);
    this.drawing.sketched(this.path);
    this.tell(say("outline_corner", { count: this.path.length }));
  }

  close(path) {
    const rounded = path.map((corner) => corner.map(Math.round));
    const outline = rounded.filter((corner, i) => distance(corner, rounded[(i + 1) % rounded.length]) > 0);
    this.path = [];
    this.drawing.sketched([]);
    if (crossesItself(outline)) return this.tell(say("outline_crossed"));
    if (outline.length < 3 || areaOf(outline) < LEAST_AREA) return this.tell(say("outline_small"));
    this.change({ outline });
    this.choose("points");
    this.tell(say("outline_drawn", { area: number(areaOf(outline), 1) }));
  }

  // --- grid

  async layGrid() {
    const { outline } = this.history.now;
    const ground = outline.length ? outline : this.state.standard ?? [];
    const asked = { pass: this.state.pass, outline: ground, pattern: this.settings.pattern, spacing_cm: this.settings.spacing_cm };
    try {
      const response = await fetch(this.dataset.layGridUrl, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token() }, body: JSON.stringify(asked),
      });
      const answer = await response.json();
      if (!response.ok) return this.tell(answer.message ?? say("grid_failed"));
      if (!answer.points.length) return this.tell(say("grid_none"));
      this.change({ outline: ground, points: answer.points });
      const laid = say("points", { count: answer.points.length });
      this.tell(answer.left_out ? `${laid}. ${say("left_out", { count: answer.left_out })}` : laid);
    } catch {
      this.tell(say("grid_failed"));
    }
  }

  // --- what changed

  change(part) {
    this.history.push({ ...this.history.now, ...part });
    this.changed();
  }

  step(by) {
    if (!this.history.step(by)) return this.tell(by < 0 ? say("nothing_to_undo") : "");
    for (const name of SETTINGS) this.settings[name] = this.history.now[name] ?? null;
    for (const field of this.fields ?? []) field.value = typed(this.settings[field.dataset.map]);
    this.changed();
  }

  set(field) {
    const { map: name } = field.dataset;
    const text = field.value.trim().replace(",", ".");
    const isNumber = name !== "pattern" && /^(\d+\.?\d*|\.\d+)$/.test(text);
    field.setAttribute("aria-invalid", name !== "pattern" && text !== "" && !isNumber);
    this.settings[name] = isNumber ? Number(text) : text || null; // what is no number goes as it is: the server says so
    this.history.replaceOrPush({ ...this.history.now, ...this.settings }, name);
    this.changed();
  }

  changed() {
    this.show();
    this.saver.put(this.payload());
    this.dispatchEvent(new CustomEvent("map:changed", { bubbles: true, detail: this.payload() }));
  }

  saved(answer) {
    const guard = this.dataset.guard && document.getElementById(this.dataset.guard);
    if (guard && answer.guard !== undefined) guard.innerHTML = answer.guard;
    putPieces(answer.pieces);
    this.hearStop();
    this.dispatchEvent(new CustomEvent("map:saved", { bubbles: true, detail: answer }));
  }

  /** A stop is said at once, and once: it stays over the map until it is mended. */
  hearStop() {
    const stops = [...this.querySelectorAll("[data-stop]")];
    const codes = stops.map((stop) => stop.dataset.stop).join(" ");
    this.classList.toggle("stopped", stops.length > 0);
    if (codes === this.heard) return;
    this.heard = codes;
    this.querySelector("[data-map-alert]").textContent = stops.map((stop) => stop.textContent).join(" ");
  }

  // --- what is seen

  fault(point) {
    const { outline } = this.history.now;
    if ((this.state.zones ?? []).some((zone) => isInside(zone.outline, point))) return "danger";
    return outline.length && !isInside(outline, point) ? "outside" : "";
  }

  show() {
    const { outline, points } = this.history.now;
    this.drawing.outline(outline);
    this.drawing.rings(points, this.settings.depth_mm, (point) => this.fault(point), this.state.mark ?? 1);
    this.drawing.cursorAt(this.cursor);
    this.scale();
    this.showTools();
    this.showFigures();
  }

  scale() {
    this.drawing?.scale(this.view?.unit ?? 1, this.spacing);
  }

  showTools() {
    const cannot = { undo: !this.history.can(-1), redo: !this.history.can(1), "lift-all": !this.history.now.points.length, standard: !this.state.standard?.length };
    this.dataset.mode = this.mode;
    const nudges = this.querySelector(".nudges");
    if (nudges) nudges.hidden = this.mode !== "move";
    for (const button of this.querySelectorAll("[data-do]")) {
      const { do: what } = button.dataset;
      if (["points", "outline", "move"].includes(what)) button.setAttribute("aria-pressed", what === this.mode);
      if (what in cannot) button.setAttribute("aria-disabled", cannot[what]);
    }
  }

  showFigures() {
    const { outline, points } = this.history.now;
    const faults = points.map((point) => this.fault(point));
    const count = (kind) => faults.filter((fault) => fault === kind).length;
    const figures = {
      count: say(points.length === 1 ? "point" : "points", { count: points.length }),
      volume: `${number(Math.round(points.length * (Number(this.settings.volume_ml) || 0) * 1000) / 1000, 3)}\u00a0mL`,
      area: outline.length ? `${number(areaOf(outline) * this.ratio ** 2, 1)}\u00a0cm²` : "—",
      outside: count("outside") ? say("outside", { count: count("outside") }) : "",
      danger: count("danger") ? say("in_danger", { count: count("danger") }) : "",
    };
    figures.says = [this.state.name, figures.count, figures.volume, figures.area, figures.outside, figures.danger].filter(Boolean).join(", ");
    for (const shown of document.querySelectorAll("[data-map-shows]")) {
      shown.textContent = figures[shown.dataset.mapShows] ?? "";
      if (["outside", "danger"].includes(shown.dataset.mapShows)) shown.closest(".tag").hidden = !shown.textContent;
    }
  }
}

customElements.define("body-map", BodyMap);
