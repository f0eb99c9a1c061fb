"""Prints the frames of an explorer: what a page shows, without Python, when a control moves.

Runs in the kernel of the lesson, where an explorer is displayed, with its own compute and draw.
"""

import base64
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product
from math import prod
from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display
from PIL import Image

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.pictures.picture import PARTS, Region

MIME = "application/vnd.course-frames"
MOST = 250  # frames of one explorer, if all its states are printed
SHIFTS = {"not at all": ()} | {
    f"4 pixels {way}": (way,) * 4 for way in ("left", "right", "up", "down")
}
A_PART = (
    "This page holds a part of all settings. Where it does not hold one, the other controls "
    "return to their start. In JupyterLab all move together."
)
TO_DRAW = "Drawing needs the lesson in JupyterLab; here the digits can be moved."
TO_THE_END = "This page holds the first presses, in many orders. In JupyterLab you can go on."

Key = tuple[int, ...]


def print_all_frames() -> None:
    """From now on, each explorer that this kernel displays prints its frames below its picture."""

    def show(explorer: Explorer) -> None:
        frames = print_frames(explorer)
        explorer._ipython_display_()
        display({MIME: pack(frames), "text/plain": "Frames"}, raw=True)

    formatters: Any = get_ipython().display_formatter
    formatters.ipython_display_formatter.for_type(Explorer, show)


def pack(frames: dict) -> str:
    """The frames as a page holds them: JSON, deflated, in base64."""
    return base64.b64encode(zlib.compress(json.dumps(frames).encode(), 9)).decode("ascii")


@dataclass
class Dial:
    """A control whose values can be counted; `attribute` is where it keeps its position."""

    name: str
    kind: str
    control: Any
    attribute: str
    moves_drawing: bool = False

    def labels(self) -> list[str]:
        if self.kind == "checkbox":
            return ["no", "yes"]
        return list(self.control.labels if self.kind == "range" else self.control._options_labels)

    def find(self, value: Any) -> int:
        """The position of a value, -1 if it is not offered."""
        offered = {"range": "options", "select": "_options_values"}.get(self.kind)
        values = list(getattr(self.control, offered)) if offered else [False, True]
        return values.index(value) if value in values else -1

    def position(self) -> int:
        return int(getattr(self.control, self.attribute))

    def move(self, position: int) -> None:
        setattr(self.control, self.attribute, min(position, len(self.labels()) - 1))


def dials_of(explorer: Explorer) -> list[Dial]:
    """The controls that a page can offer; a pad to draw on is offered as shifts of its drawing."""
    found = []
    for name, control in explorer.controls.items():
        if isinstance(control, Range):
            found.append(Dial(name, "range", control, "position"))
        elif hasattr(control, "_options_labels"):
            found.append(Dial(name, "select", control, "index"))
        elif isinstance(control, ipywidgets.Checkbox):
            found.append(Dial(name, "checkbox", control, "value"))
        elif hasattr(control, "press"):
            found.append(Dial(name, "range", _shifts(control), "position", True))
    return sorted(found, key=lambda dial: dial.moves_drawing)  # what is moved is loaded before


def go(dials: Iterable[Dial], positions: Key) -> None:
    """Move all dials; twice, since one may change what the next one offers."""
    for dial in dials:
        if dial.moves_drawing:
            dial.move(0)  # the drawing itself, before another one is loaded
    for _ in range(2):
        for dial, position in zip(dials, positions, strict=True):
            dial.move(position)


def print_frames(explorer: Explorer) -> dict:
    """Return all that a page needs to show the explorer; it is left as it was.

    All states are printed where there are at most 250 of them, else those in which one control
    alone is not at its start. Of buttons, the likeliest ways to press them.
    """
    if all(isinstance(control, ipywidgets.Button) for control in explorer.controls.values()):
        return _print_presses(explorer)
    dials = dials_of(explorer)
    labels = [dial.labels() for dial in dials]
    start = tuple(dial.position() for dial in dials)
    counts = [range(len(some)) for some in labels]
    is_full = prod(map(len, counts)) <= MOST
    parts = _Parts()
    frames: dict[str, dict] = {}
    pointed = explorer.picture.regions if explorer.picture else ()
    places = [_in_positions(region, dials) or {} for region in pointed]
    for key in product(*counts) if is_full else _some_of(start, counts, dials, places):
        if _text(key) in frames:
            continue
        go(dials, key)
        changed = {i: dial.labels() for i, dial in enumerate(dials) if dial.labels() != labels[i]}
        at = [dial.position() for dial in dials]
        regions = explorer.picture.regions if explorer.picture and not explorer.error else ()
        met = [place for one in regions if (place := _in_positions(one, dials))]
        frames[_text(key)] = parts.frame(explorer) | {"at": at, "labels": changed, "regions": met}
    go(dials, start)
    pads = any(dial.moves_drawing for dial in dials)
    return {
        "controls": [
            {
                "name": dial.name,
                "kind": dial.kind,
                "words": dial.control.description,
                "labels": all_,
            }
            for dial, all_ in zip(dials, labels, strict=True)
        ],
        "start": _text(start),
        "frames": frames,
        "parts": list(parts.known),
        "note": " ".join([A_PART] * (not is_full) + [TO_DRAW] * pads),
    }


