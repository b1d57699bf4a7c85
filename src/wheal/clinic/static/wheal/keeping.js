// The page that stands for one that cannot be had: which sessions this device keeps, and how a log-out stands that waits.
import { keptBeside } from "./kept.js";
import { isOut } from "./leaving.js";
import { clock, say } from "./words.js";

const AGAIN = 3000; // milliseconds
const [held, left] = [document.querySelector("[data-held]"), document.querySelector("[data-left]")];

/** Nothing of the session that ends is asked of the server any more. */
async function waitUntilOut() {
  if (await isOut()) return location.replace("/");
  held.hidden = true;
  left.hidden = false;
  setTimeout(waitUntilOut, AGAIN);
}

function item(path, at, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const { emergencyFor: name } = page.querySelector("[data-emergency-for]")?.dataset ?? {};
  const step = page.querySelector(".rail [aria-current] .name")?.textContent.trim() ?? "";
  const link = Object.assign(document.createElement("a"), { href: path, className: "item" });
  link.append(
    Object.assign(document.createElement("strong"), { className: "grow", textContent: name ?? path }),
    Object.assign(document.createElement("span"), { className: "soft", textContent: say("kept_session", { step, time: clock(new Date(at)) }) }),
  );
  const row = document.createElement("li");
  row.append(link);
  return row;
}

async function tellKept() {
  const opened = Object.values((await keptBeside("pages opened")) ?? {}).sort((one, other) => other.at - one.at);
  const rows = await Promise.all(opened.map(async ({ path, at }) => {
    const page = await keptBeside(`page ${path}`);
    return page ? item(path, at, page.text) : null;
  }));
  const list = held.querySelector("ul");
  list.replaceChildren(...rows.filter(Boolean));
  held.querySelector("[data-kept-sessions]").hidden = !list.children.length;
}

held.querySelector("[data-not-done]").hidden = location.hash !== "#not-done";
if (await isOut()) tellKept();
else waitUntilOut();
