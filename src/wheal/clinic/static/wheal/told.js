// In words, beside what is entered: saved, kept on this device, changed elsewhere.
import { say } from "./words.js";

export function tell(shown, state, words) {
  if (!shown) return;
  shown.dataset.state = state;
  shown.textContent = words;
}

export const tellAway = (shown, isKept, reason = "") =>
  tell(shown, "trying", `${say(isKept ? "kept_here" : "only_here")} ${reason}`.trim());

export function tellLoggedOut(shown, isKept) {
  if (!shown) return;
  tell(shown, "logged-out", `${say(isKept ? "logged_out" : "logged_out_unkept")} `);
  if (!isKept) return; // the page must stay
  const address = new URL(document.body.dataset.logIn, location.href);
  address.searchParams.set("next", location.pathname + location.search);
  shown.append(Object.assign(document.createElement("a"), { href: address.href, textContent: say("log_in_again") }));
}
