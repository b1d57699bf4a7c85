// Tap a map to mark where a reaction is; tap the mark to take it back. What is marked goes into the field "places".
const SVG = "http://www.w3.org/2000/svg";
const REACH = 70; // tenths of a millimetre around a mark that still mean this mark
const STEP = 10;

const field = document.querySelector('input[name="places"]');
const marks = readField();

function readField() {
  try {
    return JSON.parse(field.value || "[]");
  } catch {
    return [];
  }
}

function place(svg, { clientX, clientY }) {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [Math.round(x), Math.round(y)];
}

function toggle(svg, [x, y]) {
  const drawn = Number(svg.dataset.pass);
  const at = marks.findIndex((mark) => mark[0] === drawn && Math.hypot(mark[1] - x, mark[2] - y) <= REACH);
  if (at >= 0) marks.splice(at, 1);
  else marks.push([drawn, x, y]);
  field.value = JSON.stringify(marks);
  if (at < 0) tick(svg);
  show(svg);
}

/** A place on a map means: after this session, in this area. */
function tick(svg) {
  for (const name of ["here", "sessions"]) {
    const box = svg.closest(name === "here" ? ".led-map" : ".led").querySelector(`input[name="${name}"]`);
    if (box) box.checked = true;
  }
}

function show(svg) {
  const drawn = Number(svg.dataset.pass);
  const shapes = marks.filter((mark) => mark[0] === drawn).map(([, x, y]) => {
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("class", "place");
    shape.setAttribute("d", `M${x} ${y}m-34 -34l68 68m0 -68l-68 68`);
    return shape;
  });
  svg.querySelector('[data-layer="places"]').replaceChildren(...shapes);
}

function keys(svg) {
  const [left, top, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const at = [left + width / 2, top + height / 2];
  const cursor = svg.querySelector('[data-layer="cursor"]');
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    const stride = STEP * (event.shiftKey ? 10 : 3);
    if (move) at.forEach((edge, i) => (at[i] = edge + move[i] * stride));
    else toggle(svg, at.map(Math.round));
    cursor.removeAttribute("hidden");
    cursor.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
  });
}

for (const svg of document.querySelectorAll("svg.place-map[data-pass]")) {
  svg.addEventListener("click", (event) => toggle(svg, place(svg, event)));
  keys(svg);
  show(svg);
}
