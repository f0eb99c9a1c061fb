// Choosing on the picture. (`guardBox`: keys.js.) `regions` are what pictures/picture.py calls so.

// What stands at (x, y), fractions of the picture: the words for it and the values; null if nothing.
function met(regions, x, y) {
  for (const { box: [left, top, width, height], label, values, across, down, is_round } of regions) {
    const [u, v] = [(x - left) / width, (y - top) / height];
    if (u < 0 || v < 0 || u >= 1 || v >= 1) continue;
    if (is_round && (u - 0.5) ** 2 + (v - 0.5) ** 2 > 0.25) continue;
    const found = { ...values };
    for (const [name, some] of Object.entries(across)) found[name] = some[Math.floor(u * some.length)];
    for (const [name, some] of Object.entries(down)) found[name] = some[Math.floor(v * some.length)];
    return { words: label.replace(/\{(\w+)\}/g, (_, name) => found[name]), values: found };
  }
  return null;
}

function stay(event) { // a picture that is pointed at is not dragged away
  if (event.target.style.cursor === "pointer") event.preventDefault();
}

// Listens in `area`. `find` returns the picture of these controls, if it is there; `meet(x, y)` what
// can be chosen there; `choose` gets the values that a click, or the mouse held down, has met.
function listen(area, find, meet, choose) {
  let last = null; // while the mouse is held down, each place chooses once

  function follow(event) {
    const picture = find();
    if (!picture || event.target !== picture) return;
    const box = picture.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const found = meet(x, y);
    picture.style.cursor = found ? "pointer" : "";
    picture.title = found?.words ?? "";
    const held = event.type === "pointermove" && event.pointerType === "mouse" && event.buttons === 1;
    if (found && (event.type === "click" || (held && found.words !== last))) {
      last = found.words;
      choose(found.values);
    }
  }

  const listeners = { pointermove: follow, click: follow, dragstart: stay };
  Object.entries(listeners).forEach(([name, act]) => area.addEventListener(name, act));
  return () => {
    Object.entries(listeners).forEach(([name, act]) => area.removeEventListener(name, act));
  };
}

// JupyterLab puts the picture into the output after that of the controls.
function listenInNotebook(model, el) {
  const own = el.closest(".jp-OutputArea-child");
  if (!own?.parentElement) return null;
  return listen(own.parentElement, () => own.nextElementSibling?.querySelector("figure > img"),
    (x, y) => met(model.get("regions"), x, y), values => model.send({ choose: values }));
}

function render({ model, el }) {
  el.style.cssText = "position: absolute; width: 1px; height: 1px";
  let stop = null;
  const observer = new ResizeObserver(() => { // as soon as it stands there
    stop?.();
    stop = listenInNotebook(model, el);
  });
  observer.observe(el);
  const stopGuarding = guardBox(el);
  return () => {
    observer.disconnect();
    stop?.();
    stopGuarding();
  };
}

export default { render, met, listen };
