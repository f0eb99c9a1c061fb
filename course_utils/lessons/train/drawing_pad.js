// A pad of 32×32 pixels, ink or paper. Ink appears at once; Python hears of it once a frame.
// `value` holds 1,024 characters 0 or 1, row by row; `says` is read aloud when the pen rests.

const SIDE = 32;
const CELL = 8; // screen pixels of one pixel of the pad
const BLOCK = 4; // in which ink is counted
const REST = 300; // milliseconds without a change before `says` is shown
const HELP = "Arrow keys move the pen, Space lowers and lifts it, E does so with the eraser, "
  + "C clears the pad, Escape lifts the pen and then leaves the pad.";
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const PEN = { up: "pen up", ink: "pen down, drawing", paper: "eraser down" };
const BUTTONS = [ // words, name, rows and columns to move by; null erases
  ["← Left", "Move the drawing left", [0, -1]], ["↑ Up", "Move the drawing up", [-1, 0]],
  ["↓ Down", "Move the drawing down", [1, 0]], ["→ Right", "Move the drawing right", [0, 1]],
  ["Erase", "Erase the drawing", null],
];

function element(name, parent, words, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = words;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  parent.append(made);
  return made;
}

function build(el) {
  el.classList.add("course-pad");
  const sheet = element("div", el, "", { class: "course-pad-sheet" });
  const canvas = element("canvas", sheet, "", {
    width: SIDE * CELL, height: SIDE * CELL, tabindex: 0,
    role: "application", "aria-label": `Drawing pad. ${HELP}`,
  });
  const side = element("div", sheet, "", { class: "course-pad-buttons" });
  element("span", side, "Move drawing", { "aria-hidden": "true" });
  const buttons = BUTTONS.map(([words, name, by]) => (
    [element("button", side, words, { type: "button", "aria-label": name }), by]
  ));
  const pen = element("span", side, PEN.up, { class: "course-pad-pen", "aria-live": "polite" });
  element("p", el, `Draw with mouse or finger. Or by keyboard: ${HELP}`);
  const status = element("p", el, "", { role: "status", "aria-live": "polite" });
  return { canvas, buttons, pen, status };
}

// The brush: 4×4 pixels without their corners, about as thick as the strokes of the data.
function brush(row, column) {
  const spots = [];
  for (let r = -1; r <= 2; r++) {
    for (let c = -1; c <= 2; c++) {
      if ((r === -1 || r === 2) && (c === -1 || c === 2)) continue;
      spots.push([row + r, column + c]);
    }
  }
  return spots.filter(([r, c]) => r >= 0 && c >= 0 && r < SIDE && c < SIDE);
}

