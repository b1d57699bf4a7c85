// `/` goes to the one search field; arrows walk through what it found; Escape leaves.
const field = document.getElementById("search");
const found = document.getElementById("search-results");

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function walk(step) {
  const links = [...found.querySelectorAll("a")];
  const here = links.indexOf(document.activeElement) + step;
  if (here < 0) field.focus();
  else links[Math.min(here, links.length - 1)]?.focus();
}

if (field) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  field.form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      found.replaceChildren();
      field.blur();
    }
  });
  document.addEventListener("click", (event) => {
    if (!field.form.contains(event.target)) found.replaceChildren();
  });
}
