// Scanners that act as keyboards send the GS1 separator as Ctrl+]. A text field would drop it, and two fields of
// the code would be read as one.
for (const field of document.querySelectorAll("[data-scan]")) {
  field.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || (event.key !== "]" && event.key !== "\u001d" && event.code !== "BracketRight")) return;
    event.preventDefault();
    field.setRangeText("\u001d", field.selectionStart, field.selectionEnd, "end");
  });
}
