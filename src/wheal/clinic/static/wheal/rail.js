// On a narrow screen the rail, and a row of tabs, are wider than the page: where one is stands in the middle.
export function centreRail() {
  for (const here of document.querySelectorAll(".rail [aria-current], .sections [aria-current]")) {
    const rail = here.closest(".rail, .sections");
    const [box, around] = [here.getBoundingClientRect(), rail.getBoundingClientRect()];
    rail.scrollLeft += box.left + box.width / 2 - around.left - around.width / 2;
  }
}

centreRail();
document.addEventListener("map:saved", centreRail);
document.addEventListener("wheal:saved", centreRail); // saving may have put a new rail in place of the old
