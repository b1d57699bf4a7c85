// A form that is sent as a whole is sent only when somebody is there who takes it: the browser's own page ("no
// connection"), or the log-in, would lose what was entered. It stays kept until a page says that it arrived.
import { entries, fill } from "./fields.js";
import { forget, keep, kept } from "./kept.js";
import { reach } from "./keys.js";
import { tell, tellAway, tellLoggedOut } from "./told.js";
import { say } from "./words.js";

const ARRIVED = /^(__Host-)?wheal-arrived=/; // a cookie: under which key the form that the server just took was kept

/** isKept(): keeps the form as it stands, resolves to whether that worked. shown: tells what is the matter. */
export function sendWhenReached(form, { key, shown, isKept }) {
  let [isSure, isAsking] = [false, false];
  form.addEventListener("submit", async (event) => {
    if (isSure || event.defaultPrevented) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const [found, lies] = await Promise.all([reach(), isKept()]);
    isAsking = false;
    if (found !== "here") return found === "away" ? tellAway(shown, lies) : tellLoggedOut(shown, lies, { why: found === "logged-out" ? undefined : found });
    isSure = true;
    const name = form.elements.kept_as ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "kept_as" }));
    name.value = key;
    form.requestSubmit(event.submitter);
    isSure = false;
  });
}

/** <form data-keeps="key">: on this device alone until it is sent. What was kept under another text is not put back. */
export function watchKeeping(root) {
  for (const form of root.querySelectorAll("form[data-keeps]:not([data-watched])")) {
    form.dataset.watched = "1";
    const key = form.dataset.keeps;
    const shown = document.getElementById(form.dataset.saved ?? "saved");
    const about = form.dataset.keepsAbout ?? "";
    const isKept = () => keep(key, { state: entries(form), about });
    const note = async () => (await isKept()) && tell(shown, "kept", say("kept_until_sent"));
    form.addEventListener("input", note);
    form.addEventListener("change", note);
    sendWhenReached(form, { key, shown, isKept });
    kept(key).then((left) => {
      if (!left) return;
      if (left.about !== about) return forget(key);
      if (JSON.stringify(left.state) === JSON.stringify(entries(form))) return;
      fill(form, left.state);
      form.closest("details")?.setAttribute("open", "");
      tell(shown, "kept", `${say("put_back")} `);
      shown?.append(anew(() => forget(key)));
    });
  }
}

/** Nothing that was put back must stay: it may have been about somebody else. */
function anew(forgotten) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: say("begin_anew") });
  button.addEventListener("click", () => forgotten().then(() => location.reload()));
  return button;
}

/** On every page: what the server took is no longer kept here. */
export function forgetWhatArrived() {
  const cookie = document.cookie.split("; ").find((each) => ARRIVED.test(each));
  if (!cookie) return;
  const [name, kept] = cookie.split("=");
  document.cookie = `${name}=; path=/; max-age=0; samesite=lax${name.startsWith("__Host-") ? "; secure" : ""}`;
  return forget(decodeURIComponent(kept));
}
