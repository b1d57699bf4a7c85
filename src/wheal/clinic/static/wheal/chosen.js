// <form data-sent-when-chosen> sends itself once a file is chosen: nobody forgets a button.
for (const form of document.querySelectorAll("form[data-sent-when-chosen]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
