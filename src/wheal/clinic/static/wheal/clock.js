// How long a mix may still be injected, counted down beside the time.
function tell(clock) {
  const left = Math.floor((new Date(clock.dataset.until) - Date.now()) / 60000);
  const shown = clock.querySelector("[data-left]");
  shown.textContent = left < 0 ? "" : `${Math.floor(left / 60)} h ${String(left % 60).padStart(2, "0")}`;
  clock.classList.toggle("is-over", left < 0);
  clock.classList.toggle("is-soon", left >= 0 && left < 30);
}

const clocks = [...document.querySelectorAll("[data-until]")];
const all = () => clocks.forEach(tell);
all();
if (clocks.length) setInterval(all, 20000);
