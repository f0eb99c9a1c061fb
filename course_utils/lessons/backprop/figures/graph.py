"""Pictures of lesson 04: the graph behind a loss, and the gradient on its way through it."""

from itertools import pairwise

from course_utils.lessons.backprop.backward_trace import BackwardTrace
from course_utils.lessons.backprop.figures.layout import BOX, COLUMN, PER_ROW, TALL, Box, layout
from course_utils.lessons.backprop.graph import Graph, Node
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, GRADIENT, INK, PAPER, QUIET, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import by, count

LETTER = 7.9  # width of a bold letter of 12 px
SMALL = 7.0  # and of a plain one of 11 px
WAITING = "#e3eef6"  # a leaf without a gradient
FILLED = "#fdeee2"  # a leaf that has its gradient


def draw_graph(graph: Graph) -> Picture:
    """The graph from the loss on: the longest way as a row, the rest hanging below it.

    Operations have round corners and leaves square ones. The name of an operation is written
    without its ending, Backward0.
    """
    boxes = layout(graph)
    sheet = _sheet(boxes, footer=30)
    _draw_edges(sheet, graph, boxes)
    for i, node in enumerate(graph):
        _draw_node(sheet, node, boxes[i])
    note = "Round: an operation; its full name ends in Backward0. Square: a leaf, with its shape."
    sheet.words(4, sheet.height - 10, note, size=12, fill=QUIET, align="start")
    return Picture(_graph_sentence(graph), svg=sheet.svg())


def draw_backward(trace: BackwardTrace, step: int | None = None) -> Picture:
    """The graph after some steps of a backward pass: what has arrived where, and how long it is.

    Where a gradient has arrived stand its shape and its length, the root of the sum of squares.

    Args:
        trace: The pass.
        step: How many arrivals to show, from 0; all if not given.

    Raises:
        ValueError: The pass has no such step.
    """
    step = len(trace) if step is None else step
    if not 0 <= step <= len(trace):
        raise ValueError(f"This backward pass has steps 0 to {len(trace)}; there is no {step}.")
    boxes = layout(trace.graph)
    sheet = _sheet(boxes, footer=62)
    came = {arrival.node: arrival for arrival in trace[:step]}
    now = trace[step - 1].node if step else None
    _draw_edges(sheet, trace.graph, boxes, set(came))
    for i, node in enumerate(trace.graph):
        _draw_node(sheet, node, boxes[i], came.get(i), now=i == now)
    told, rest = _step_words(trace, step), _rest_words(trace, step)
    sheet.words(4, sheet.height - 36, told, 14, bold=True, align="start")
    sheet.words(4, sheet.height - 12, rest, 13, align="start")
    full = " ".join([told, _filled_words(trace, step), _changed_words(trace)])
    return Picture(f"{_warning(trace)}{full}", svg=sheet.svg(), captioned=bool(_warning(trace)))


def _sheet(boxes: list[Box], footer: float) -> Drawing:
    low = max(box.y + box.height for box in boxes)
    return Drawing(PER_ROW * COLUMN + 9, low + footer + 6)


# Edges.