function render({ model, el }) {
  const { canvas, buttons, pen, status } = build(el);
  const context = canvas.getContext("2d");
  const at = { row: 3, column: 3, mode: "up" };
  let ink = [...model.get("value")];
  let waiting = null; // the frame in which Python will hear of new ink
  let resting = null; // the timer until the status is shown

  function paint() {
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#1a1a1a";
    ink.forEach((one, i) => {
      if (one === "1") context.fillRect((i % SIDE) * CELL, Math.floor(i / SIDE) * CELL, CELL, CELL);
    });
    context.fillStyle = "#bbbbbb";
    for (let line = BLOCK * CELL; line < SIDE * CELL; line += BLOCK * CELL) {
      context.fillRect(line, 0, 1, canvas.height);
      context.fillRect(0, line, canvas.width, 1);
    }
    if (document.activeElement === canvas) paintPen();
  }

  function paintPen() {
    const [x, y] = [(at.column - 1) * CELL, (at.row - 1) * CELL];
    context.lineWidth = at.mode === "up" ? 2 : 4;
    context.strokeStyle = at.mode === "paper" ? "#0072b2" : "#d55e00";
    context.strokeRect(x, y, BLOCK * CELL, BLOCK * CELL);
  }

  function changed() {
    canvas.dataset.value = ink.join("");
    paint();
    waiting ??= requestAnimationFrame(() => {
      waiting = null;
      model.set("value", ink.join(""));
      model.save_changes();
    });
  }

  function stamp(row, column, mode) {
    brush(row, column).forEach(([r, c]) => { ink[r * SIDE + c] = mode === "ink" ? "1" : "0"; });
  }

  function stroke(from, to, mode) { // both ends and every pixel between
    const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column), 1);
    for (let i = 0; i <= steps; i++) {
      const part = i / steps;
      stamp(Math.round(from.row + part * (to.row - from.row)),
        Math.round(from.column + part * (to.column - from.column)), mode);
    }
    changed();
  }

  // ------------------------------------------------------------------------ mouse and finger

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * SIDE - 0.5);
    const column = Math.floor(((event.clientX - box.left) / box.width) * SIDE - 0.5);
    return { row, column };
  }

  let last = null; // where the pointer was, while it is down
  let mode = "ink";

  function down(event) {
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    mode = event.button === 2 || at.mode === "paper" ? "paper" : "ink";
    last = place(event);
    stroke(last, last, mode);
  }

  function move(event) {
    if (!last) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    (passed.length ? passed : [event]).forEach(one => {
      const next = place(one);
      stroke(last, next, mode);
      last = next;
    });
  }

  function up() { last = null; }

  // -------------------------------------------------------------------------------- keyboard

  function lower(next) {
    at.mode = at.mode === next ? "up" : next;
    pen.textContent = PEN[at.mode];
    if (at.mode === "up") paint();
    else stroke(at, at, at.mode);
  }

  function walk([rows, columns], far) {
    const from = { ...at };
    at.row = Math.min(Math.max(at.row + rows * far, 1), SIDE - 3);
    at.column = Math.min(Math.max(at.column + columns * far, 1), SIDE - 3);
    if (at.mode === "up") paint();
    else stroke(from, at, at.mode);
  }

  function clear() {
    ink = Array(SIDE * SIDE).fill("0");
    changed();
  }

  function shift([rows, columns]) { // what leaves the pad is lost, and paper comes in
    const before = ink;
    ink = before.map((_, i) => {
      const [row, column] = [Math.floor(i / SIDE) - rows, (i % SIDE) - columns];
      return (column >= 0 && column < SIDE && before[row * SIDE + column]) || "0";
    });
    changed();
  }

  function key(event) { // JupyterLab would take plain keys for its own shortcuts
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Tab" || (event.shiftKey && event.key === "Enter")) return;
    if (event.key === "Escape" && at.mode === "up") return; // the box around leaves for the cell
    event.stopPropagation();
    if (event.key in MOVES) walk(MOVES[event.key], event.shiftKey ? BLOCK : 1);
    else if (event.key === " ") lower("ink");
    else if (event.key.toLowerCase() === "e") lower("paper");
    else if (event.key.toLowerCase() === "c") clear();
    else if (event.key === "Escape") lower(at.mode);
    else return;
    event.preventDefault();
  }

  // -------------------------------------------------------------------------- from Python on

  function follow() { // a digit that Python loaded
    const value = model.get("value");
    if (value === ink.join("")) return;
    cancelAnimationFrame(waiting); // what was drawn before that is gone
    waiting = null;
    ink = [...value];
    canvas.dataset.value = value;
    paint();
  }

  function say() {
    clearTimeout(resting);
    resting = setTimeout(() => { status.textContent = model.get("says"); }, REST);
  }

  const listeners = {
    pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, keydown: key,
    focus: paint, blur: paint, contextmenu: event => event.preventDefault(),
  };
  Object.entries(listeners).forEach(([name, act]) => canvas.addEventListener(name, act));
  buttons.forEach(([button, by]) => {
    button.addEventListener("click", () => (by ? shift(by) : clear()));
  });
  model.on("change:value", follow);
  model.on("change:says", say);
  canvas.dataset.value = ink.join("");
  status.textContent = model.get("says");
  paint();
  return () => {
    clearTimeout(resting);
    model.off("change:value", follow);
    model.off("change:says", say);
  };
}

export default { render };
