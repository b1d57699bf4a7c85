// Fingers, pens and mice become: tap, drag of one, pinch of two, a line drawn. Pointer events only.
const HAND_ON_ITS_WAY = 350; // ms
const STILL = { mouse: 4, pen: 8, touch: 12 }; // pixels a tap may wander

export class Gestures {
  /** `on` answers tap, stroke(begin|go|end|cancel), pan, pinch, and tells by isDrawing() what one finger means. */
  constructor(svg, on) {
    Object.assign(this, { svg, on });
    this.down = new Map();
    this.penSeen = 0;
    this.quietUntil = 0;
    svg.addEventListener("pointerdown", (event) => this.begin(event));
    svg.addEventListener("pointermove", (event) => this.go(event));
    svg.addEventListener("pointerup", (event) => this.end(event));
    svg.addEventListener("pointercancel", (event) => this.end(event, true));
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    for (const touch of ["touchstart", "touchmove"]) svg.addEventListener(touch, (event) => event.preventDefault(), { passive: false });
    svg.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** A hand that rests on the glass while a pen writes is not meant. */
  isPalm(event) {
    if (event.pointerType === "pen") this.penSeen = event.timeStamp;
    return event.pointerType === "touch" && this.penSeen && event.timeStamp - this.penSeen < 1000;
  }

  /** A stop has pushed the sheet: a finger that was on its way means the place that was there before. */
  waitForTheHand() {
    this.quietUntil = performance.now() + HAND_ON_ITS_WAY;
  }

  begin(event) {
    if (this.isPalm(event) || event.button > 1 || performance.now() < this.quietUntil) return;
    this.svg.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, { x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY });
    this.moved = this.down.size > 1;
    this.drawing = this.down.size === 1 && event.button === 0 && this.on.isDrawing(event);
    if (this.drawing) this.on.stroke("begin", event);
    else if (this.down.size === 2) this.on.stroke("cancel");
  }

  go(event) {
    const held = this.down.get(event.pointerId);
    if (!held) return;
    if (this.down.size === 2) return this.pinch(event, held);
    const wandered = Math.hypot(event.clientX - held.startX, event.clientY - held.startY);
    this.moved ||= wandered > (STILL[event.pointerType] ?? 8);
    if (this.drawing) for (const one of event.getCoalescedEvents?.() ?? [event]) this.on.stroke("go", one);
    else if (this.moved) this.on.pan(event.clientX - held.x, event.clientY - held.y);
    Object.assign(held, { x: event.clientX, y: event.clientY });
  }

  pinch(event, held) {
    const other = [...this.down.values()].find((one) => one !== held);
    const before = Math.hypot(held.x - other.x, held.y - other.y);
    const [middleX, middleY] = [(held.x + other.x) / 2, (held.y + other.y) / 2];
    Object.assign(held, { x: event.clientX, y: event.clientY });
    const after = Math.hypot(held.x - other.x, held.y - other.y);
    const [nowX, nowY] = [(held.x + other.x) / 2, (held.y + other.y) / 2];
    this.on.pan(nowX - middleX, nowY - middleY);
    if (before > 0) this.on.zoom(after / before, nowX, nowY);
  }

  end(event, cancelled = false) {
    if (!this.down.delete(event.pointerId)) return;
    if (this.drawing) this.on.stroke(cancelled ? "cancel" : "end", event);
    else if (!this.moved && !cancelled && event.button === 0) this.on.tap(event);
    this.drawing = false;
    this.moved = true;
  }

  wheel(event) {
    event.preventDefault();
    this.on.zoom(Math.exp(-event.deltaY / (event.deltaMode ? 30 : 400)), event.clientX, event.clientY);
  }
}
