// What part of the chart is seen. The chart's unit is the tenth of a millimetre.
const NEAREST = 150; // 1.5 cm across the screen
const FARTHEST = 12000;

export class View {
  constructor(svg, [x, y, width, height], changed) {
    this.svg = svg;
    this.whole = { x, y, width, height };
    this.changed = changed;
    this.fit();
    new ResizeObserver(() => this.apply()).observe(svg);
  }

  /** Chart units in one pixel of the screen. */
  get unit() {
    const box = this.svg.getBoundingClientRect();
    return Math.max(this.width / (box.width || 1), this.height / (box.height || 1));
  }

  fit() {
    Object.assign(this, this.whole);
    this.apply();
  }

  apply() {
    this.svg.setAttribute("viewBox", `${this.x} ${this.y} ${this.width} ${this.height}`);
    this.changed?.();
  }

  /** Where on the chart a place of the screen is. */
  chart(clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    return [
      this.x + this.width / 2 + (clientX - box.left - box.width / 2) * this.unit,
      this.y + this.height / 2 + (clientY - box.top - box.height / 2) * this.unit,
    ];
  }

  zoom(factor, clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = this.chart(clientX ?? box.left + box.width / 2, clientY ?? box.top + box.height / 2);
    const width = Math.min(Math.max(this.width / factor, NEAREST), FARTHEST);
    const real = this.width / width;
    Object.assign(this, {
      x: x - (x - this.x) / real, y: y - (y - this.y) / real, width, height: this.height / real,
    });
    this.apply();
  }

  move(pixelsX, pixelsY) {
    const { unit } = this;
    this.x -= pixelsX * unit;
    this.y -= pixelsY * unit;
    this.apply();
  }

  /** Bring a place of the chart into sight. */
  show([x, y]) {
    const edge = Math.min(this.width, this.height) / 10;
    const dx = Math.min(0, x - this.x - edge) + Math.max(0, x - this.x - this.width + edge);
    const dy = Math.min(0, y - this.y - edge) + Math.max(0, y - this.y - this.height + edge);
    if (!dx && !dy) return;
    this.x += dx;
    this.y += dy;
    this.apply();
  }
}
