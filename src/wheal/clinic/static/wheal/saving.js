// One queue for each thing that saves itself: the newest state is sent, one request at a time, until acknowledged.
import { clock, say } from "./words.js";
import { forget, keep } from "./kept.js";

const WAITS = [1000, 2000, 5000, 10000, 30000];
const MOST_AT_LEAVING = 60000; // bytes that browsers let go on after the page is gone

/** From the cookie, for it is new after each log-in, in whatever tab that was; from the page where cookies are hidden. */
export function token() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie?.split("=")[1] ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export class Saver {
  /**
   * url: where to POST. key: under which the unsaved state is kept. body(state, version): what to send.
   * shown: the element that says in words what was saved. done(answer), conflict(answer), refused(answer): hooks.
   */
  constructor({ url, key, body, shown, json = true, version = 0, done, conflict, refused }) {
    Object.assign(this, { url, key, body, shown, json, version, done, conflict, refused });
    this.waiting = null;
    this.sending = false;
    this.failures = 0;
    this.stopped = false;
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.send());
    addEventListener("focus", () => this.send()); // back from logging in again in another tab
  }

  tell(state, words) {
    if (!this.shown) return;
    this.shown.dataset.state = state;
    this.shown.textContent = words;
  }

  put(state) {
    this.waiting = state;
    this.keep(state);
    if (this.stopped) return;
    this.tell("saving", say("saving"));
    this.send();
  }

  keep(state) {
    keep(this.key, { state, version: this.version, sent: this.sent });
  }

  get isSaved() {
    return this.waiting === null && !this.sending;
  }

  /** Sent so that it goes on when the page is left. */
  request(state) {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json" };
    if (this.json) headers["Content-Type"] = "application/json";
    const body = this.body(state, this.version);
    return fetch(this.url, { method: "POST", headers, body, keepalive: String(body).length < MOST_AT_LEAVING });
  }

  async send() {
    if (this.sending || this.stopped || this.waiting === null) return;
    const state = this.waiting;
    clearTimeout(this.timer);
    this.sending = true;
    this.waiting = null;
    this.sent = state;
    this.keep(state);
    try {
      await this.read(await this.request(state), state);
    } catch {
      this.again(state);
    } finally {
      this.sending = false;
    }
    if (this.waiting !== null && !this.failures) this.send();
  }

  async read(response, state) {
    if (response.redirected || response.status === 401) return this.loggedOut(state);
    if (response.status >= 500 || response.status === 429 || response.status === 408) return this.again(state);
    const answer = await this.answer(response);
    if (response.ok) return this.acknowledged(answer);
    return response.status === 409 ? this.changedElsewhere(answer) : this.notTaken(answer, state);
  }

  async answer(response) {
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return isJson ? response.json() : { html: await response.text() };
  }

  acknowledged(answer) {
    this.failures = 0;
    if (answer.version !== undefined) this.version = answer.version;
    if (this.waiting !== null) {
      this.keep(this.waiting);
    } else {
      forget(this.key);
      this.tell("saved", say("saved", { time: clock() }));
    }
    this.done?.(answer);
  }

  again(state) {
    this.waiting ??= state;
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)];
    this.tell("trying", say("trying"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  changedElsewhere(answer) {
    this.stopped = true;
    forget(this.key);
    this.tell("conflict", say("conflict"));
    this.conflict?.(answer);
  }

  loggedOut(state) {
    this.waiting ??= state;
    this.failures = 1; // no rush: the next change or the next look at this page tries again
    this.tell("logged-out", say("logged_out"));
  }

  notTaken(answer, state) {
    this.failures = 0;
    const reason = answer.message ?? answer.error?.message ?? say("not_allowed");
    this.tell("invalid", say("refused", { reason }));
    this.refused?.(answer, state);
  }
}

/** Is what was kept still the last word? Yes where the server stands as it did, or holds just what was sent last. */
export function isLastWord(left, version, current) {
  if (left.version === version) return true;
  return left.version + 1 === version && JSON.stringify(left.sent) === JSON.stringify(current);
}
