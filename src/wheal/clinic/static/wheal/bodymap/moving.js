// Moving: everything together by a millimetre, or one point alone, dragged or chosen and nudged.
import { distance, nearest } from "./geometry.js";

export class Moving {
  constructor() {
    this.let();
  }

  let() {
    this.chosen = -1;
    this.held = null;
  }

  /** Does something that begins here take hold of a point? */
  takes(points, place, reach) {
    const [at, far] = nearest(points, place);
    return far <= reach ? at : -1;
  }

  begin(points, place, reach) {
    const at = this.takes(points, place, reach);
    this.held = { at, place, was: this.chosen, to: points[at], moved: false };
    this.chosen = at;
  }

  /** The points as they lie while one is dragged. What stays within the width of a finger is a tap. */
  drag(points, place, still) {
    const { at, place: from } = this.held;
    this.held.moved ||= distance(place, from) > still;
    if (this.held.moved) this.held.to = points[at].map((edge, i) => Math.round(edge + place[i] - from[i]));
    return points.map((point, i) => (i === at ? this.held.to : point));
  }

  /** True where a point was moved; a tap chooses one, and a second tap lets go of it. */
  end() {
    const { moved, was, at } = this.held;
    this.held = null;
    if (!moved && was === at) this.chosen = -1;
    return moved;
  }

  /** The chosen point alone, else all. */
  nudged(points, x, y) {
    return points.map(([a, b], i) => (this.chosen < 0 || i === this.chosen ? [a + x, b + y] : [a, b]));
  }
}
