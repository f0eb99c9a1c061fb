// The browser's own range input, with a label, and words for its value.
// `position` counts from 0; `labels` holds the words, one for each position.

function build(el) {
  el.classList.add("course-range");
  const label = document.createElement("label");
  const name = document.createElement("span");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.type = "range";
  input.min = "0";
  input.step = "1";
  output.setAttribute("aria-live", "off"); // the input's aria-valuetext says the same words
  label.append(name, input);
  el.append(label, output);
  return { name, input, output };
}

// Plain keys belong to the control; JupyterLab would take them for its own shortcuts.
// With Ctrl, Alt, Meta or Shift (save, run the cell) they go on to JupyterLab.
function keepPlainKeys(event) {
  const modified = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
  if (!modified && event.key !== "Escape") event.stopPropagation();
}

// JupyterLab takes the arrow keys from ipywidgets' Dropdown too. So the keys are kept in the
// whole box in which this control stands, as soon as it stands there.
function guardBox(el) {
  const observer = new ResizeObserver(() => {
    let box = el;
    while (box.parentElement?.matches(".jupyter-widgets")) box = box.parentElement;
    box.addEventListener("keydown", keepPlainKeys);
    observer.disconnect();
  });
  observer.observe(el);
  return () => observer.disconnect();
}

function render({ model, el }) {
  const { name, input, output } = build(el);

  function say(position) {
    const words = model.get("labels")[position] ?? "";
    output.textContent = words;
    input.setAttribute("aria-valuetext", words);
  }

  function show() {
    name.textContent = model.get("description");
    input.max = String(model.get("labels").length - 1);
    input.value = String(model.get("position"));
    say(model.get("position"));
  }

  function choose() {
    const position = Number(input.value);
    say(position); // at once, without waiting for Python
    model.set("position", position);
    model.save_changes();
  }

  show();
  input.addEventListener("input", choose);
  model.on("change", show);
  const stopGuarding = guardBox(el);
  return () => {
    stopGuarding();
    model.off("change", show);
  };
}

export default { render };
