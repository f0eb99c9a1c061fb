"""Controls of an explorer whose values can be counted, so that a page can offer each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ipywidgets

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.pictures.picture import PARTS, Region

SHIFTS = {  # to the right, down
    "not at all": (0, 0),
    "4 pixels left": (-4, 0),
    "4 pixels right": (4, 0),
    "4 pixels up": (0, -4),
    "4 pixels down": (0, 4),
}
ATTRIBUTES = {"range": "position", "select": "index", "checkbox": "value", "button": ""}
FIXED = {"checkbox": ["no", "yes"], "button": []}

Key = tuple[int, ...]


@dataclass
class Dial:
    """A control, its name in the explorer, and its kind: range, select, checkbox, or button."""

    name: str
    kind: str
    control: Any
    moves_drawing: bool = False

    def labels(self) -> list[str]:
        if self.kind in FIXED:
            return FIXED[self.kind]
        return list(self.control.labels if self.kind == "range" else self.control._options_labels)

    def position(self) -> int:
        return int(getattr(self.control, ATTRIBUTES[self.kind], 0))

    def move(self, position: int) -> None:
        last = len(self.labels()) - 1
        setattr(self.control, ATTRIBUTES[self.kind], min(position, last))

    def find(self, value: Any) -> int:
        """The position of a value, -1 if it is not offered."""
        if self.kind == "checkbox":
            return int(value)
        offered = self.control.options if self.kind == "range" else self.control._options_values
        return offered.index(value) if value in offered else -1


def dials_of(explorer: Explorer) -> list[Dial]:
    """The controls that a page can offer; a pad to draw on is offered as shifts of its drawing."""
    found = []
    for name, control in explorer.controls.items():
        if isinstance(control, Range):
            found.append(Dial(name, "range", control))
        elif hasattr(control, "_options_labels"):
            found.append(Dial(name, "select", control))
        elif isinstance(control, ipywidgets.Checkbox):
            found.append(Dial(name, "checkbox", control))
        elif hasattr(control, "shift"):
            found.append(Dial(name, "range", _shifts(control), moves_drawing=True))
    return sorted(found, key=lambda dial: dial.moves_drawing)  # what is moved is loaded before


def go(dials: Iterable[Dial], positions: Key) -> None:
    """Move all dials; twice, since one may change what the next one offers."""
    for dial in dials:
        if dial.moves_drawing:
            dial.move(0)  # the drawing itself, before another one is loaded
    for _ in range(2):
        for dial, position in zip(dials, positions, strict=True):
            dial.move(position)


def in_positions(region: Region, dials: Iterable[Dial]) -> dict | None:
    """The region with positions of dials for values; None if it moves what is not here."""
    data, find = region.data(), {dial.name: dial.find for dial in dials}
    if not find.keys() >= {name for way in (*PARTS, "values") for name in data[way]}:
        return None
    data["values"] = {name: find[name](value) for name, value in data["values"].items()}
    for way in PARTS:
        data[way] = {name: [find[name](v) for v in some] for name, some in data[way].items()}
    return data


def _shifts(pad: Any) -> Range:
    """A control that moves what is drawn on a pad."""
    control = Range("Moved", list(SHIFTS))
    drawn = [""]

    def follow(change: dict) -> None:
        if not any(SHIFTS[change["old"]]):
            drawn[0] = pad.value
        pad.value = drawn[0]
        pad.shift(*SHIFTS[change["new"]])

    control.observe(follow, "value")
    return control
