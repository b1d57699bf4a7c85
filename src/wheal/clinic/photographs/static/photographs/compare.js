// Two pictures under a slider: the native slider beneath serves keys and screen readers, the picture serves the finger.
import { language } from "../wheal/words.js";

const compared = document.querySelector("[data-compare]");
const [wipe, slider] = [compared?.querySelector("[data-wipe]"), compared?.querySelector("[data-wipe-at]")];

function move(percent) {
  const at = Math.min(Math.max(percent, 0), 100);
  wipe.style.setProperty("--at", `${at}%`);
  slider.setAttribute("aria-valuetext", slider.dataset.say.replace("{at}", new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(at)));
}

function follow(event) {
  const box = wipe.getBoundingClientRect();
  slider.value = ((event.clientX - box.left) / box.width) * 100;
  move(Number(slider.value));
}

/** The frame takes the shape of the later picture, as large as the screen allows. */
function shape() {
  const later = wipe.querySelector("img");
  if (!later.naturalWidth) return;
  wipe.style.aspectRatio = `${later.naturalWidth} / ${later.naturalHeight}`;
  wipe.parentElement.style.maxWidth = `calc(74dvh * ${later.naturalWidth / later.naturalHeight})`;
}

if (wipe) {
  compared.classList.add("ready");
  slider.addEventListener("input", () => move(Number(slider.value)));
  wipe.addEventListener("pointerdown", (event) => {
    wipe.setPointerCapture(event.pointerId);
    follow(event);
  });
  wipe.addEventListener("pointermove", (event) => wipe.hasPointerCapture(event.pointerId) && follow(event));
  wipe.querySelector("img").addEventListener("load", shape);
  for (const way of compared.querySelectorAll("[name=how]")) {
    way.addEventListener("change", () => {
      compared.classList.toggle("as-slider", way.value === "as-slider");
      compared.classList.toggle("as-sides", way.value === "as-sides");
    });
  }
  shape();
  move(50);
}
document.querySelector("[data-print]")?.addEventListener("click", () => print());
