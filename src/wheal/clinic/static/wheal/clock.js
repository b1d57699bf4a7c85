// How long a mix may still be injected, counted down beside the time. Saving a time brings a clock anew.
function tell(clock) {
  const left = Math.floor((new Date(clock.dataset.until) - Date.now()) / 60000);
  const shown = clock.querySelector("[data-left]");
  shown.textContent = left < 0 ? "" : `${Math.floor(left / 60)} h ${String(left % 60).padStart(2, "0")}`;
  clock.classList.toggle("is-over", left < 0);
  clock.classList.toggle("is-soon", left >= 0 && left < 30);
}

const all = () => document.querySelectorAll("[data-until]").forEach(tell);
all();
document.addEventListener("wheal:saved", all);
setInterval(all, 20000);
