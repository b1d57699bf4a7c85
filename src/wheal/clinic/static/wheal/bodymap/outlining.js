// An outline: drawn with one stroke, or its corners set one after the other by tapping or with the keyboard.
import { areaOf, crossesItself, distance, simplify } from "./geometry.js";
import { number, say } from "../words.js";

const LEAST_AREA = 0.25; // cm²: less was a slip of the finger
const TAP = 0.6; // of the reach of a finger, pen or mouse: what wanders less set a corner

export class Outlining {
  /** `on`: sketched(path, isStroke), tell(words), closed(outline), changed(). */
  constructor(on) {
    Object.assign(this, { on, path: [], corners: [] });
  }

  reset() {
    this.path = [];
    this.keepCorners([]);
  }

  keepCorners(corners) {
    this.corners = corners;
    this.on.sketched(corners);
    this.on.changed();
  }

  /** `unit`: chart units in a pixel; `reach`: around a corner that still mean this corner. */
  stroke(phase, place, unit, reach) {
    if (phase === "begin") this.path = [place];
    else if (phase === "go" && distance(place, this.path.at(-1)) > 2 * unit) this.path.push(place);
    else if (phase === "cancel") this.path = [];
    else if (phase === "end") return this.ended([...this.path, place], unit, reach);
    const isStroke = this.path.some((each) => distance(each, this.path[0]) > TAP * reach);
    this.on.sketched(isStroke ? this.path : this.corners, isStroke);
  }

  ended(path, unit, reach) {
    this.path = [];
    if (path.every((each) => distance(each, path[0]) <= TAP * reach)) return this.corner(path[0], reach);
    this.keepCorners([]);
    this.close(simplify(path, 1.5 * unit));
  }

  /** A tap on the first corner closes the outline. */
  corner(place, reach = 0) {
    const { corners } = this;
    if (corners.length > 2 && distance(place, corners[0]) <= reach) return this.close(corners);
    this.keepCorners([...corners, [...place]]);
    this.on.tell(say("outline_corner", { count: this.corners.length }));
  }

  back() {
    this.keepCorners(this.corners.slice(0, -1));
    this.on.tell(say("outline_corner_back", { count: this.corners.length }));
  }

  /** What cannot be an outline keeps its corners: the last one can be taken back. */
  close(path = this.corners) {
    const rounded = path.map((corner) => corner.map(Math.round));
    const outline = rounded.filter((corner, i) => distance(corner, rounded[(i + 1) % rounded.length]) > 0);
    this.on.sketched(this.corners);
    if (crossesItself(outline)) return this.on.tell(say("outline_crossed"));
    if (outline.length < 3 || areaOf(outline) < LEAST_AREA) return this.on.tell(say("outline_small"));
    this.on.closed(outline);
    this.on.tell(say("outline_drawn", { area: number(areaOf(outline), 1) }));
  }
}
