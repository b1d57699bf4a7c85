// <button data-puts-into="answer" data-words="words">: the words of that element go into that field, beneath what stands in it.
export function watchPutting(root) {
  for (const button of root.querySelectorAll("[data-puts-into]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.putsInto);
      const words = document.getElementById(button.dataset.words).textContent.trim();
      field.value = [field.value.trim(), words].filter(Boolean).join("\n\n");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
