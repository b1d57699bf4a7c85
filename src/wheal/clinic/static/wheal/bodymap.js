// <body-map>: draw an outline, lay a grid, add and lift points; every change saves itself. See templates/README.md.
import { putPieces } from "./autosave.js";
import { countedPoints, say } from "./words.js";
import { Saver } from "./saving.js";
import { Drawing } from "./bodymap/drawing.js";
import { faultOf, showFigures, showDoses } from "./bodymap/figures.js";
import { Gestures } from "./bodymap/gestures.js";
import { layGrid } from "./bodymap/grid.js";
import { History } from "./bodymap/history.js";
import { listen } from "./bodymap/keys.js";
import { Outlining } from "./bodymap/outlining.js";
import { Pointing } from "./bodymap/pointing.js";
import { remember, remembered } from "./bodymap/remembering.js";
import { SETTINGS, Settings } from "./bodymap/settings.js";
import { Stale } from "./bodymap/stale.js";
import { Tools } from "./bodymap/tools.js";
import { offerMap } from "./bodymap/versions.js";
import { View } from "./bodymap/view.js";

class BodyMap extends HTMLElement {
  connectedCallback() {
    if (this.state) return;
    this.state = JSON.parse(document.getElementById(this.dataset.state).textContent);
    this.svg = this.querySelector("svg.body-map");
    this.status = this.querySelector("[data-map-status]");
    this.mode = "points";
    this.settings = new Settings(this.state, (name) => this.set(name));
    this.history = new History({ outline: this.state.outline ?? [], points: this.state.points ?? [], ...this.settings.held });
    this.judgedArea = { outline: this.history.now.outline, cm2: this.state.area_cm2 ?? null };
    this.drawing = new Drawing(this.svg);
    this.drawing.ground(this.state, this.dataset.hatch);
    this.drawing.beside(this.state);
    this.tools = new Tools(this);
    this.pointing = new Pointing(this);
    this.outlining = new Outlining({
      sketched: (...drawn) => this.drawing.sketched(...drawn),
      tell: (words) => this.tell(words),
      changed: () => this.tools.show(),
      closed: (outline) => {
        this.change({ outline });
        this.choose("points");
      },
    });
    this.heard = [];
    this.view = new View(this.svg, this.svg.getAttribute("viewBox").split(" ").map(Number), () => this.scale());
    this.pointing.cursor = [Math.round(this.view.x + this.view.width / 2), Math.round(this.view.y + this.view.height / 2)];
    if (this.state.fixed) this.classList.add("fixed");
    else this.open();
    this.bindGestures();
    this.show();
    const guard = document.getElementById(this.dataset.guard);
    if (guard) showDoses(this, guard);
    this.hearStop();
  }

  async open() {
    this.stale = new Stale(this);
    this.saver = new Saver({
      url: this.dataset.saveUrl,
      key: `map:${this.state.pass}`,
      stand: `pass-${this.state.pass}`,
      version: this.state.version ?? 0,
      body: (state, version) => JSON.stringify({ ...state, version }),
      shown: document.getElementById(this.dataset.saved ?? "map-saved"),
      done: (answer) => this.saved(answer),
      unjudged: (isAway) => this.stale.mark(isAway ? "stale_away" : "stale"),
      conflict: (answer) => offerMap({ map: this, before: this.closest(".bench") ?? this, settings: SETTINGS, answer }),
    });
    await this.saver.resume(this.payload(), (left) => this.takeUp(left));
    if (await remembered(this.state.pass, this.history)) this.tools.show();
    this.settings.tellEarly();
  }

  /** Entries that were not acknowledged before the page was left. */
  takeUp(left) {
    this.settings.take(left);
    this.history.push({ outline: left.outline, points: left.points, ...this.settings.held });
    this.show();
  }

  payload() {
    const { outline, points } = this.history.now;
    return { pass: this.state.pass, outline, points, ...this.settings.held };
  }

  bindGestures() {
    const { view, pointing } = this;
    const place = (event) => view.chart(event.clientX, event.clientY);
    this.gestures = new Gestures(this.svg, {
      pan: (x, y) => view.move(x, y),
      zoom: (factor, x, y) => view.zoom(factor, x, y),
      isDrawing: (event) => !this.state.fixed && (this.mode === "outline" || (this.mode === "move" && pointing.holds(place(event), event))),
      tap: (event) => pointing.tap(place(event), pointing.reach(event)),
      stroke: (phase, event) => this.stroke(phase, event && place(event), event && pointing.reach(event)),
    });
    listen(this.svg, {
      zoom: (factor) => view.zoom(factor),
      fit: () => view.fit(),
      undo: () => this.step(-1),
      redo: () => this.step(1),
      cursor: (dx, dy, far) => pointing.moveCursor(dx, dy, far),
      act: () => (this.mode === "outline" ? this.outlining.corner(pointing.cursor) : pointing.tap(pointing.cursor, 6 * view.unit)),
      close: () => this.mode === "outline" && this.outlining.close(),
      cancel: () => (this.mode === "outline" ? this.outlining.reset() : pointing.letGo()),
    });
  }

