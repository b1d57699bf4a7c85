// The demo's log-in page: a press on somebody fills in their name and the password that all of them share.
for (const button of document.querySelectorAll("[data-log-in-as]")) {
  button.addEventListener("click", () => {
    document.getElementById("id_login").value = button.dataset.logInAs;
    const password = document.getElementById("id_password");
    password.value = button.dataset.password;
    password.form.querySelector("button:not([type=button])").focus();
    for (const other of document.querySelectorAll("[data-log-in-as]")) other.setAttribute("aria-pressed", other === button);
  });
}
