"""Find the controls in a notebook's outputs and move them by keyboard.

Nothing here knows a lesson. In every cell whose output holds widgets, each control that a
learner can reach is moved, and the descriptions (`alt`) of the pictures in that cell must say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.browser import lab

WIDGET = "application/vnd.jupyter.widget-view+json"
WAIT = 10_000  # milliseconds until a change must have been drawn; usual are 50

# In the page: find the controls of a cell, tell their kind and state. In ipywidgets each radio
# button and each toggle button is a stop of the Tab key; the one that is on cannot be moved.
SCRIPT = """
window.courseControls = {
  cell: index => document.querySelectorAll('.jp-NotebookPanel .jp-Cell')[index],

  kind: element => {
    if (element.matches('select')) return 'select';
    if (element.matches('.widget-toggle-buttons button')) return 'toggle';
    if (element.matches('button')) return 'button';
    return element.type ?? element.getAttribute('role') ?? element.localName;
  },

  group: element => [...element.closest('.jupyter-widgets').querySelectorAll(element.localName)],

  isChoice: element => ['radio', 'toggle'].includes(courseControls.kind(element)),

  isChosen: element => courseControls.isChoice(element)
    && (element.checked || element.classList.contains('mod-active')),

  all: index => {
    const known = 'select, input, textarea, button, [role], [tabindex="0"], [contenteditable]';
    const passive = ['status', 'group', 'radiogroup', 'presentation', 'img', 'heading', 'none'];
    const widgets = '.jp-OutputArea-output:not([data-mime-type])';  // others name their type
    const areas = courseControls.cell(index).querySelectorAll(widgets);
    const found = [...areas].flatMap(area => [...area.querySelectorAll(known)]);
    return found.filter(element => element.checkVisibility() && !element.disabled
      && !passive.includes(element.getAttribute('role'))
      && !courseControls.isChosen(element));
  },

  state: element => courseControls.isChoice(element)
    ? courseControls.group(element).findIndex(courseControls.isChosen)
    : element.type === 'checkbox' ? element.checked
    : element.value ?? element.dataset.value ?? null,

  states: index => JSON.stringify(courseControls.all(index).map(courseControls.state)),

  descriptions: index =>
    [...courseControls.cell(index).querySelectorAll('.jp-OutputArea img')]
      .map(img => img.alt === 'Image' ? '' : img.alt),  // JupyterLab's word for none
};
"""

KEYS = {
    "range": ("ArrowRight", "ArrowLeft"),
    "select": ("ArrowDown", "ArrowUp"),
    "number": ("ArrowUp", "ArrowDown"),
    "checkbox": ("Space", "Space"),
    "radio": ("Space",),
    "toggle": ("Space",),
    "button": ("Space",),
    "application": ("Space", "e"),  # the drawing pad: ink where the pen stands, and off again
}


@dataclass(frozen=True)
class Control:
    """One control: in which cell, the how-manieth there, what it is and how it is called."""

    cell: int
    number: int
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.name}”"


def cells_with_controls(page) -> list[int]:
    """Return the positions of the cells whose outputs hold widgets."""
    page.evaluate(SCRIPT)
    return [index for index, cell in enumerate(lab.cells(page)) if _has_widgets(cell)]


def _has_widgets(cell: dict) -> bool:
    return any(WIDGET in output.get("data", {}) for output in cell.get("outputs", []))


def controls_of(page, cell: int) -> list[Control]:
    """List the controls in a cell's outputs, each with the name that a screen reader says."""
    count = page.evaluate("cell => courseControls.all(cell).length", cell)
    assert count, f"Cell {cell} shows widgets, but no control was found in them"
    return [_control(page, cell, number) for number in range(count)]


def _control(page, cell: int, number: int) -> Control:
    element = _element(page, cell, number)
    kind = element.evaluate("element => courseControls.kind(element)")
    element.evaluate("element => element.setAttribute('data-course-control', 'here')")
    said = page.locator("[data-course-control=here]").aria_snapshot()
    element.evaluate("element => element.removeAttribute('data-course-control')")
    name = re.match(r'- \w+ "(.*?)"', said)  # as in: - slider "Image size": "8"
    return Control(cell, number, kind, name[1] if name else "")


def _element(page, cell: int, number: int):
    return page.evaluate_handle(
        "([cell, number]) => courseControls.all(cell)[number]", [cell, number]
    ).as_element()


def focus(page, control: Control) -> None:
    """Give the control the keyboard."""
    _element(page, control.cell, control.number).focus()


def descriptions(page, cell: int) -> list[str]:
    """Return the descriptions of the pictures in a cell's outputs."""
    return page.evaluate("cell => courseControls.descriptions(cell)", cell)


