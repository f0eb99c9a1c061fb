"""Prints the frames of an explorer: what a page shows, without Python, when a control moves.

Runs in the kernel of the lesson, where an explorer is displayed, with its own compute and draw.
"""

import base64
import io
import json
import re
import zlib
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import product
from math import prod
from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display
from PIL import Image

from course_utils.command.instructor.pages.dials import Dial, Key, dials_of, go, in_positions
from course_utils.controls.explorer import Explorer
from course_utils.pictures.picture import PARTS

MIME = "application/vnd.course-frames"
MOST = 650  # frames of one explorer, if all its states are printed
A_PART = (
    "This page holds a part of all settings. Where it does not hold one, the other controls "
    "return to their start. In JupyterLab all move together."
)
TO_DRAW = "Drawing needs the lesson in JupyterLab; here the digits can be moved."
TO_THE_END = "This page holds the first presses, in many orders. In JupyterLab you can go on."


def print_all_frames() -> None:
    """From now on, each explorer that this kernel displays prints its frames below its picture."""

    def show(explorer: Explorer) -> None:
        frames = print_frames(explorer)
        explorer._ipython_display_()
        display({MIME: pack(frames), "text/plain": "Frames"}, raw=True)

    shell: Any = get_ipython()
    shell.display_formatter.ipython_display_formatter.for_type(Explorer, show)


def pack(frames: dict) -> str:
    """The frames as a page holds them: JSON, deflated, in base64."""
    return base64.b64encode(zlib.compress(json.dumps(frames).encode(), 9)).decode("ascii")


def print_frames(explorer: Explorer) -> dict:
    """Return all that a page needs to show the explorer; it is left as it was.

    All states that the controls offer now are printed where there are at most 650, else those in
    which one control alone is not at its start, and what a pointer can choose there. Of buttons,
    the likeliest ways to press them.
    """
    if all(isinstance(control, ipywidgets.Button) for control in explorer.controls.values()):
        return _print_presses(explorer)
    sheet = _Sheet(explorer, dials_of(explorer))
    start = tuple(dial.position() for dial in sheet.dials)
    counts = [range(len(labels)) for labels in sheet.labels]
    is_full = prod(map(len, counts)) <= MOST
    ways = product(*counts) if is_full else _some_of(start, counts, sheet)
    for key in dict.fromkeys(ways):
        go(sheet.dials, key)
        sheet.add(key)
    go(sheet.dials, start)
    draws = any(dial.moves_drawing for dial in sheet.dials)
    is_part = not is_full or sheet.offers_change
    return sheet.data(start, " ".join([A_PART] * is_part + [TO_DRAW] * draws))


def _some_of(start: Key, counts: list[range], sheet: "_Sheet") -> Iterator[Key]:
    """The start, all where one dial is elsewhere, all that a pointer at the start can choose."""
    regions = sheet.regions()
    for i, count in enumerate(counts):
        yield from ((*start[:i], at, *start[i + 1 :]) for at in count)
    for region in regions:
        chosen = {name: [at] for name, at in region["values"].items()}
        chosen |= {name: sorted({*some}) for way in PARTS for name, some in region[way].items()}
        ways = (chosen.get(dial.name, [at]) for dial, at in zip(sheet.dials, start, strict=True))
        yield from product(*ways)


def _print_presses(explorer: Explorer) -> dict:
    """Frames of buttons, by what was pressed since the last of them, which begins again."""
    *buttons, again = explorer.controls.values()
    sheet = _Sheet(explorer, [Dial(name, "button", one) for name, one in explorer.controls.items()])
    shown, start = sheet.html(), ()

    def press(key: Key) -> None:
        again.click()
        for i in key:
            buttons[i].click()

    for key in _likely_presses(len(buttons)):
        press(key)
        sheet.add(key)
        start = key if sheet.html() == shown else start
    press(start)
    return sheet.data(start, TO_THE_END)


def _likely_presses(buttons: int) -> Iterator[Key]:
    """The ways to press them: in their order, then with one press out of order, then with two."""
    waiting: list[tuple[int, Key]] = [(0, ())]
    for _ in range(MOST):
        cost, key = heappop(waiting)
        yield key
        expected = (key[-1] + 1) % buttons if key else 0
        for i in range(buttons):
            heappush(waiting, (cost + 1 + (i != expected), (*key, i)))


class _Sheet:
    """The frames of an explorer; what they share is stored once."""

    def __init__(self, explorer: Explorer, dials: list[Dial]):
        self.explorer, self.dials = explorer, dials
        self.labels = [dial.labels() for dial in dials]
        self._frames: dict[str, dict] = {}
        self._parts: dict[str, int] = {}

    def add(self, key: Key) -> None:
        """Print the picture as it is now: its HTML and, apart, the pieces of its image."""
        pieces = [self._parts.setdefault(piece, len(self._parts)) for piece in self._pieces()]
        labels = [dial.labels() for dial in self.dials]
        self._frames[_text(key)] = {
            "html": re.sub(r' src="data:[^"]*"', "", self.html()),
            "parts": pieces,
            "at": [dial.position() for dial in self.dials],
            "labels": {i: now for i, now in enumerate(labels) if now != self.labels[i]},
            "regions": self.regions(),
        }

    def data(self, start: Key, note: str) -> dict:
        """All frames, for the script of a page."""
        return {
            "controls": [
                {"name": d.name, "kind": d.kind, "words": d.control.description, "labels": labels}
                for d, labels in zip(self.dials, self.labels, strict=True)
            ],
            "start": _text(start),
            "frames": self._frames,
            "parts": list(self._parts),
            "note": note,
        }

    @property
    def offers_change(self) -> bool:
        """Whether in some frame a control offers other values than at first."""
        return any(frame["labels"] for frame in self._frames.values())

    def html(self) -> str:
        return self.explorer._bundle()["text/html"]

    def regions(self) -> list[dict]:
        found = () if self._picture() is None else self._picture().regions
        return [place for region in found if (place := in_positions(region, self.dials))]

    def _picture(self) -> Any:
        return None if self.explorer.error else self.explorer.picture

    def _pieces(self) -> list[str]:
        if self._picture() is None:
            return []
        svg = self._picture().svg
        return [_small_png(self.html())] if svg is None else re.split(r"(?=<(?!/))", svg)


def _small_png(html: str) -> str:
    """The chart of a picture with at most 64 colours."""
    data = base64.b64decode(html.partition("data:image/png;base64,")[2].partition('"')[0])
    file = io.BytesIO()
    chart = Image.open(io.BytesIO(data)).convert("RGB")
    chart.quantize(64).save(file, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _text(key: Key) -> str:
    return ",".join(map(str, key))
