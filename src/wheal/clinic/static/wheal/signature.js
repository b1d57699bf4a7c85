// data-signature: a pad to sign on. Strokes go into a hidden field as thousandths of the pad's width.
import { say } from "./words.js";

class Pad {
  constructor(box) {
    this.canvas = box.querySelector("canvas");
    this.field = box.querySelector('input[type="hidden"]');
    this.status = box.querySelector("[data-signature-status]");
    this.strokes = this.field.value ? JSON.parse(this.field.value) : [];
    this.pointer = null;
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, (event) => this.end(event));
    // some tablets scroll all the same when only the pointer events are answered
    for (const touch of ["touchstart", "touchmove"]) this.canvas.addEventListener(touch, (event) => event.preventDefault(), { passive: false });
    box.querySelector("[data-signature-clear]")?.addEventListener("click", () => this.clear());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    // put back from what this device kept
    this.field.addEventListener("wheal:filled", () => {
      this.strokes = this.field.value ? JSON.parse(this.field.value) : [];
      this.draw();
      this.tell();
    });
    this.tell();
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((edge) => Math.round((edge * 1000) / box.width));
  }

  begin(event) {
    if (this.pointer !== null || event.button > 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push([this.at(event)]);
    this.draw();
  }

  go(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes.at(-1);
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = this.at(one);
      const [lastX, lastY] = stroke.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= 2) stroke.push([x, y]);
    }
    this.draw();
  }

  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.keep();
  }

  clear() {
    this.strokes = [];
    this.draw();
    this.keep();
  }

  keep() {
    this.field.value = this.strokes.length ? JSON.stringify(this.strokes) : "";
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.tell();
  }

  tell() {
    if (this.status) this.status.textContent = say(this.strokes.length ? "signature_drawn" : "signature_empty");
  }

  draw() {
    const { canvas } = this;
    const scale = devicePixelRatio || 1;
    const { width, height } = canvas.getBoundingClientRect();
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform((scale * width) / 1000, 0, 0, (scale * width) / 1000, 0, 0);
    pen.clearRect(0, 0, 1000, (1000 * height) / width);
    pen.strokeStyle = pen.fillStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 2200 / width;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of this.strokes) drawStroke(pen, stroke);
  }
}

function drawStroke(pen, stroke) {
  pen.beginPath();
  pen.moveTo(...stroke[0]);
  if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    pen.quadraticCurveTo(x, y, (x + stroke[i + 1][0]) / 2, (y + stroke[i + 1][1]) / 2);
  }
  if (stroke.length > 1) pen.lineTo(...stroke.at(-1));
  pen.stroke();
}

export function watchPads(root) {
  for (const box of root.querySelectorAll("[data-signature]")) {
    if (box.dataset.watched) continue;
    box.dataset.watched = "1";
    new Pad(box);
  }
}
