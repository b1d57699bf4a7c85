// Points: added and lifted by a tap, moved alone or together, by a finger or with the keyboard's cursor.
import { zoneAt } from "./figures.js";
import { nearest, PER_CM } from "./geometry.js";
import { Moving } from "./moving.js";
import { number, say } from "../words.js";

const REACH = { mouse: 10, pen: 14, touch: 22 }; // pixels around a point that still mean this point

export class Pointing {
  constructor(map) {
    Object.assign(this, { map, moving: new Moving(), cursor: [0, 0] });
  }

  get points() {
    return this.map.history.now.points;
  }

  /** In chart units; 0 where none is chosen. */
  get spacing() {
    return (Number(this.map.settings.held.spacing_cm) * PER_CM) / this.map.ratio || 0;
  }

  /** In chart units, around a place that still mean this place. */
  reach(event) {
    return (REACH[event.pointerType] ?? 14) * this.map.view.unit;
  }

  /** Never so far that a neighbour could be meant. */
  near(reach) {
    return Math.min(reach, this.spacing ? this.spacing * 0.45 : Infinity);
  }

  /** A tap in a danger zone says what is to be feared there and who says so, whatever else it does. */
  tap(place, reach) {
    this.act(place, reach);
    const zone = zoneAt(this.map.state, place);
    if (zone) this.map.tell([this.map.told, zone.name, zone.who].filter(Boolean).join(" · "));
  }

  act(place, reach) {
    const { map, points, spacing } = this;
    if (map.state.fixed) return map.tell(say("fixed"));
    if (map.mode === "move") return this.pick(place, reach);
    const [at, far] = nearest(points, place);
    if (far <= this.near(reach)) return this.lift(at);
    if (!map.drawing.isSkin(place)) return map.tell(say("beside_the_body"));
    map.change({ points: [...points, place.map(Math.round)] });
    const near = spacing && far < spacing - 1;
    map.tell(near ? say("too_near", { distance: number((far * map.ratio) / PER_CM) }) : say("point_added", { count: points.length + 1 }));
  }

  lift(at) {
    const points = this.points.filter((_, i) => i !== at);
    this.map.change({ points });
    this.map.tell(say("point_lifted", { count: points.length }));
  }

  holds(place, event) {
    return this.moving.takes(this.points, place, this.near(this.reach(event))) >= 0;
  }

  /** With the keyboard, or beside every point: chosen, or let go. */
  pick(place, reach) {
    this.moving.begin(this.points, place, this.near(reach));
    this.moving.end();
    this.showChosen();
  }

  drag(phase, place, reach) {
    const { map, moving, points } = this;
    if (phase === "begin") moving.begin(points, place, this.near(reach));
    if (phase === "cancel" || !moving.held) {
      moving.held = null;
      return map.show();
    }
    const moved = moving.drag(points, place, reach / 2);
    if (phase !== "end") return map.rings(moved);
    if (!moving.end()) return this.showChosen();
    if (this.leavesTheBody(moved)) return map.show();
    map.change({ points: moved });
    map.tell(say("point_moved"));
  }

  /** The chosen point alone, else points and outline together, by a millimetre of the patient. */
  nudge(x, y) {
    const { map, moving } = this;
    const step = Math.max(Math.round(10 / map.ratio), 1);
    const { outline, points } = map.history.now;
    const isOne = moving.chosen >= 0;
    const ground = isOne ? outline : outline.map(([a, b]) => [a + x * step, b + y * step]);
    const moved = moving.nudged(points, x * step, y * step);
    if (this.leavesTheBody(moved)) return;
    map.change({ outline: ground, points: moved });
    map.tell(say(isOne ? "nudged_one" : "nudged"));
  }

  /** Said, and not done. */
  leavesTheBody(moved) {
    const leaves = moved.some((place) => !this.map.drawing.isSkin(place)) && this.points.every((place) => this.map.drawing.isSkin(place));
    if (leaves) this.map.tell(say("beside_the_body"));
    return leaves;
  }

  letGo() {
    this.moving.let();
    this.showChosen();
  }

  showChosen() {
    const { map, moving } = this;
    const point = this.points[moving.chosen];
    if (!point) moving.let();
    map.drawing.chosenAt(point);
    map.tools.show();
    if (map.mode === "move") map.tell(say(point ? "move_one" : "move_how"));
  }

  moveCursor(dx, dy, far) {
    const stride = far ? this.spacing || PER_CM : 10;
    this.cursor = [this.cursor[0] + dx * stride, this.cursor[1] + dy * stride];
    this.map.drawing.cursorAt(this.cursor);
    this.map.view.show(this.cursor);
    const [x, y] = this.cursor.map((edge) => number(edge / PER_CM, 1));
    this.map.tell(say("cursor", { x, y }));
  }
}
