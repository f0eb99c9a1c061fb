"""The one-neuron network as a chain: forward numbers above its lines, gradients below."""

from course_utils.lessons.backprop.chain_rule import Link, chain
from course_utils.network.neuron import Neuron
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, GRADIENT, INK, PAPER, QUIET, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import short

MIDDLE = 130.0  # height of the chain on the sheet
SIDE = 46.0  # an operation
WIDE, HIGH = 124.0, 50.0  # a leaf
WAITING = "#e3eef6"  # a leaf without a gradient
FILLED = "#fdeee2"  # a leaf that has its gradient

# Operations: sign, what autograd calls the way back, centre.
_OPERATIONS = (
    ("×", "MulBackward0", 222.0),
    ("+", "AddBackward0", 392.0),
    ("relu", "ReluBackward0", 552.0),
    ("−", "SubBackward0", 718.0),
    ("( )²", "PowBackward0", 876.0),
)
# Values on the line between two operations: name, centre.
_ON_LINES = (("product", 307.0), ("z", 472.0), ("output", 635.0), ("error", 797.0))
# Leaves: name, left edge, top, and the line from there to the operation it enters.
_LEAVES = (
    ("w", 8.0, 46.0, (132.0, 71.0, 198.0, 118.0)),
    ("x", 8.0, 164.0, (132.0, 189.0, 198.0, 142.0)),
    ("b", 330.0, 216.0, (392.0, 216.0, 392.0, 155.0)),
    ("target", 656.0, 216.0, (718.0, 216.0, 718.0, 155.0)),
)


def draw_neuron(neuron: Neuron, step: int | None = None) -> Picture:
    """Forward numbers in black above each line, gradients in colour below it.

    Args:
        neuron: All numbers are its own.
        step: How many gradients to show, from 0; all if not given.

    Raises:
        ValueError: There is no such step.
    """
    links = chain(neuron)
    step = len(links) if step is None else step
    if not 0 <= step <= len(links):
        raise ValueError(f"The way back has steps 0 to {len(links)}; there is no {step}.")
    known = {link.of: link.value for link in links[:step]}
    now = links[step - 1].of if step else None
    sheet = Drawing(1030, 336)
    _draw_operations(sheet)
    values = _values(neuron)
    for name, x in _ON_LINES:
        sheet.words(x, MIDDLE - 28, name, size=12, fill=QUIET)
        sheet.words(x, MIDDLE - 10, short(values[name]), size=14, bold=True)
        _write_gradient(sheet, x, MIDDLE + 22, known.get(name), name == now)
    for name, x, y, line in _LEAVES:
        sheet.arrow(*line)
        _draw_leaf(sheet, x, y, name, values[name], known.get(name), name == now)
    sheet.words(974, MIDDLE - 28, "loss", size=13, bold=True)
    sheet.words(974, MIDDLE - 8, short(neuron.loss), size=16, bold=True)
    _write_gradient(sheet, 974, MIDDLE + 22, known.get("loss"), now == "loss")
    told, asleep = _step_words(links, step), _asleep_words(neuron)
    sheet.words(8, 304, told, size=15, bold=True, align="start")
    sheet.words(8, 326, asleep, size=13, align="start")
    description = f"{_forward_words(neuron)} {told} {asleep}".rstrip()
    return Picture(description, svg=sheet.svg())


def _draw_operations(sheet: Drawing) -> None:
    ends = [x for _, _, x in _OPERATIONS]
    for start, end in zip(ends, [*ends[1:], 974.0], strict=True):
        stop = end - SIDE / 2 - 2
        sheet.arrow(start + SIDE / 2, MIDDLE, stop, MIDDLE)
    for sign, name, x in _OPERATIONS:
        sheet.box(x - SIDE / 2, MIDDLE - SIDE / 2, SIDE, SIDE, PAPER, INK, 1.5, round_=14)
        sheet.words(x, MIDDLE + 6, sign, size=16, bold=True)
        sheet.words(x, 22, name, size=12, fill=QUIET)
        sheet.line(x, 28, x, MIDDLE - SIDE / 2 - 3, dash="2 4")


def _draw_leaf(sheet: Drawing, x, y, name, value, gradient, now) -> None:
    data = name == "target"
    fill = PAPER if data else WAITING if gradient is None else FILLED
    stroke = QUIET if data else BLUE if gradient is None else GRADIENT
    thick = 4.5 if now else 1.3 if gradient is None else 2.5
    sheet.box(x, y, WIDE, HIGH, fill, stroke, thick, dash="4 3" if data else None)
    sheet.words(x + WIDE / 2, y + 20, f"{name} = {short(value)}", size=14, bold=True)
    if data:
        sheet.words(x + WIDE / 2, y + 39, "needs no gradient", size=11, fill=QUIET)
    elif gradient is None:
        sheet.words(x + WIDE / 2, y + 39, ".grad is None", size=12, fill=QUIET)
    else:
        told = f".grad = {short(gradient)}"
        sheet.words(x + WIDE / 2, y + 39, told, 13, VERMILION_WORD, bold=True)


def _write_gradient(sheet: Drawing, x: float, y: float, gradient, now: bool) -> None:
    if gradient is None:
        return
    told = short(gradient)
    if now:
        width = 9.5 * len(told) + 14
        sheet.box(x - width / 2, y - 15, width, 22, FILLED, GRADIENT, 2.5)
    sheet.words(x, y + 1, told, 14, VERMILION_WORD, bold=True)


def _values(neuron: Neuron) -> dict[str, float]:
    names = ("x", "w", "b", "target", "z", "output", "error", "loss")
    return {name: getattr(neuron, name) for name in names} | {"product": neuron.w * neuron.x}


def _forward_words(neuron: Neuron) -> str:
    values = _values(neuron)
    names = ("x", "w", "b", "target", "product", "z", "output", "error", "loss")
    told = [f"{name} = {short(values[name])}" for name in names]
    return f"Forward: {', '.join(told)}."


def _step_words(links: tuple[Link, ...], step: int) -> str:
    if not step:
        return f"Step 0 of {len(links)}: the forward pass is done, no gradient is known yet."
    link = links[step - 1]
    name = f"Step {step} of {len(links)}: ∂loss/∂{link.of}"
    if link.above is None:
        return f"{name} = 1: here the way back starts."
    above = next(one.value for one in links if one.of == link.above)
    numbers = f"{_factor(above)} · {_factor(link.by)} = {short(link.value)}"
    return f"{name} = ∂loss/∂{link.above} · {link.local} = {numbers}."


def _asleep_words(neuron: Neuron) -> str:
    if neuron.output_by_z:
        return ""
    return "The neuron is asleep: z is not above 0, so the slope of the ReLU is 0."


def _factor(value: float) -> str:
    return f"({short(value)})" if value < 0 else short(value)
