// Keys that are pressed on controls; put in front of the scripts of the widgets that need it.

// Plain keys belong to the control; JupyterLab would take them for its own shortcuts.
// With Ctrl, Alt, Meta or Shift (save, run the cell) they go on to JupyterLab. Escape leaves the
// controls for their cell, from where the arrow keys go on through the notebook.
function keepPlainKeys(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Escape") event.target.closest(".jp-Cell")?.focus();
  else event.stopPropagation();
}

// JupyterLab takes the arrow keys from ipywidgets' Dropdown too, and Enter from its buttons. So the
// keys are kept in the whole box in which `el` stands, as soon as it stands there.
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
