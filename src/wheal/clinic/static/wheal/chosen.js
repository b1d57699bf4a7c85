// <form data-sent-when-chosen> sends itself once a file is chosen: its label is the only button, and nobody forgets another.
for (const form of document.querySelectorAll("form[data-sent-when-chosen]")) {
  form.classList.add("is-live");
  form.querySelector(".field > label")?.classList.add("button", "button-wide");
  form.addEventListener("change", () => form.requestSubmit());
}