  stroke(phase, place, reach) {
    if (this.mode === "outline") this.outlining.stroke(phase, place, this.view.unit, reach);
    else if (this.mode === "move") this.pointing.drag(phase, place, reach);
  }

  choose(mode) {
    this.mode = mode;
    this.outlining.reset();
    this.pointing.letGo();
    this.tell(mode === "outline" ? say("outline_draw") : mode === "move" ? say("move_how") : "");
  }

  get told() {
    return this.status?.textContent ?? "";
  }

  tell(words) {
    if (this.status) this.status.textContent = words;
  }

  /** Centimetres of the patient for one of the chart. */
  get ratio() {
    return this.state.scale || 1;
  }

  layGrid() {
    return layGrid(this);
  }

  // --- what changed

  change(part) {
    this.history.push({ ...this.history.now, ...part });
    this.changed();
  }

  step(by) {
    if (by < 0 && this.outlining.corners.length) return this.outlining.back();
    if (!this.history.step(by)) return this.tell(by < 0 ? say("nothing_to_undo") : "");
    this.pointing.moving.let();
    this.settings.take(this.history.now);
    this.changed();
    const { length } = this.history.now.points;
    this.tell(countedPoints(length)); // what was told before is not so any more
  }

  set(name) {
    this.history.replaceOrPush({ ...this.history.now, ...this.settings.held }, name);
    this.changed();
  }

  changed() {
    this.show();
    this.saver.put(this.payload());
    this.stale.expectAnswer();
    this.dispatchEvent(new CustomEvent("map:changed", { bubbles: true, detail: this.payload() }));
    remember(this.state.pass, this.history);
  }

  saved(answer) {
    const guard = document.getElementById(this.dataset.guard);
    if (guard && answer.guard !== undefined) guard.innerHTML = answer.guard;
    this.stale.judged();
    if (this.saver.waiting !== null) this.stale.expectAnswer();
    else this.measured(answer);
    if (guard) showDoses(this, guard);
    const wasOpen = this.querySelector(".map-stop")?.open;
    const high = () => this.querySelector("#map-stop").offsetHeight;
    const before = high();
    putPieces(answer.pieces);
    this.hearStop(wasOpen);
    if (high() !== before) this.gestures.waitForTheHand();
    this.dispatchEvent(new CustomEvent("map:saved", { bubbles: true, detail: answer }));
  }

  /** Nothing was drawn since: the answer is about what is seen. */
  measured({ area_cm2: cm2 }) {
    if (cm2 === undefined) return;
    this.judgedArea = { outline: this.history.now.outline, cm2 };
    this.show();
  }

  /** A stop is said at once, and once: it stands above the map until it is mended, and opens when another joins it. */
  hearStop(wasOpen) {
    const said = [...this.querySelectorAll("[data-stop], [data-refer]")];
    const codes = said.map((each) => each.dataset.stop ?? each.dataset.refer);
    const banner = this.querySelector(".map-stop");
    this.classList.toggle("stopped", Boolean(this.querySelector("[data-stop]")));
    if (banner && wasOpen !== undefined && codes.every((code) => this.heard.includes(code))) banner.open = wasOpen;
    if (codes.join() === this.heard.join()) return;
    this.heard = codes;
    this.querySelector("[data-map-alert]").textContent = said.map((each) => each.textContent).join(" ");
  }

  // --- what is seen

  show() {
    const { outline, points } = this.history.now;
    const faults = points.map((point) => faultOf(this, point));
    this.drawing.outline(outline, this.state);
    this.rings(points, faults);
    this.drawing.cursorAt(this.pointing.cursor);
    this.scale();
    this.tools.show();
    showFigures(this, faults);
  }

  rings(points, faults = points.map((point) => faultOf(this, point))) {
    this.drawing.rings(points, this.settings.held.depth_mm, faults, this.state.mark ?? 1);
    this.drawing.chosenAt(points[this.pointing.moving.chosen]);
  }

  scale() {
    this.drawing?.scale(this.view?.unit ?? 1, this.pointing?.spacing);
  }
}

customElements.define("body-map", BodyMap);
