// <body-map>: draw an outline, lay a grid, add and lift points; every change saves itself. See templates/README.md.
import { putPieces } from "./autosave.js";
import { say, number } from "./words.js";
import { Saver } from "./saving.js";
import { token } from "./token.js";
import { Drawing } from "./bodymap/drawing.js";
import { Gestures } from "./bodymap/gestures.js";
import { areaOf, isInside, nearest, PER_CM } from "./bodymap/geometry.js";
import { History } from "./bodymap/history.js";
import { listen } from "./bodymap/keys.js";
import { Moving } from "./bodymap/moving.js";
import { Outlining } from "./bodymap/outlining.js";
import { offerMap } from "./bodymap/versions.js";
import { View } from "./bodymap/view.js";

const REACH = { mouse: 10, pen: 14, touch: 22 }; // pixels around a point that still mean this point
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
    this.moving = new Moving();
    this.settings = Object.fromEntries(SETTINGS.map((name) => [name, this.state[name] ?? null]));
    this.history = new History({ outline: this.state.outline ?? [], points: this.state.points ?? [], ...this.settings });
    this.drawing = new Drawing(this.svg);
    this.outlining = new Outlining({
      sketched: (...drawn) => this.drawing.sketched(...drawn),
      tell: (words) => this.tell(words),
      changed: () => this.showTools(),
      closed: (outline) => {
        this.change({ outline });
        this.choose("points");
      },
    });
    this.drawing.ground(this.state, this.dataset.hatch);
    this.drawing.beside(this.state);
    this.heard = "";
    this.view = new View(this.svg, this.svg.getAttribute("viewBox").split(" ").map(Number), () => this.scale());
    this.cursor = [Math.round(this.view.x + this.view.width / 2), Math.round(this.view.y + this.view.height / 2)];
    if (this.state.fixed) this.classList.add("fixed");
    else this.open();
    for (const tools of this.querySelectorAll(".tools, .under")) tools.addEventListener("click", ({ target }) => this.press(target.closest("button")));
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
      isDrawing: (event) => !this.state.fixed && (this.mode === "outline" || (this.mode === "move" && this.holds(event))),
      tap: (event) => this.tap(view.chart(event.clientX, event.clientY), this.reach(event)),
      stroke: (phase, event) => this.stroke(phase, event && view.chart(event.clientX, event.clientY), event && this.reach(event)),
    });
    listen(this.svg, {
      zoom: (factor) => view.zoom(factor),
      fit: () => view.fit(),
      undo: () => this.step(-1),
      redo: () => this.step(1),
      cursor: (dx, dy, far) => this.moveCursor(dx, dy, far),
      act: () => (this.mode === "outline" ? this.outlining.corner(this.cursor) : this.tap(this.cursor, 6 * view.unit)),
      close: () => this.mode === "outline" && this.outlining.close(),
      cancel: () => (this.mode === "outline" ? this.outlining.reset() : this.letGo()),
    });
  }

  press(button) {
    const { view } = this;
    const presses = {
      points: () => this.choose("points"),
      outline: () => this.choose("outline"),
      move: () => this.choose(this.mode === "move" ? "points" : "move"),
      close: () => this.outlining.close(),
      "corner-back": () => this.outlining.back(),
      ghosts: () => this.showGhosts(button),
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
    this.outlining.reset();
    this.letGo();
    this.tell(mode === "outline" ? say("outline_draw") : mode === "move" ? say("move_how") : "");
  }

  tell(words) {
    if (this.status) this.status.textContent = words;
  }

  // --- points

  /** In chart units, around a place that still mean this place. */
  reach(event) {
    return (REACH[event.pointerType] ?? 14) * this.view.unit;
  }

  tap(place, reach) {
    if (this.state.fixed) return this.tell(say("fixed"));
    if (this.mode === "move") return this.pick(place, reach);
    const { points } = this.history.now;
    const [at, far] = nearest(points, place);
    const spacing = this.spacing;
    if (far <= this.near(reach)) return this.lift(at);
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

  /** Never so far that a neighbour could be meant. */
  near(reach) {
    return Math.min(reach, this.spacing ? this.spacing * 0.45 : Infinity);
  }

  // --- moved

  holds(event) {
    return this.moving.takes(this.history.now.points, this.view.chart(event.clientX, event.clientY), this.near(this.reach(event))) >= 0;
  }

  /** With the keyboard, or beside every point: chosen, or let go. */
  pick(place, reach) {
    this.moving.begin(this.history.now.points, place, this.near(reach));
    this.moving.end();
    this.showChosen();
  }

  drag(phase, place, reach) {
    const { points } = this.history.now;
    if (phase === "begin") this.moving.begin(points, place, this.near(reach));
    if (phase === "cancel" || !this.moving.held) {
      this.moving.held = null;
      return this.show();
    }
    const moved = this.moving.drag(points, place, reach / 2);
    if (phase !== "end") return this.rings(moved);
    if (!this.moving.end()) return this.showChosen();
    this.change({ points: moved });
    this.tell(say("point_moved"));
  }

  /** The chosen point alone, else points and outline together, by a millimetre of the patient. */
  nudge(x, y) {
    const step = Math.max(Math.round(10 / this.ratio), 1);
    const { outline, points } = this.history.now;
    const isOne = this.moving.chosen >= 0;
    const ground = isOne ? outline : outline.map(([a, b]) => [a + x * step, b + y * step]);
    this.change({ outline: ground, points: this.moving.nudged(points, x * step, y * step) });
    this.tell(say(isOne ? "nudged_one" : "nudged"));
  }

  letGo() {
    this.moving.let();
    this.showChosen();
  }

  showChosen() {
    const point = this.history.now.points[this.moving.chosen];
    if (!point) this.moving.let();
    this.drawing.chosenAt(point);
    this.showTools();
    if (this.mode === "move") this.tell(say(point ? "move_one" : "move_how"));
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

  stroke(phase, place, reach) {
    if (this.mode === "outline") this.outlining.stroke(phase, place, this.view.unit, reach);
    else if (this.mode === "move") this.drag(phase, place, reach);
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
      this.moving.let();
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
    if (by < 0 && this.outlining.corners.length) return this.outlining.back();
    if (!this.history.step(by)) return this.tell(by < 0 ? say("nothing_to_undo") : "");
    this.moving.let();
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
    this.drawing.outline(outline, this.state);
    this.rings(points);
    this.drawing.cursorAt(this.cursor);
    this.scale();
    this.showTools();
    this.showFigures();
  }

  rings(points) {
    this.drawing.rings(points, this.settings.depth_mm, (point) => this.fault(point), this.state.mark ?? 1);
    this.drawing.chosenAt(points[this.moving.chosen]);
  }

  showGhosts(button) {
    const hidden = this.svg.classList.toggle("without-ghosts");
    button.setAttribute("aria-pressed", !hidden);
  }

  scale() {
    this.drawing?.scale(this.view?.unit ?? 1, this.spacing);
  }

  showTools() {
    const { corners } = this.outlining;
    const cannot = { close: corners.length < 3, "corner-back": !corners.length, undo: !this.history.can(-1) && !corners.length, redo: !this.history.can(1), "lift-all": !this.history.now.points.length, standard: !this.state.standard?.length };
    this.dataset.mode = this.mode;
    for (const row of this.querySelectorAll("[data-for-mode]")) row.hidden = row.dataset.forMode !== this.mode;
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
