// Menus close when one looks elsewhere; light, size and hand of this device; what is kept on it goes at log-out.
import { say } from "./words.js";
import { takeBack } from "./away.js";
import { deviceName } from "./database.js";
import { forgetAll, hasUnsaved } from "./kept.js";
import { isOut, leave } from "./leaving.js";
import { token } from "./token.js";

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

const { user } = document.body.dataset;
const tabs = user && "BroadcastChannel" in globalThis ? new BroadcastChannel("wheal-left") : null;

/** Logged out in another tab: there it was asked about what is not sent, and deleted; here nothing stays to be read. */
tabs?.addEventListener("message", ({ data }) => {
  if (data === user) forgetAll().finally(() => location.replace("/"));
});

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

/** To the log-in; without a connection to the worker's page, which says that the log-in on the server still has to end. */
async function goOut(device) {
  await leave(device, token());
  const isDone = await isOut();
  tabs?.postMessage(user);
  if (isDone) return location.replace("/");
  const door = await navigator.serviceWorker?.getRegistration("/");
  await door?.sync?.register("log-out").catch(() => {}); // where the browser can, it ends though no page is open
  if (door?.active) return location.replace("/");
  document.body.replaceChildren(Object.assign(document.createElement("p"), { className: "card", textContent: say("left_away") }));
}

for (const form of document.querySelectorAll("[data-log-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await isAllSent()) && !confirm(say("leave"))) return;
    await forgetAll();
    await takeBack();
    try {
      sessionStorage.clear();
      await goOut(await deviceName());
    } catch {
      form.submit(); // storage is switched off: nothing was kept, and no log-out can wait
    }
  });
}
