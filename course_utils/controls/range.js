// The browser's own range input, with a label, and words for its value. (`guardBox`: keys.js.)
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
