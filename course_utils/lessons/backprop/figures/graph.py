"""The graph behind a loss, and the gradient on its way through it."""

from itertools import pairwise

from course_utils.lessons.backprop.backward_trace import Arrival, BackwardTrace
from course_utils.lessons.backprop.figures.layout import BOX, COLUMN, PER_ROW, TALL, Box, layout
from course_utils.lessons.backprop.graph import Graph, Node
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, GRADIENT, INK, PAPER, QUIET, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import by

LETTER = 7.9  # width of a bold letter of 12 px
SMALL = 7.0  # and of a plain one of 11 px
WAITING = "#e3eef6"  # a leaf without a gradient
FILLED = "#fdeee2"  # a leaf that has its gradient
LEGEND = "Round: an operation; its full name ends in Backward0. Square: a leaf, with its shape."
DASHED = "Dashed: one more path to the same place."


def draw_backward(trace: BackwardTrace, step: int | None = None) -> Picture:
    """The graph after some steps of a backward pass: what has arrived where, and how long it is.

    The longest path stands in rows, the rest hangs below it. Where a gradient has arrived stand
    its shape and its length, the root of the sum of squares. `step` says how many arrivals to
    show, from 0; all if not given.
    """
    step = len(trace) if step is None else step
    graph, boxes = trace.graph, layout(trace.graph)
    low = max(box.y + box.height for box in boxes)
    sheet = Drawing(PER_ROW * COLUMN + 9, low + 62)
    came = {arrival.node: arrival for arrival in trace[:step]}
    now = trace[step - 1].node if step else None
    dashed = _draw_edges(sheet, graph, boxes, set(came))
    for i, node in enumerate(graph):
        _draw_node(sheet, node, boxes[i], came.get(i), now=i == now)
    for number, arrival in enumerate(trace, start=1):
        box, label = boxes[arrival.node], f"step {number}: {_place(graph[arrival.node])}"
        sheet.region(box.x, box.y, box.width, box.height, label, values={"step": number})
    told = _step_words(trace, step)
    sheet.words(4, sheet.height - 34, told, 14, bold=True, align="start")
    legend = f"{LEGEND} {DASHED}" if dashed else LEGEND
    sheet.words(4, sheet.height - 10, legend, 12, fill=QUIET, align="start")
    description = f"{told} {_filled_words(trace, step)}"
    return Picture(description, svg=sheet.svg(), regions=sheet.regions)


# Edges.


