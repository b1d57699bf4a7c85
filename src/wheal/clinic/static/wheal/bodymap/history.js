// Undo and redo without limit: every state is kept whole, for states are small and never changed in place.
export class History {
  constructor(state) {
    this.states = [state];
    this.at = 0;
  }

  get now() {
    return this.states[this.at];
  }

  push(state) {
    this.kind = "";
    this.states.splice(this.at + 1, Infinity, state);
    this.at += 1;
  }

  /** Typing one figure is one step, however many keys it takes. */
  replaceOrPush(state, kind) {
    if (this.kind === kind && this.at > 0 && this.at === this.states.length - 1) this.states[this.at] = state;
    else this.push(state);
    this.kind = kind;
  }

  step(by) {
    const at = this.at + by;
    if (!this.states[at]) return false;
    this.at = at;
    this.kind = "";
    return true;
  }

  can(by) {
    return Boolean(this.states[this.at + by]);
  }
}
