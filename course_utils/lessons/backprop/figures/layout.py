"""Where the nodes of a graph stand on paper: its longest path in rows, the rest hanging below."""

from dataclasses import dataclass

from course_utils.lessons.backprop.graph import Graph

PER_ROW = 6  # operations of the longest path, side by side
COLUMN = 147.0
BOX = 118.0  # width of an operation
TALL = 68.0  # its height
LEAF = 38.0  # height of what hangs below it
STEP = 46.0  # from one hanging box to the next
INDENT = 12.0
DEEPEST = 4  # further down, branches are drawn at the same indent
ABOVE = 20.0  # room above a row, for edges that skip operations


@dataclass(frozen=True)
class Box:
    """A node's place on paper; `parent` is the node it hangs from, None on the longest path."""

    x: float
    y: float
    width: float
    height: float
    parent: int | None = None

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def layout(graph: Graph) -> list[Box]:
    """A box for every node, none upon another."""
    path = graph.longest_path()
    following = graph.following()
    boxes: list[Box | None] = [None] * len(graph)
    for i in path:
        boxes[i] = Box(0, 0, BOX, TALL)
    top = 0.0
    for first in range(0, len(path), PER_ROW):
        low = top
        for column, i in enumerate(path[first : first + PER_ROW]):
            x, y = 4 + column * COLUMN, top + ABOVE
            boxes[i] = Box(x, y, BOX, TALL)
            low = max(low, _hang(graph, following, boxes, i))
        top = low + 16
    return [box for box in boxes if box]


def _hang(graph: Graph, following: list[list[int]], boxes: list, root: int) -> float:
    """Place what hangs from one operation like the branches of a file tree; return the low end."""
    x, y = boxes[root].x, boxes[root].y + TALL + 10
    waiting = [(child, root, 1) for child in reversed(following[root])]
    while waiting:
        i, parent, depth = waiting.pop()
        if boxes[i] is not None:
            continue
        shift = INDENT * min(depth, DEEPEST)
        width = COLUMN - 6 - shift
        boxes[i] = Box(x + shift, y, width, LEAF if graph[i].is_leaf else 30, parent)
        y += boxes[i].height + STEP - LEAF
        waiting += [(child, i, depth + 1) for child in reversed(following[i])]
    return y
