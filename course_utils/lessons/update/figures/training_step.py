"""What each line of a training step did to one neuron, as a table that grows downwards."""

from collections.abc import Sequence

from course_utils.lessons.update.lines import LINES
from course_utils.lessons.update.training_step import State
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK, QUIET, VERMILION, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed

ROWS, FEWEST = 9, 5  # lines shown at most, and at least left room for; earlier ones scroll away
ROW = 29.0
TOP = 76.0
CHANGED = "#fbe3d3"  # a pale vermilion behind what the line changed
COLUMNS = (
    ("w", 400),
    ("b", 490),
    ("w.grad", 590),
    ("b.grad", 690),
    ("output", 800),
    ("loss", 910),
)


def draw_training_step(states: Sequence[State]) -> Picture:
    """The last lines, a row for each: all numbers after it, what it changed on a tint.

    Args:
        states: The start and the state after each line, as `run_lines` gives them.
    """
    rows = min(max(len(states), FEWEST + 1), ROWS + 1)
    sheet = Drawing(1000, TOP + ROW * rows + 46)
    _draw_heads(sheet)
    first = max(len(states) - rows, 0)
    for row, at in enumerate(range(first, len(states))):
        _draw_row(sheet, TOP + ROW * row, at, states)
    told = _verdict(states)
    y = TOP + ROW * rows + 30
    refused = bool(states[-1].refusal)
    sheet.words(16, y, told, 14, VERMILION_WORD if refused else INK, bold=True, align="start")
    return Picture(_sentence(states, told), svg=sheet.svg())


def _draw_heads(sheet: Drawing) -> None:
    sheet.words(16, 54, "line", size=13, fill=QUIET, align="start")
    for title, left, right in (("parameters", 400, 490), ("gradients", 590, 690)):
        sheet.words((left + right) / 2, 26, title, size=13, bold=True)
        sheet.line(left - 36, 34, right + 36, 34)
    for name, x in COLUMNS:
        sheet.words(x, 54, name, size=13, bold=True)
    sheet.line(10, 64, 990, 64, stroke=INK)


def _draw_row(sheet: Drawing, y: float, at: int, states: Sequence[State]) -> None:
    state, middle = states[at], y + 19
    before = _cells(states[at - 1]) if at else None
    now = at == len(states) - 1
    if state.line is None:
        sheet.words(16, middle, "the start", size=13, fill=QUIET, align="start")
    else:
        fill = VERMILION_WORD if state.refusal else INK
        words = f"{at}  {LINES[state.line]}"
        sheet.words(16, middle, words, size=13, fill=fill, bold=now, align="start")
    olds = (False,) * 4 + (state.output_is_old, state.loss_is_old)
    for i, ((_, x), value) in enumerate(zip(COLUMNS, _cells(state), strict=True)):
        changed = before is not None and before[i] != value
        if changed:
            sheet.box(x - 44, y + 2, 88, ROW - 4, fill=CHANGED, stroke=VERMILION, round_=4)
        shown = f"{value} (old)" if olds[i] and value != "–" else value
        quiet = olds[i] or value in ("–", "None")
        sheet.words(x, middle, shown, size=13, fill=QUIET if quiet else INK, bold=changed)


def _cells(state: State) -> tuple[str, ...]:
    grads = ("None", "None") if state.grad is None else tuple(map(_number, state.grad))
    results = (state.output, state.loss)
    shown = ("–" if value is None else _number(value) for value in results)
    return (_number(state.neuron.w), _number(state.neuron.b), *grads, *shown)


def _verdict(states: Sequence[State]) -> str:
    """What the last line did, in one sentence."""
    state = states[-1]
    if state.line is None:
        return "No line has run yet: which one first?"
    if state.refusal:
        return f"PyTorch would refuse: {state.refusal}"
    return _did(states[-2], state)


def _did(before: State, state: State) -> str:
    w, was = _number(state.neuron.w), _number(before.neuron.w)
    grad, old = (None if one.grad is None else one.grad[0] for one in (state, before))
    match state.line:
        case "zero" if old is None:
            return "The gradients were None already."
        case "zero":
            return f"The gradient of w, {_number(old)}, is gone: now None."
        case "forward":
            return f"The neuron answers {_number(state.output)} with its present weights."
        case "loss":
            late = ", for weights that have moved since" if state.loss_is_old else ""
            return f"The loss of that answer is {_number(state.loss)}{late}."
        case "backward" if old is None:
            return f"The gradients appear: {_number(grad)} for w. The weights have not moved."
        case "backward":
            added = _number((grad or 0.0) - (old or 0.0))
            return f"A gradient of {added} was added to what w.grad held: now {_number(grad)}."
        case _ if grad is None:
            return "No gradients, no step: the weights stay."
        case _ if state.neuron == before.neuron:
            return "All gradients are 0: the weights stay."
        case _:
            return f"The weight moves from {was} to {w}; output and loss are now old."


def _sentence(states: Sequence[State], told: str) -> str:
    state, count = states[-1], len(states) - 1
    told = f"Line {count}, {LINES[state.line]}: {told}" if state.line else told
    cells = ", ".join(
        f"{name} {value}"
        for (name, _), value in zip(COLUMNS, _cells(state), strict=True)
        if value != "–"
    )
    return f"{told} Lines so far: {count}. Now {cells}."


def _number(value: float | None) -> str:
    return "–" if value is None else fixed(value, 4)
