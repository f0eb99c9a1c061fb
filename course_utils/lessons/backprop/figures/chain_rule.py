"""The one-neuron network as a chain: forward numbers above its lines, gradients below."""

from course_utils.lessons.backprop.chain_rule import Link, chain
from course_utils.network.neuron import Neuron
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, GRADIENT, INK, PAPER, QUIET, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import short

MIDDLE = 134.0  # height of the chain on the sheet
SIDE = 46.0  # an operation
WIDE, HIGH = 156.0, 48.0  # a leaf; `.grad = −11.8125` fits
WAITING = "#e3eef6"  # a leaf without a gradient
FILLED = "#fdeee2"  # a leaf that has its gradient

# Operations: sign, centre, and the value that enters on the left.
_OPERATIONS = (
    ("×", 176.0, None),
    ("+", 316.0, "product"),
    ("relu", 456.0, "z"),
    ("−", 596.0, "output"),
    ("( )²", 736.0, "error"),
)
# Values on the line behind an operation: name, centre.
_ON_LINES = (("product", 246.0), ("z", 386.0), ("output", 526.0), ("error", 666.0), ("loss", 816.0))
# Leaves: name, left edge, top, and the line from there to the operation it enters.
_LEAVES = (
    ("w", 6.0, 10.0, (100.0, 58.0, 154.0, 110.0)),
    ("x", 6.0, 210.0, (100.0, 210.0, 154.0, 158.0)),
    ("b", 238.0, 10.0, (316.0, 58.0, 316.0, 109.0)),
    ("target", 518.0, 10.0, (596.0, 58.0, 596.0, 109.0)),
)


def draw_neuron(neuron: Neuron, step: int | None = None) -> Picture:
    """Forward numbers in black above each line; below, gradients and the factors between them.

    `step` says how many gradients to show, from 0; all if not given.
    """
    links = chain(neuron)
    step = len(links) if step is None else step
    known = {link.of: link for link in links[:step]}
    now = links[step - 1].of if step else None
    values = _values(neuron)
    sheet = Drawing(892, 316)
    _draw_operations(sheet, known)
    for name, x in _ON_LINES:
        sheet.words(x, MIDDLE - 28, name, size=13, fill=QUIET)
        sheet.words(x, MIDDLE - 9, short(values[name]), size=15, bold=True)
        _write_gradient(sheet, x, known.get(name), name == now)
    for name, x, y, line in _LEAVES:
        _draw_leaf_line(sheet, line, known.get(name))
        _draw_leaf(sheet, x, y, f"{name} = {short(values[name])}", name, known.get(name), now)
    told, asleep = _step_words(links, step), _asleep_words(neuron)
    sheet.words(6, 284, told, size=15, bold=True, align="start")
    sheet.words(6, 306, asleep, size=13, align="start")
    _offer_gradients(sheet, links)
    description = f"{_forward_words(values)} {told} {asleep}".rstrip()
    return Picture(description, svg=sheet.svg(), regions=sheet.regions)


def _offer_gradients(sheet: Drawing, links: tuple[Link, ...]) -> None:
    boxes = {name: (x - 45, MIDDLE - 42, 90.0, 96.0) for name, x in _ON_LINES}
    boxes |= {name: (x, y, WIDE, HIGH) for name, x, y, _ in _LEAVES}
    for step, link in enumerate(links, start=1):
        sheet.region(*boxes[link.of], f"step {step}: {link.of}", values={"step": step})


def _draw_operations(sheet: Drawing, known: dict[str, Link]) -> None:
    ends = [x for _, x, _ in _OPERATIONS] + [816.0]
    for (sign, x, enters), end in zip(_OPERATIONS, ends[1:], strict=True):
        sheet.arrow(x + SIDE / 2, MIDDLE, end - SIDE / 2 - 2, MIDDLE)
        sheet.box(x - SIDE / 2, MIDDLE - SIDE / 2, SIDE, SIDE, PAPER, INK, 1.5, round_=14)
        sheet.words(x, MIDDLE + 6, sign, size=16, bold=True)
        if link := known.get(enters or ""):
            sheet.words(x, MIDDLE + 42, f"· {_factor(link.by)}", 14, VERMILION_WORD)
            sheet.arrow(x + 40, MIDDLE + 54, x - 40, MIDDLE + 54, stroke=GRADIENT, thick=2)


def _write_gradient(sheet: Drawing, x: float, link: Link | None, now: bool) -> None:
    if link is None:
        return
    told = short(link.value)
    if now:
        width = 10 * len(told) + 14
        sheet.box(x - width / 2, MIDDLE + 26, width, 23, FILLED, GRADIENT, 2.5)
    sheet.words(x, MIDDLE + 42, told, 15, VERMILION_WORD, bold=True)


def _draw_leaf_line(sheet: Drawing, line: tuple[float, ...], link: Link | None) -> None:
    x1, y1, x2, y2 = line
    sheet.arrow(*line)
    if link is None:
        return
    aside = 14 if link.of == "w" else 10
    sheet.arrow(x2 + aside, y2, x1 + aside, y1, stroke=GRADIENT, thick=2)
    local = f"· {_factor(link.by)}" if link.local == "1" else f"· {link.local} = {short(link.by)}"
    middle = (y1 + y2) / 2 + (10 if link.of == "x" else 0)
    sheet.words((x1 + x2) / 2 + aside + 8, middle, local, 14, VERMILION_WORD, align="start")


def _draw_leaf(sheet: Drawing, x, y, told, name, link: Link | None, now: str | None) -> None:
    data, middle = name == "target", x + WIDE / 2
    fill = PAPER if data else FILLED if link else WAITING
    stroke = QUIET if data else GRADIENT if link else BLUE
    thick = 4.5 if name == now else 2.5 if link else 1.3
    sheet.box(x, y, WIDE, HIGH, fill, stroke, thick, dash="4 3" if data else None)
    sheet.words(middle, y + 20, told, size=15, bold=True)
    if link:
        sheet.words(middle, y + 39, f".grad = {short(link.value)}", 14, VERMILION_WORD, bold=True)
    else:
        note = "no gradient" if data else ".grad is None"
        sheet.words(middle, y + 38, note, size=13, fill=QUIET)


def _values(neuron: Neuron) -> dict[str, float]:
    names = ("x", "w", "b", "target", "product", "z", "output", "error", "loss")
    values = {"product": neuron.w * neuron.x}
    return {name: values[name] if name in values else getattr(neuron, name) for name in names}


def _forward_words(values: dict[str, float]) -> str:
    told = [f"{name} = {short(value)}" for name, value in values.items()]
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
