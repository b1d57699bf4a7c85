// The body map without a pointer: arrows move a cursor, space does what a tap does.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** `on`: cursor(dx, dy, far), act(), close(), cancel(), zoom(factor), fit(), undo(), redo(). */
export function listen(svg, on) {
  const plain = {
    " ": on.act, Enter: on.close, Escape: on.cancel, "+": () => on.zoom(1.25), "=": () => on.zoom(1.25), "-": () => on.zoom(0.8), 0: on.fit,
  };
  svg.addEventListener("keydown", (event) => {
    const withControl = event.ctrlKey || event.metaKey;
    const arrow = ARROWS[event.key];
    let action = null;
    if (arrow) action = () => on.cursor(...arrow, event.shiftKey);
    else if (withControl && event.key.toLowerCase() === "z") action = event.shiftKey ? on.redo : on.undo;
    else if (withControl && event.key.toLowerCase() === "y") action = on.redo;
    else if (!withControl) action = plain[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