def _draw_edges(
    sheet: Drawing, graph: Graph, boxes: list[Box], reached: set[int] | None = None
) -> None:
    spine = graph.spine()
    steps = set(pairwise(spine))
    rows = {i: place // PER_ROW for place, i in enumerate(spine)}
    for start, end in dict.fromkeys(graph.edges):
        passed = reached is not None and end in reached
        look = {"stroke": GRADIENT, "thick": 2.5} if passed else {"stroke": QUIET, "thick": 1.2}
        one, other = boxes[start], boxes[end]
        if other.parent == start:
            _draw_branch(sheet, one, other, look)
        elif (start, end) in steps and rows[start] == rows[end]:
            sheet.arrow(one.x + BOX + 2, one.middle, other.x - 2, other.middle, **look)
        elif (start, end) in steps:
            _draw_turn(sheet, one, other, look)
        elif one.y == other.y:
            _draw_bow(sheet, one, other, look)
        else:
            sheet.line(one.x + one.width, one.middle, other.x, other.middle, dash="4 3", **look)


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


def _draw_bow(sheet: Drawing, one: Box, other: Box, look: dict) -> None:
    """Over the heads of the operations in between."""
    start, end, y = one.x + BOX * 0.75, other.x + BOX * 0.25, one.y - 11
    sheet.line(start, one.y, start, y, dash="4 3", **look)
    sheet.line(start, y, end, y, dash="4 3", **look)
    sheet.line(end, y, end, other.y, dash="4 3", **look)


# Nodes.


def _draw_node(sheet: Drawing, node: Node, box: Box, arrival=None, now: bool = False) -> None:
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


def _write_operation(sheet: Drawing, node: Node, box: Box, arrival) -> None:
    lines = _split(_short(node))
    extra = 2 if arrival else 0
    y = box.middle + 4.5 - 7 * (len(lines) + extra - 1)
    centre = box.x + box.width / 2
    for line in lines:
        sheet.words(centre, y, _fitting(line, box.width - 8), size=12, bold=True)
        y += 14
    if arrival:
        sheet.words(centre, y, by(arrival.shape) or "one number", size=11, fill=QUIET)
        sheet.words(centre, y + 14, _length(arrival.norm), 12, VERMILION_WORD, bold=True)


def _write_leaf(sheet: Drawing, node: Node, box: Box, arrival) -> None:
    name = _fitting(node.parameter or "tensor", box.width - 10)
    sheet.words(box.x + 7, box.y + 15, name, size=12, bold=True, align="start")
    shape = _fitting(
        by(node.shape or ()) or "one number", box.width - (55 if arrival else 10), SMALL
    )
    sheet.words(box.x + 7, box.y + 31, shape, size=11, fill=QUIET, align="start")
    _write_norm(sheet, box.x + box.width - 5, box.y + 31, arrival)


def _write_norm(sheet: Drawing, x: float, y: float, arrival) -> None:
    if arrival:
        sheet.words(x, y, _length(arrival.norm), 11, VERMILION_WORD, bold=True, align="end")


def _short(node: Node) -> str:
    return node.label if node.is_leaf else node.name.removesuffix("Backward0")


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


def _length(norm: float) -> str:
    return f"{norm:.4f}" if norm < 1000 else f"{norm:.1e}"


# Words.


def _graph_sentence(graph: Graph) -> str:
    way = [_short(graph[i]) for i in graph.spine()]
    shown = way if len(way) <= 20 else [*way[:8], "…", *way[-4:]]
    return (
        f"A graph of {count(len(graph), 'node')}, {len(graph.leaves)} of them leaves: "
        f"{_listed([graph[i].label for i in graph.leaves])}. The longest way back from the loss "
        f"has {count(len(way), 'operation')}: {' → '.join(shown)}."
    )


def _listed(labels: list[str]) -> str:
    shown = labels if len(labels) <= 12 else [*labels[:6], "…", labels[-1]]
    return ", ".join(shown) or "none"


def _step_words(trace: BackwardTrace, step: int) -> str:
    if not step:
        return f"Step 0 of {len(trace)}: the graph is complete, and no gradient has arrived."
    arrival = trace[step - 1]
    node = trace.graph[arrival.node]
    shape = f"shape {by(arrival.shape)}" if arrival.shape else "one number"
    where = node.parameter or node.label if node.is_leaf else node.name
    return (
        f"Step {step} of {len(trace)}: a gradient of {shape}, length {_length(arrival.norm)}, "
        f"arrives at {where}."
    )


def _filled(trace: BackwardTrace, step: int) -> list[str]:
    nodes = [trace.graph[arrival.node] for arrival in trace[:step]]
    return [node.parameter or node.label for node in nodes if node.is_leaf]


def _filled_words(trace: BackwardTrace, step: int) -> str:
    filled, count = _filled(trace, step), len(trace.graph.leaves)
    if not filled:
        return f"None of the {count} leaves has a .grad."
    return f"{len(filled)} of {count} leaves have their .grad: {_listed(filled)}."


def _changed_words(trace: BackwardTrace) -> str:
    return f"Weights changed: {', '.join(trace.changed) or 'none'}."


def _rest_words(trace: BackwardTrace, step: int) -> str:
    filled = f".grad filled: {len(_filled(trace, step))} of {len(trace.graph.leaves)} leaves."
    return f"{filled} {_changed_words(trace)}"


def _warning(trace: BackwardTrace) -> str:
    """A sentence for a pass that went wrong, else nothing."""
    spoilt = sum(not arrival.norm < float("inf") for arrival in trace)
    if trace.loss - trace.loss == 0 and not spoilt:  # NaN and infinity minus themselves are NaN
        return ""
    return (
        f"The loss is {trace.loss:.4g}, and {spoilt} of {len(trace)} gradients are not finite: "
        "an update with them would spoil the weights. "
    )