def _some_of(
    start: Key, counts: list[range], dials: list[Dial], places: list[dict]
) -> Iterator[Key]:
    """The start, all where one dial is elsewhere, all that a pointer at the start can choose."""
    for i, count in enumerate(counts):
        yield from ((*start[:i], at, *start[i + 1 :]) for at in count)
    for place in places:
        chosen = {name: [at] for name, at in place.get("values", {}).items()}
        chosen |= {n: sorted({*some}) for way in PARTS for n, some in place.get(way, {}).items()}
        yield from product(*(chosen.get(d.name, [at]) for d, at in zip(dials, start, strict=True)))


def _print_presses(explorer: Explorer) -> dict:
    """Frames of buttons, by what was pressed since the last one, which begins again."""
    *buttons, again = explorer.controls.values()
    shown = _shown(explorer)
    parts = _Parts()
    frames: dict[str, dict] = {}
    start = ""
    for key in _likely_presses(len(buttons)):
        again.click()
        for i in key:
            buttons[i].click()
        frames[_text(key)] = parts.frame(explorer) | {"at": [], "labels": {}, "regions": []}
        start = _text(key) if _shown(explorer) == shown else start
    again.click()
    for i in filter(None, start.split(",")):
        buttons[int(i)].click()
    return {
        "controls": [
            {"name": name, "kind": "button", "words": control.description, "labels": []}
            for name, control in explorer.controls.items()
        ],
        "start": start,
        "frames": frames,
        "parts": list(parts.known),
        "note": TO_THE_END,
    }


def _likely_presses(buttons: int) -> Iterator[Key]:
    """The ways to press them: in their order, then with one press out of order, then with two."""
    waiting: list[tuple[int, Key]] = [(0, ())]
    for _ in range(MOST):
        cost, key = heappop(waiting)
        yield key
        expected = (key[-1] + 1) % buttons if key else 0
        for i in range(buttons):
            heappush(waiting, (cost + 1 + (i != expected), (*key, i)))


def _shifts(pad: Any) -> Range:
    """A control that moves what is drawn on a pad."""
    control = Range("Moved", list(SHIFTS))
    drawn = [""]

    def follow(change: dict) -> None:
        if not SHIFTS[change["old"]]:
            drawn[0] = pad.value
        pad.value = drawn[0]
        for button in SHIFTS[change["new"]]:
            pad.press(button)

    control.observe(follow, "value")
    return control


class _Parts:
    """The pieces of all pictures, each stored once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def frame(self, explorer: Explorer) -> dict:
        """The picture now: its HTML without the image, and the pieces of the image."""
        html = explorer._bundle()["text/html"]
        picture = explorer.picture
        pieces = []
        if picture and not explorer.error:
            svg = picture.svg
            pieces = [_small_png(html)] if svg is None else re.split(r"(?=<(?!/))", svg)
        numbers = [self.known.setdefault(piece, len(self.known)) for piece in pieces]
        return {"html": re.sub(r' src="data:[^"]*"', "", html), "parts": numbers}


def _small_png(html: str) -> str:
    """The chart of a picture with at most 64 colours."""
    data = base64.b64decode(html.partition("data:image/png;base64,")[2].partition('"')[0])
    file = io.BytesIO()
    chart = Image.open(io.BytesIO(data)).convert("RGB")
    chart.quantize(64).save(file, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _in_positions(region: Region, dials: list[Dial]) -> dict | None:
    """The region with positions of dials for values; None if it moves what is not here."""
    data, find = region.data(), {dial.name: dial.find for dial in dials}
    if not find.keys() >= {name for way in (*PARTS, "values") for name in data[way]}:
        return None
    data["values"] = {name: find[name](value) for name, value in data["values"].items()}
    for way in PARTS:
        data[way] = {name: [find[name](v) for v in some] for name, some in data[way].items()}
    return data


def _shown(explorer: Explorer) -> str:
    return explorer._bundle()["text/html"]


def _text(key: Key) -> str:
    return ",".join(map(str, key))
