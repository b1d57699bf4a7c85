// What is told at once (#now) may come far above what was just ticked: it is brought into view when its word changes.
const word = () => document.querySelector("#now .word")?.textContent ?? "";
let stood = word();

document.addEventListener("wheal:saved", () => {
  const says = word();
  if (says && says !== stood) document.getElementById("now").scrollIntoView({ block: "start" });
  stood = says;
});
