// Two devices changed the same thing: both versions are shown, and somebody chooses which one stands.
import { byName, entries, labelOf, standOn, stands, wordsOf } from "./fields.js";

/** The page as it stands now, as its server gives it. */
export async function standingPage() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
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
 * before: the element above which the panel stands. rows: what differs. answer: of the refusal, with who and when.
 * fixed: there is nothing left to save into. mine(), theirs(): what the person chose.
 */
export function offer({ before, rows, answer, fixed = false, mine, theirs }) {
  document.getElementById("two-versions-shown")?.remove();
  const panel = document.getElementById("two-versions").content.firstElementChild.cloneNode(true);
  panel.id = "two-versions-shown";
  const show = (selector, shown) => { for (const one of panel.querySelectorAll(selector)) one.hidden = !shown; };
  panel.querySelector("tbody").append(...rows.map(row));
  panel.querySelector("[data-who]").textContent = answer.by ? `${answer.by}, ${answer.at}` : "";
  show("[data-choose=mine], [data-if-open]", !fixed);
  show("[data-if-fixed]", fixed);
  panel.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-choose]")?.dataset.choose;
    if (!choice) return;
    panel.remove();
    if (choice === "mine") mine();
    else theirs();
  });
  before.before(panel);
  panel.focus();
  panel.scrollIntoView({ block: "nearest" });
}

/** A form on this page against the same form on the page as it stands. Tried again until the page can be had. */
export async function offerForm(form, saver, answer, state) {
  let page;
  try {
    page = await standingPage();
  } catch {
    return void setTimeout(() => saver.stopped && offerForm(form, saver, answer, state), 5000);
  }
  const other = page.querySelector(`form[data-autosave="${CSS.escape(form.dataset.autosave)}"]`);
  const [mine, theirs] = [byName(entries(form)), byName(other ? entries(other) : [])];
  const differing = [...new Set([...mine.keys(), ...theirs.keys()])].filter((name) => String(mine.get(name) ?? "") !== String(theirs.get(name) ?? ""));
  const stand = other ? stands(other) : {};
  const insist = () => {
    standOn(form, stand);
    saver.insist(stands(form), entries(form));
  };
  if (other && !differing.length) return insist(); // the same was entered on both
  offer({
    before: form, answer,
    rows: differing.map((name) => ({
      label: labelOf(form, name) === name && other ? labelOf(other, name) : labelOf(form, name),
      mine: wordsOf(form, name, mine.get(name) ?? []),
      theirs: other ? wordsOf(other, name, theirs.get(name) ?? []) : "",
    })),
    fixed: !other || other.matches(":has(fieldset:disabled)"),
    mine: insist,
    theirs: () => saver.giveUp().then(() => location.reload()),
  });
}
