// For whom the emergency page opens, and with what weight: as it stands on this device by now, typed a moment ago or saved
// after the page was kept. In the memory of this tab and under the person's keys alone; the address names nobody.
import { keepBeside, keptBeside } from "./kept.js";

const links = document.querySelectorAll(".in-emergency");
const field = document.querySelector("[data-weighed-now] input");
const [, session] = /^\/sessions\/(\d+)\//.exec(location.pathname) ?? [];
const { keptAt } = document.documentElement.dataset;
const KEPT = `emergency ${session}`;
const LEAST = 2, MOST = 400; // kg

for (const link of links) {
  link.addEventListener("click", () => {
    const { emergencyFor: name, weighed } = link.dataset;
    try {
      if (name) sessionStorage.setItem("wheal-emergency", JSON.stringify({ name, weighed, asked: link.search }));
      else sessionStorage.removeItem("wheal-emergency");
    } catch { /* storage is switched off: the page names nobody */ }
  });
}

function show(asked, weighed) {
  for (const link of links) {
    link.search = asked;
    link.dataset.weighed = weighed;
  }
}

const note = ({ search, dataset }) => keepBeside(KEPT, { at: Date.now(), asked: search, weighed: dataset.weighed });

function take(link, { asked, weighed }) {
  const typed = field.value.trim().replace(",", ".");
  const search = new URLSearchParams(asked);
  const isWeight = Number(typed) >= LEAST && Number(typed) <= MOST;
  if (isWeight) search.set("kg", typed);
  show(`?${search}`, isWeight ? field.closest("[data-weighed-now]").dataset.weighedNow : weighed);
  note(link);
}

async function follow(link) {
  const since = keptAt ? await keptBeside(KEPT) : null;
  if (since?.at > Number(keptAt)) show(since.asked, since.weighed);
  else if (!keptAt) note(link);
  const before = { asked: link.search, weighed: link.dataset.weighed };
  field?.addEventListener("input", () => take(link, before));
}

if (session && links[0]?.dataset.emergencyFor) follow(links[0]);
