// Menus close when one looks elsewhere; light, size and hand of this device; what is kept on it goes at log-out.
import { say } from "./words.js";
import { takeBack } from "./away.js";
import { deviceName } from "./database.js";
import { forgetAll, hasUnsaved } from "./kept.js";

for (const menu of document.querySelectorAll("[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** Of this device: theme, type and hand. theme.js puts them back before the first paint. */
for (const group of document.querySelectorAll("[data-device-choice]")) {
  const { deviceChoice: name } = group.dataset;
  const { dataset } = document.documentElement;
  const show = () => {
    for (const button of group.children) button.setAttribute("aria-pressed", button.value === (dataset[name] ?? ""));
  };
  group.addEventListener("click", ({ target }) => {
    if (target.tagName !== "BUTTON") return;
    if (target.value) dataset[name] = target.value;
    else delete dataset[name];
    try {
      localStorage.setItem(`wheal-${name}`, target.value);
    } catch { /* storage is switched off: it holds for this page */ }
    show();
  });
  show();
}

/** For whom the emergency page opens: in the memory of this tab alone, never in its address. */
for (const link of document.querySelectorAll(".in-emergency")) {
  link.addEventListener("click", () => {
    const { emergencyFor: name, weighed } = link.dataset;
    try {
      if (name) sessionStorage.setItem("wheal-emergency", JSON.stringify({ name, weighed, asked: link.search }));
      else sessionStorage.removeItem("wheal-emergency");
    } catch { /* storage is switched off: the page names nobody */ }
  });
}

const LONGEST = 4000; // ms that the last entries may take to arrive
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** What was typed just now is sent first; only what does not arrive is asked about. */
async function isAllSent() {
  dispatchEvent(new Event("wheal:send-now"));
  for (const until = Date.now() + LONGEST; Date.now() < until && navigator.onLine; await pause(100)) {
    if (!(await hasUnsaved())) return true;
  }
  return !(await hasUnsaved());
}

for (const form of document.querySelectorAll("[data-log-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await isAllSent()) && !confirm(say("leave"))) return;
    await forgetAll();
    await takeBack();
    try {
      sessionStorage.clear();
    } catch { /* nothing was kept */ }
    const device = await deviceName().catch(() => "");
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "device", value: device }));
    form.submit();
  });
}
