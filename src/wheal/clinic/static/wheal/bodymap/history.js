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
    this.states.splice(this.at + 1, Infinity, state);
    this.at += 1;
  }

  step(by) {
    const at = this.at + by;
    if (!this.states[at]) return false;
    this.at = at;
    return true;
  }

  can(by) {
    return Boolean(this.states[this.at + by]);
  }
}
