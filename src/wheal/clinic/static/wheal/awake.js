// The screen stays on while a session is open and looked at: gloved hands do not wake it. Not after the log-in has ended.
let [held, isOver] = [null, false];

async function stay() {
  if (document.hidden || held || isOver) return;
  try {
    held = await navigator.wakeLock.request("screen");
  } catch {
    return; // the device saves its battery, or has no such lock
  }
  document.documentElement.dataset.awake = "yes";
  held.addEventListener("release", () => {
    held = null;
    delete document.documentElement.dataset.awake;
  });
}

if ("wakeLock" in navigator) {
  document.addEventListener("visibilitychange", stay);
  addEventListener("wheal:log-in-over", () => {
    isOver = true;
    held?.release();
  });
  stay();
}
