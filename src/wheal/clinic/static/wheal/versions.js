// Two devices changed the same thing: both versions are shown, and somebody chooses which one stands.
import { byName, entries, labelOf, meant, standOn, stands, wordsOf } from "./fields.js";
import { byItself } from "./token.js";

/** The page as it stands now, as its server gives it. */
export async function standingPage(address = location.href) {
  const response = await fetch(address, { headers: { Accept: "text/html", ...byItself } });
  if (!response.ok || response.redirected) throw new Error(`the page answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function row({ label, mine, theirs }) {
  const line = document.createElement("tr");
  const name = Object.assign(document.createElement("th"), { scope: "row", textContent: label });
  line.append(name, ...[mine, theirs].map((words) => {
    const cell = document.createElement("td");
    cell.append(words instanceof Node ? words : words || "—");
    return cell;
  }));
  return line;
}

/**
 * before: the element above which the panel stands. rows(): what differs, asked again after each of the `changes` to
 * what is `here`. answer: of the refusal, with who and when. fixed: there is nothing left to save into. mine(),
 * theirs(): what the person chose.
 */
export function offer({ before, rows, answer, here, changes = [], fixed = false, mine, theirs }) {
  document.getElementById("two-versions-shown")?.remove();
  document.getElementById("elsewhere")?.setAttribute("hidden", "");
  const panel = document.getElementById("two-versions").content.firstElementChild.cloneNode(true);
  panel.id = "two-versions-shown";
  const show = (selector, shown) => { for (const one of panel.querySelectorAll(selector)) one.hidden = !shown; };
  const fill = () => panel.querySelector("tbody").replaceChildren(...rows().map(row));
  const changed = new AbortController();
  fill();
  const again = () => (panel.isConnected ? fill() : changed.abort());
  for (const change of changes) here.addEventListener(change, again, { signal: changed.signal });
  panel.querySelector("[data-who]").textContent = answer.by ? `${answer.by}, ${answer.at}` : "";
  show("[data-choose=mine], [data-if-open]", !fixed);
  show("[data-if-fixed]", fixed);
  panel.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-choose]")?.dataset.choose;
    if (!choice) return;
    changed.abort();
    panel.remove();
    if (choice === "mine") mine();
    else theirs();
  });
  before.before(panel);
  panel.focus();
  panel.scrollIntoView({ block: "nearest" });
}

/** A form of which two versions stand there is not sent as a whole. */
export function chooseFirst(event) {
  event.preventDefault();
  const panel = document.getElementById("two-versions-shown");
  panel?.focus();
  panel?.scrollIntoView({ block: "nearest" });
}

/** A form on this page against the same form on the page as it stands. Tried again until the page can be had. */
export async function offerForm(form, saver, answer, state) {
  const address = form.dataset.page ?? location.href; // where it was refused, no page stands
  let page;
  try {
    page = await standingPage(address);
  } catch {
    return void setTimeout(() => saver.stopped && offerForm(form, saver, answer, state), 5000);
  }
  const other = page.querySelector(`form[data-autosave="${CSS.escape(form.dataset.autosave)}"]`);
  const theirs = byName(other ? entries(other) : []);
  const isFixed = !other || other.matches(":has(fieldset:disabled)");
  const isEcho = !isFixed && saver.isOwnEcho(entries(other));
  const told = (name, values) => String(values.map((value) => meant(form, name, value)));
  const differing = () => {
    const mine = byName(entries(form));
    const names = [...new Set([...mine.keys(), ...theirs.keys()])];
    return names.map((name) => [name, mine.get(name) ?? [], theirs.get(name) ?? []]).filter(([name, here, there]) => told(name, here) !== told(name, there));
  };
  const stand = other ? stands(other) : {};
  const insist = () => {
    standOn(form, stand);
    saver.insist(stands(form), entries(form));
  };
  if (isEcho || (other && !differing().length)) return insist(); // the same was entered on both
  offer({
    before: form, answer, here: form, changes: ["input", "change"],
    rows: () => differing().map(([name, mine, there]) => ({
      label: labelOf(form, name) === name && other ? labelOf(other, name) : labelOf(form, name),
      mine: wordsOf(form, name, mine),
      theirs: other ? wordsOf(other, name, there) : "",
    })),
    fixed: isFixed,
    mine: insist,
    theirs: () => saver.giveUp().then(() => (form.dataset.page ? location.assign(address) : location.reload())),
  });
}
