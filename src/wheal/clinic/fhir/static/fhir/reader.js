// Opens the health link that stands behind # in the address. The key stays in this page; nothing is kept.
import { language, say } from "../wheal/words.js";
import { Refused, fetched, linkIn } from "./link.js";
import { opened } from "./sealed.js";
import { moment, show, summaryIn } from "./summary.js";

const one = (selector) => document.querySelector(selector);
const [refused, asks, shown, main] = ["[data-refused]", "[data-asks]", "[data-shows]", "main"].map(one);
const [recipient, passcode, button] = ["#recipient", "#passcode", "[data-open]"].map(one);
const AGAIN = ["wrong", "away", "busy"]; // after these the form stays

function sentence(reason, figures) {
  if (reason === "expired_on") return say(reason, { date: moment(figures.until) });
  if (reason !== "wrong") return say(reason, figures);
  if (!(figures.left > 0)) return say("wrong");
  const counted = new Intl.PluralRules(language).select(figures.left) === "one" ? "left_one" : "left";
  return `${say("wrong")} ${say(counted, figures)}`;
}

function refuse(reason, figures) {
  asks.hidden = true;
  refused.querySelector("p").textContent = sentence(reason, figures);
  refused.hidden = false;
}

function tell(error, words) {
  error.textContent = words;
  error.hidden = !words;
  const field = error.closest(".field")?.querySelector("input");
  field?.setAttribute("aria-invalid", String(Boolean(words)));
  if (words) field?.focus();
}

function answered(reason, figures) {
  if (!AGAIN.includes(reason)) return refuse(reason, figures);
  return tell(one(reason === "wrong" ? "#passcode-error" : "[data-trouble]"), sentence(reason, figures));
}

async function open(link) {
  const text = await fetched(link, main.dataset.links, recipient.value.trim(), passcode.value);
  const summary = summaryIn(await opened(text, link.key).catch(() => { throw new Refused("document"); }));
  show(shown, summary, link.until);
  passcode.value = "";
  asks.hidden = true;
  shown.hidden = false;
  one("[data-name]").focus();
}

function isFilled(link) {
  tell(one("[data-trouble]"), "");
  tell(one("#passcode-error"), link.asksPasscode && !passcode.value ? say("no_passcode") : "");
  tell(one("#recipient-error"), recipient.value.trim() ? "" : say("no_recipient"));
  return recipient.value.trim() && (!link.asksPasscode || passcode.value);
}

function begin(link) {
  one("[data-from]").textContent = link.label ? say("from", { label: link.label }) : "";
  one("[data-passcode]").hidden = !link.asksPasscode;
  asks.hidden = false;
  asks.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled || !isFilled(link)) return;
    [button.disabled, button.textContent] = [true, say("opening")];
    try {
      await open(link);
    } catch (problem) {
      answered(problem.reason ?? "document", problem.figures ?? {});
    } finally {
      [button.disabled, button.textContent] = [false, say("open")];
    }
  });
}

function start() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return refuse("insecure");
  try {
    new DecompressionStream("deflate-raw");
  } catch {
    return refuse("old");
  }
  try {
    return begin(linkIn(location.hash.slice(1), main.dataset.links));
  } catch (problem) {
    return refuse(problem.reason ?? "link", problem.figures ?? {});
  }
}

for (const link of document.querySelectorAll("[data-language]")) link.hash = location.hash;
one("[data-prints]").addEventListener("click", () => print());
addEventListener("hashchange", () => location.reload()); // another link, in the same tab
addEventListener("pagehide", () => { shown.remove(); asks.remove(); }); // whoever goes back finds nothing of anybody
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
start();
