// Plane geometry on whole tenths of a millimetre.
export const PER_CM = 100;

export const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

export function areaOf(outline) {
  const twice = outline.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.floor(Math.abs(twice) / 2 / 100) / 100; // cm², rounded down as the server does
}

export function isInside(outline, [x, y]) {
  let inside = false;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** The point nearest to a place, and how far: [index, distance], or [-1, Infinity]. */
export function nearest(points, place) {
  return points.reduce((best, point, i) => {
    const far = distance(point, place);
    return far < best[1] ? [i, far] : best;
  }, [-1, Infinity]);
}

function fromLine([x, y], [ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  return length ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
}

/** Douglas and Peucker: the fewest corners that stay within `tolerance` of the line drawn. */
export function simplify(path, tolerance) {
  if (path.length < 3) return path;
  const [first, last] = [path[0], path.at(-1)];
  let [far, at] = [0, 0];
  path.forEach((point, i) => {
    const off = fromLine(point, first, last);
    if (off > far) [far, at] = [off, i];
  });
  if (far <= tolerance) return [first, last];
  return [...simplify(path.slice(0, at + 1), tolerance).slice(0, -1), ...simplify(path.slice(at), tolerance)];
}

function turn([ax, ay], [bx, by], [cx, cy]) {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

function cross(a, b, c, d) {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

export function crossesItself(outline) {
  const sides = outline.map((corner, i) => [corner, outline[(i + 1) % outline.length]]);
  return sides.some(([a, b], i) => sides.some(([c, d], j) => j > i + 1 && cross(a, b, c, d)));
}
