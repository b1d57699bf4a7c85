// The doses for a weight and an age as they are typed, on a page that may have been kept from before.
const form = document.querySelector("form.whom");
const asked = new URLSearchParams(location.search);
for (const name of ["kg", "years"]) {
  if (asked.has(name) && !form.elements[name].value) form.elements[name].value = asked.get(name);
}
form.addEventListener("input", tell);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  tell();
});
tell();
tellForWhom();

/** Whom the page before was about, and how old the weight is. Nobody where this address was opened otherwise. */
function tellForWhom() {
  const shown = document.querySelector("[data-for-whom]");
  let held = null;
  try {
    held = JSON.parse(sessionStorage.getItem("wheal-emergency"));
  } catch { /* storage is switched off */ }
  if (!held || held.asked !== location.search) return;
  shown.querySelector("strong").textContent = held.name;
  const { weighed, notKnown } = shown.dataset;
  shown.querySelector("[data-weight-of]").textContent = held.weighed ? weighed.replace("{day}", held.weighed) : notKnown;
  shown.hidden = false;
}

function typed(name, least, most) {
  const value = Number.parseFloat(form.elements[name].value.trim().replace(",", "."));
  return value >= least && value <= most ? value : null;
}

function tell() {
  const kg = typed("kg", 2, 400);
  const years = typed("years", 0, 130);
  for (const row of document.querySelectorAll(".dose")) {
    const { fromKg, belowKg, fromYears, belowYears } = row.dataset;
    row.hidden = !(within(kg, fromKg, belowKg) && within(years, fromYears, belowYears));
    const told = row.querySelector(".amount");
    if (row.dataset.factor) told.textContent = kg === null ? row.dataset.rule : given(kg, row.dataset);
    const rule = row.querySelector(".rule"); // beside the amount; where no weight is known, it is the amount
    if (rule) rule.hidden = kg === null;
    row.classList.toggle("of-weight", Boolean(row.dataset.factor) && kg === null);
  }
  for (const none of document.querySelectorAll(".no-dose")) {
    none.hidden = [...none.closest(".doses").querySelectorAll(".dose")].some((row) => !row.hidden);
  }
  document.querySelector(".weight-unknown").hidden = kg !== null;
}

function within(value, from, below) {
  return value === null || ((!from || value >= Number(from)) && (!below || value < Number(below)));
}

function given(kg, { factor, unit }) {
  const tenths = Math.floor(Math.round(kg * Number(factor) * 1000) / 100); // rounded down to a tenth
  const text = tenths % 10 ? (tenths / 10).toFixed(1) : String(tenths / 10);
  return `${document.documentElement.lang.startsWith("fr") ? text.replace(".", ",") : text}\u00a0${unit}`;
}
