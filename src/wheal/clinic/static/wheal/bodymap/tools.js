// The buttons around the map: what each does, which is pressed, which can do nothing now.
const MODES = ["points", "outline", "move"];

export class Tools {
  constructor(map) {
    this.map = map;
    for (const row of map.querySelectorAll(".tools, .under")) row.addEventListener("click", ({ target }) => this.press(target.closest("button")));
  }

  press(button) {
    const { map } = this;
    const presses = {
      points: () => map.choose("points"),
      outline: () => map.choose("outline"),
      move: () => map.choose(map.mode === "move" ? "points" : "move"),
      close: () => map.outlining.close(),
      "corner-back": () => map.outlining.back(),
      ghosts: () => this.showGhosts(button),
      "nudge-left": () => map.pointing.nudge(-1, 0),
      "nudge-right": () => map.pointing.nudge(1, 0),
      "nudge-up": () => map.pointing.nudge(0, -1),
      "nudge-down": () => map.pointing.nudge(0, 1),
      standard: () => map.change({ outline: map.state.standard ?? [] }),
      grid: () => map.layGrid(),
      "lift-all": () => map.change({ points: [] }),
      undo: () => map.step(-1),
      redo: () => map.step(1),
      "zoom-in": () => map.view.zoom(1.4),
      "zoom-out": () => map.view.zoom(1 / 1.4),
      fit: () => map.view.fit(),
    };
    if (button && button.getAttribute("aria-disabled") !== "true") presses[button.dataset.do]?.();
  }

  showGhosts(button) {
    const hidden = this.map.svg.classList.toggle("without-ghosts");
    button.setAttribute("aria-pressed", !hidden);
  }

  show() {
    const { map } = this;
    const { corners } = map.outlining;
    const cannot = {
      close: corners.length < 3, "corner-back": !corners.length, undo: !map.history.can(-1) && !corners.length, redo: !map.history.can(1),
      "lift-all": !map.history.now.points.length, standard: !map.state.standard?.length,
    };
    map.dataset.mode = map.mode;
    for (const row of map.querySelectorAll("[data-for-mode]")) row.hidden = row.dataset.forMode !== map.mode;
    for (const button of map.querySelectorAll("[data-do]")) {
      const { do: what } = button.dataset;
      if (MODES.includes(what)) button.setAttribute("aria-pressed", what === map.mode);
      if (what in cannot) button.setAttribute("aria-disabled", cannot[what]);
    }
  }
}
