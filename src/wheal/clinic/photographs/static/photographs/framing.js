// Turning, enlarging and moving a picture in its frame. The sliders hold the figures; what is seen here is what the
// server will draw: turned clockwise, enlarged, then moved by percent of the frame.
import { number } from "../wheal/words.js";

const form = document.querySelector("[data-framing]");
const [frame, picture] = [form?.querySelector("[data-frame]"), form?.querySelector(".picture")];
const held = (name) => Number(form.elements[name].value);
const SHOWN = { turn: (value) => `${number(value, 1)}°`, zoom: (value) => `${number(value * 100, 0)} %`, x: (value) => `${number(value, 1)} %`, y: (value) => `${number(value, 1)} %` };

function draw() {
  const [width, height] = [Number(form.dataset.width), Number(form.dataset.height)];
  const lies = Math.abs(held("turn")) > 45 && Math.abs(held("turn")) < 135;
  const [across, down] = lies ? [height, width] : [width, height];
  frame.style.aspectRatio = `${across} / ${down}`;
  frame.style.maxWidth = `calc(70dvh * ${across / down})`;
  const box = frame.getBoundingClientRect();
  picture.style.width = `${(width / across) * 100}%`;
  picture.style.transform = `translate(-50%, -50%) translate(${(held("x") / 100) * box.width}px, ${(held("y") / 100) * box.height}px) rotate(${held("turn")}deg) scale(${held("zoom")})`;
  for (const output of form.querySelectorAll("[data-shows]")) output.value = SHOWN[output.dataset.shows](held(output.dataset.shows));
}

function set(values) {
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  draw();
}

function quarter(by) {
  const turned = held("turn") + by;
  set({ turn: turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned });
}

function drag(event) {
  if (!frame.hasPointerCapture(event.pointerId)) return;
  const box = frame.getBoundingClientRect();
  set({ x: held("x") + (event.movementX / box.width) * 100, y: held("y") + (event.movementY / box.height) * 100 });
}

/** The pictures are fetched, and the look at them written down, once somebody wants to work on them. */
function begin() {
  for (const image of form.querySelectorAll("img[data-src]")) {
    image.src ||= image.dataset.src;
  }
  draw();
}

if (form) {
  form.closest("details").addEventListener("toggle", begin);
  for (const name of Object.keys(SHOWN)) form.elements[name].addEventListener("input", draw);
  for (const button of form.querySelectorAll("[data-quarter]")) button.addEventListener("click", () => quarter(Number(button.dataset.quarter)));
  form.querySelector("[data-as-taken]").addEventListener("click", () => set({ turn: 0, zoom: 1, x: 0, y: 0 }));
  form.querySelector("[data-strength]")?.addEventListener("input", (event) => frame.style.setProperty("--over", event.target.value / 100));
  frame.addEventListener("pointerdown", (event) => frame.setPointerCapture(event.pointerId));
  frame.addEventListener("pointermove", drag);
  addEventListener("resize", draw);
}
