// Menus close when one looks elsewhere; light and dark; what is kept on the device goes at log-out.
import { say } from "./words.js";
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

for (const group of document.querySelectorAll("[data-theme-choice]")) {
  const show = () => {
    const chosen = document.documentElement.dataset.theme ?? "";
    for (const button of group.children) button.setAttribute("aria-pressed", button.value === chosen);
  };
  group.addEventListener("click", ({ target }) => {
    if (target.tagName !== "BUTTON") return;
    if (target.value) document.documentElement.dataset.theme = target.value;
    else delete document.documentElement.dataset.theme;
    try {
      localStorage.setItem("wheal-theme", target.value);
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
    const device = await deviceName().catch(() => "");
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "device", value: device }));
    form.submit();
  });
}
