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

for (const form of document.querySelectorAll("[data-log-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ((await hasUnsaved()) && !confirm(say("leave"))) return;
    await forgetAll();
    await takeBack();
    const device = await deviceName().catch(() => "");
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "device", value: device }));
    form.submit();
  });
}
