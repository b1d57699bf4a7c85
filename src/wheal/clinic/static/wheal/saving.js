// One queue for each thing that saves itself: the newest state is sent, one request at a time, until acknowledged.
import { clock, say } from "./words.js";
import { forget, keep, keepBeside, kept, keptBeside } from "./kept.js";
import { tell, tellAway, tellLoggedOut } from "./told.js";
import { byItself, token, whose } from "./token.js";

const WAITS = [1000, 2000, 5000, 10000, 30000];
const MOST_AT_LEAVING = 60000; // bytes that browsers let go on after the page is gone
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Those whose thing another device may change meanwhile: elsewhere.js looks. */
export const watched = new Set();

export class Saver {
  /**
   * url: where to POST. key: under which the unsaved state is kept. body(state, version): what to send.
   * version: what the page began from; advanced(answer, state) gives the next. shown: the element that says in words
   * what was saved. done(answer), conflict(answer, state), refused(answer): hooks; unjudged(isAway): the server has not
   * taken what stands here. stand: its name in what the server says of the session as it stands. alike(one, other):
   * whether two states mean the same.
   */
  constructor({ url, key, body, shown, json = true, version = 0, stand, advanced, done, conflict, refused, unjudged, alike = same }) {
    Object.assign(this, { url, key, body, shown, json, version, stand, advanced, done, conflict, refused, unjudged, alike });
    if (stand) watched.add(this);
    this.waiting = null;
    this.sending = false;
    this.failures = 0;
    this.stopped = false;
    addEventListener("online", () => this.send(byItself));
    addEventListener("pagehide", () => this.send());
    addEventListener("focus", () => this.send()); // back from logging in again in another tab
  }

  tell(state, words) {
    tell(this.shown, state, words);
  }

  put(state) {
    this.waiting = state;
    if (this.stopped || this.sending) this.keep(state);
    if (this.stopped) return;
    this.tell("saving", say("saving"));
    this.send(); // keeps it too
  }

  /** It is put in a moment. Until then the page does not say that it is saved. */
  soon(state) {
    this.keep(state);
    const told = this.shown?.dataset.state ?? "saved"; // as the server wrote the page
    if (!this.stopped && told === "saved") this.tell("saving", say("saving"));
  }

  /** On this device: the page may be gone within the second. */
  keep(state) {
    if (this.isGivenUp) return;
    this.isKept = keep(this.key, { state, version: this.version, sent: this.sent, stood: this.stood });
  }

  /** What this device kept of the page before: take(state) puts it back, unless somebody saved something else meanwhile. */
  async resume(current, take) {
    const [left, saved] = [await kept(this.key), await this.savedSince()];
    const standing = saved?.state ?? current;
    this.stood = standing;
    if (saved) this.version = saved.version;
    if (saved && !left) take(standing);
    if (!left) return;
    if (this.alike(left.state, standing)) return this.settled(standing); // it had arrived; only the answer was lost
    take(left.state);
    if (same(left.version, this.version) || this.alike(left.sent, standing)) return this.put(left.state);
    this.version = left.version; // until somebody chose, however often the page is opened again
    this.stood = left.stood;
    this.changedElsewhere({}, left.state);
  }

  /** Where the page is an earlier one, opened without a connection: what this device saved after it was kept. */
  async savedSince() {
    const { keptAt } = document.documentElement.dataset;
    const saved = keptAt && (await keptBeside(`saved ${this.key}`));
    return saved && saved.at > Number(keptAt) ? saved : null;
  }

  get isSaved() {
    return this.waiting === null && !this.sending;
  }

  /** Sent so that it goes on when the page is left. */
  request(state, how) {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json", ...whose, ...how };
    if (this.json) headers["Content-Type"] = "application/json";
    const body = this.body(state, this.version);
    return fetch(this.url, { method: "POST", headers, body, keepalive: String(body).length < MOST_AT_LEAVING });
  }

  async send(how = {}) {
    if (this.sending || this.stopped || this.waiting === null) return;
    const state = this.waiting;
    clearTimeout(this.timer);
    this.sending = true;
    this.waiting = null;
    this.sent = state;
    this.keep(state);
    try {
      await this.read(await this.request(state, how), state);
    } catch {
      this.again(state);
    } finally {
      this.sending = false;
    }
    if (this.waiting !== null && !this.failures) this.send();
  }

  async read(response, state) {
    if (response.redirected) return this.loggedOut(state);
    if (response.status === 401) return this.loggedOut(state, await this.answer(response).catch(() => ({})));
    if (response.status >= 500 || response.status === 429 || response.status === 408)
      return this.again(state, await this.reason(response));
    const answer = await this.answer(response);
    if (response.ok) return this.acknowledged(answer, state);
    return response.status === 409 ? this.changedElsewhere(answer, this.waiting ?? state) : this.notTaken(answer, state);
  }

  /** Why the server could not, in its own words; "" where it has none. */
  async reason(response) {
    const answer = await this.answer(response).catch(() => ({}));
    return answer.message ?? "";
  }

  async answer(response) {
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return isJson ? response.json() : { html: await response.text() };
  }

  acknowledged(answer, state) {
    this.failures = 0;
    this.stood = state;
    this.version = this.advanced?.(answer, state) ?? answer.version ?? this.version;
    if (this.waiting !== null) {
      this.keep(this.waiting);
    } else if (answer.not_taken) {
      this.keep(state);
      this.tell("invalid", say("saved_in_part"));
    } else {
      this.settled(state);
    }
    this.done?.(answer);
  }

  settled(state) {
    this.tell("saved", say("saved", { time: clock() }));
    keepBeside(`saved ${this.key}`, { at: Date.now(), version: this.version, state });
    return forget(this.key);
  }

  async again(state, reason = "") {
    this.waiting ??= state;
    this.unjudged?.(true);
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(byItself), wait);
    const isKept = await this.isKept;
    if (this.failures) tellAway(this.shown, isKept, reason);
  }

  /** Nothing is sent any more until somebody chose; what was entered here stays on this device. */
  changedElsewhere(answer, state) {
    this.stopped = true;
    this.waiting = state;
    this.keep(state);
    this.tell("conflict", say("conflict"));
    this.unjudged?.(false);
    this.conflict?.(answer, state);
  }

  /** Only the version went on: what was sent from here arrived, and its answer was lost. Nobody else entered anything. */
  isOwnEcho(theirs) {
    if (Array.isArray(theirs) || !this.stood) return this.alike(theirs, this.stood);
    return Object.keys(theirs).every((name) => same(theirs[name] ?? null, this.stood[name] ?? null));
  }

  /** Chosen: what was entered here goes over what stands there, begun from that. */
  insist(version, state) {
    this.stopped = false;
    this.version = version;
    this.put(state);
  }

  /** Chosen: what stands there. */
  giveUp() {
    this.waiting = null;
    this.isGivenUp = true;
    return forget(this.key);
  }

  /** Or somebody else logged in, or this person went to another clinic, in another tab. */
  async loggedOut(state, answer = {}) {
    this.waiting ??= state;
    this.unjudged?.(false);
    this.failures = 1; // no rush: the next change or the next look at this page tries again
    tellLoggedOut(this.shown, await this.isKept, answer);
  }

  notTaken(answer, state) {
    this.failures = 0;
    const reason = answer.message ?? answer.error?.message ?? say("not_allowed");
    this.tell("invalid", say("refused", { reason }));
    this.unjudged?.(false);
    this.refused?.(answer, state);
  }
}