def _draw_edges(sheet: Drawing, graph: Graph, boxes: list[Box], reached: set[int]) -> bool:
    """Draw all edges; return whether some are dashed, beside the tree of boxes."""
    path, dashed = graph.longest_path(), False
    steps = set(pairwise(path))
    rows = {i: place // PER_ROW for place, i in enumerate(path)}
    for start, end in dict.fromkeys(graph.edges):
        passed = {"stroke": GRADIENT, "thick": 2.5}
        look = passed if end in reached else {"stroke": QUIET, "thick": 1.2}
        one, other = boxes[start], boxes[end]
        if other.parent == start:
            _draw_branch(sheet, one, other, look)
        elif (start, end) not in steps:
            _draw_dashed(sheet, one, other, look)
            dashed = True
        elif rows[start] == rows[end]:
            sheet.arrow(one.x + BOX + 2, one.middle, other.x - 2, other.middle, **look)
        else:
            _draw_turn(sheet, one, other, look)
    return dashed


def _draw_branch(sheet: Drawing, one: Box, other: Box, look: dict) -> None:
    x = other.x - 8
    sheet.line(x, one.y + one.height, x, other.middle, **look)
    sheet.line(x, other.middle, other.x, other.middle, **look)


def _draw_turn(sheet: Drawing, one: Box, other: Box, look: dict) -> None:
    """From the end of a row to the beginning of the next."""
    x, y, centre = one.x + COLUMN - 1, other.y - 13, other.x + BOX / 2
    sheet.line(one.x + BOX, one.middle, x, one.middle, **look)
    sheet.line(x, one.middle, x, y, **look)
    sheet.line(x, y, centre, y, **look)
    sheet.arrow(centre, y, centre, other.y - 1, **look)


def _draw_dashed(sheet: Drawing, one: Box, other: Box, look: dict) -> None:
    """In the gaps above the rows and between the columns, where no box stands."""
    x, y = other.x + other.width * 0.25, other.y - 8
    gap = one.x - 3.0
    sheet.line(one.x, one.middle, gap, one.middle, dash="4 3", **look)
    sheet.line(gap, one.middle, gap, y, dash="4 3", **look)
    sheet.line(gap, y, x, y, dash="4 3", **look)
    sheet.arrow(x, y, x, other.y - 1, **look)


# Nodes.


def _draw_node(sheet: Drawing, node: Node, box: Box, arrival: Arrival | None, now: bool) -> None:
    fill = (FILLED if arrival else WAITING) if node.is_leaf else PAPER
    stroke = GRADIENT if arrival else BLUE if node.is_leaf else INK
    thick = 4.5 if now else 2.5 if arrival else 1.3
    corners = 0 if node.is_leaf else 14
    sheet.box(box.x, box.y, box.width, box.height, fill, stroke, thick, corners)
    if box.height == TALL:
        _write_operation(sheet, node, box, arrival)
    elif node.is_leaf:
        _write_leaf(sheet, node, box, arrival)
    else:
        name = _fitting(_short(node), box.width - (60 if arrival else 8))
        sheet.words(box.x + 10, box.middle + 4, name, 12, bold=True, align="start")
        _write_norm(sheet, box.x + box.width - 7, box.middle + 4, arrival)


def _write_operation(sheet: Drawing, node: Node, box: Box, arrival: Arrival | None) -> None:
    lines = _split(_short(node))
    extra = 2 if arrival else 0
    y = box.middle + 4.5 - 7 * (len(lines) + extra - 1)
    centre = box.x + box.width / 2
    for line in lines:
        sheet.words(centre, y, _fitting(line, box.width - 8), size=12, bold=True)
        y += 14
    if arrival:
        sheet.words(centre, y, by(arrival.shape) or "one number", size=11, fill=QUIET)
        sheet.words(centre, y + 14, _length(arrival), 12, VERMILION_WORD, bold=True)


def _write_leaf(sheet: Drawing, node: Node, box: Box, arrival: Arrival | None) -> None:
    name = _fitting(node.parameter or "tensor", box.width - 10)
    sheet.words(box.x + 7, box.y + 15, name, size=12, bold=True, align="start")
    room = box.width - (55 if arrival else 10)
    shape = _fitting(by(node.shape or ()) or "one number", room, SMALL)
    sheet.words(box.x + 7, box.y + 31, shape, size=11, fill=QUIET, align="start")
    _write_norm(sheet, box.x + box.width - 5, box.y + 31, arrival)


def _write_norm(sheet: Drawing, x: float, y: float, arrival: Arrival | None) -> None:
    if arrival:
        sheet.words(x, y, _length(arrival), 11, VERMILION_WORD, bold=True, align="end")


def _short(node: Node) -> str:
    return node.name.removesuffix("Backward0")


def _split(name: str) -> list[str]:
    """A long name in two lines, broken before a capital letter near its middle."""
    if len(name) * LETTER <= BOX - 8:
        return [name]
    breaks = [i for i in range(1, len(name)) if name[i].isupper() and name[i - 1].islower()]
    breaks += [i for i in range(2, len(name)) if name[i].isupper() and name[i - 2].isdigit()]
    at = min(breaks or [len(name)], key=lambda i: abs(i - len(name) / 2))
    return [part for part in (name[:at], name[at:]) if part]


def _fitting(text: str, width: float, letter: float = LETTER) -> str:
    """The text, or its end where it is too long: of a parameter, that says the most."""
    letters = int(width / letter)
    return text if len(text) <= letters else "…" + text[1 - letters :].lstrip(".")


def _length(arrival: Arrival) -> str:
    return f"{arrival.norm:.4f}" if arrival.norm < 1000 else f"{arrival.norm:.1e}"


# Words.


def _step_words(trace: BackwardTrace, step: int) -> str:
    if not step:
        return f"Step 0 of {len(trace)}: the graph is complete, and no gradient has arrived."
    arrival = trace[step - 1]
    shape = f"shape {by(arrival.shape)}" if arrival.shape else "one number"
    where = _place(trace.graph[arrival.node])
    length = _length(arrival)
    return f"Step {step} of {len(trace)}: a gradient of {shape}, length {length}, is at {where}."


def _filled_words(trace: BackwardTrace, step: int) -> str:
    nodes = [trace.graph[arrival.node] for arrival in trace[:step]]
    filled = [_place(node) for node in nodes if node.is_leaf]
    shown = filled if len(filled) <= 12 else [*filled[:6], "…", filled[-1]]
    named = f": {', '.join(shown)}" if filled else ""
    return f"{len(filled)} of {len(trace.graph.leaves)} leaves have got their gradient{named}."


def _place(node: Node) -> str:
    return node.parameter or node.label