def check_tab_order(page, cell: int) -> None:
    """Raise AssertionError unless the Tab key visits the cell's controls one after the other."""
    controls = controls_of(page, cell)
    _element(page, cell, 0).focus()
    for control in controls:
        reached = page.evaluate(
            "cell => courseControls.all(cell).indexOf(document.activeElement)", cell
        )
        expected = f"Tab should have reached {control}"
        assert reached == control.number, f"{expected}, it reached {reached} of {controls}"
        page.keyboard.press("Tab")
        while page.evaluate("() => courseControls.isChosen(document.activeElement)"):
            page.keyboard.press("Tab")


def check_escape(page, control: Control) -> None:
    """Raise AssertionError unless Escape leads from the control to its cell, for reading on."""
    focus(page, control)
    page.keyboard.press("Escape")  # on a pad with the pen down, it lifts the pen
    page.keyboard.press("Escape")
    cell = page.evaluate(
        "() => [...document.querySelectorAll('.jp-NotebookPanel .jp-Cell')]"
        ".indexOf(document.activeElement)"
    )
    assert cell == control.cell, f"Escape should have led from {control} to its cell"


def check_control(page, control: Control) -> None:
    """Move the control by keyboard, to its ends if it has any, and put it back.

    Raises AssertionError unless each move changed the descriptions and, if all controls then
    stand as before, the first descriptions came back.
    """
    assert control.name, f"{control.kind} {control.number} has no name that could be read aloud"
    assert control.kind in KEYS, (
        f"No rule how to move {control}: add its keys to KEYS in tests/browser/controls.py"
    )
    first, states = descriptions(page, control.cell), _states(page, control.cell)
    assert first, f"{control} stands in a cell without a picture that it could change"
    key = next((key for key in KEYS[control.kind] if _move(page, control, key)), None)
    assert key, f"{control} does not move: neither {' nor '.join(KEYS[control.kind])} does anything"
    if control.kind == "range":
        for end in ("End", "Home"):
            _move(page, control, end)
    if control.kind != "button":
        _put_back(page, control, key, states)
        _wait_for_descriptions(page, control, first, states)


def _move(page, control: Control, key: str) -> bool:
    """Press the key; return whether the control moved. The pictures must have followed."""
    element = _element(page, control.cell, control.number)
    before, state = descriptions(page, control.cell), _state(element)
    focus(page, control)
    page.keyboard.press(key)
    moved = control.kind in ("radio", "toggle", "button") or _state(element) != state
    if moved:
        _wait_for_change(page, control, key, before)
    return moved


def _state(element):
    return element.evaluate("element => courseControls.state(element)")


def _states(page, cell: int) -> str:
    return page.evaluate("cell => courseControls.states(cell)", cell)


def _wait_for_change(page, control: Control, key: str, before: list[str]) -> None:
    _wait(
        page,
        """([cell, before]) => {
            const now = courseControls.descriptions(cell);
            return now.length && now.every(Boolean)
                && JSON.stringify(now) !== JSON.stringify(before);
        }""",
        [control.cell, before],
        f"{key} moved {control}, but no picture says so (a control that changes nothing that the "
        "description tells must not exist; if there is none now, drawing it failed)",
    )


def _wait_for_descriptions(page, control: Control, expected: list[str], states: str) -> None:
    _wait(
        page,
        """([cell, expected, states]) => courseControls.states(cell) !== states
            || JSON.stringify(courseControls.descriptions(cell)) === JSON.stringify(expected)""",
        [control.cell, expected, states],
        f"All controls stand as before {control} was moved; the descriptions should too: "
        f"{expected}",
    )


def _wait(page, condition: str, argument: list, message: str) -> None:
    from playwright.sync_api import TimeoutError

    try:
        page.wait_for_function(condition, arg=argument, timeout=WAIT)
    except TimeoutError:
        shown = descriptions(page, argument[0])
        raise AssertionError(f"{message}\nDescriptions now: {shown}") from None


def _put_back(page, control: Control, key: str, states: str) -> None:
    """Return the control to where it was; the pictures must have followed."""
    element = _element(page, control.cell, control.number)
    before, state = descriptions(page, control.cell), _state(element)
    if control.kind == "checkbox":
        _move(page, control, key)
    elif control.kind in ("range", "radio", "toggle"):
        page.evaluate(
            """([cell, number, states]) => {
                const element = courseControls.all(cell)[number];
                const state = JSON.parse(states)[number];
                if (element.type !== 'range') return courseControls.group(element)[state].click();
                element.value = state;
                element.dispatchEvent(new Event('input', {bubbles: true}));
            }""",
            [control.cell, control.number, states],
        )
        if control.kind == "range" and _state(element) != state:
            _wait_for_change(page, control, "Putting back", before)
    else:
        forward, back = KEYS[control.kind]
        _move(page, control, back if key == forward else forward)
