// In words, beside what is entered: saved, kept on this device, changed elsewhere.
import { say } from "./words.js";

export function tell(shown, state, words) {
  if (!shown) return;
  shown.dataset.state = state;
  shown.textContent = words;
}

export const tellAway = (shown, isKept, reason = "") =>
  tell(shown, "trying", `${say(isKept ? "kept_here" : "only_here")} ${reason}`.trim());

const link = (href, words) => Object.assign(document.createElement("a"), { href, textContent: say(words) });

/** why: "person" where somebody else is logged in now; "clinic" with the server's words where the page is of another one. */
export function tellLoggedOut(shown, isKept, { why, message, back } = {}) {
  if (!shown) return;
  const words = why === "person" ? "others" : "logged_out";
  if (why === "clinic") tell(shown, "logged-out", `${isKept ? say("other_clinic", { reason: message }) : message} `);
  else tell(shown, "logged-out", `${say(isKept ? words : `${words}_unkept`)} `);
  if (!isKept) return; // the page must stay
  if (why === "clinic") return shown.append(link(back, "to_other_clinic"));
  if (why) return; // whoever that is has to log out first
  const address = new URL(document.body.dataset.logIn, location.href);
  address.searchParams.set("next", location.pathname + location.search);
  shown.append(link(address.href, "log_in_again"));
}
