// The shapes of the points: each pass has its own, so that passes are told apart without colour. As charts.py draws them.
const SHAPES = [
  (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  (r) => `m0 ${-r}l${r} ${2 * r}h${-2 * r}z`,
  (r) => `m0 ${-r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`,
  (r) => `m${-r} ${-r}l${2 * r} ${2 * r}m${-2 * r} 0l${2 * r} ${-2 * r}`,
];

/** All points as one path: `mark` counts from 1, `size` is half as large as a point. */
export function marks(mark, points, size) {
  const shape = SHAPES[(mark - 1) % SHAPES.length](Math.round(size * 10) / 10);
  return points.map(([x, y]) => `M${x} ${y}${shape}`).join("");
}
