"""A pad to draw a digit on, and the explorer in which the network follows the stroke."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets
import traitlets
from torch import nn

from course_utils.controls.base import AnyWidget
from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.train.drawing import SIDE, Reader, Reading, bitmap_of, to_bitmap, to_text
from course_utils.lessons.train.figures.drawing import draw_reading, spoken
from course_utils.lessons.train.shifts import shift
from course_utils.network.digits import BLOCK, FULL, Digits
from course_utils.pictures.picture import Picture

EMPTY = "0" * SIDE**2


class Pad(AnyWidget):
    """32×32 pixels to draw on with mouse, finger or keyboard, buttons to move the drawing.

    Arrow keys move a visible pen, Space lowers and lifts it, E does the same with an eraser, C
    clears the pad.

    Attributes:
        value: The drawing, 1,024 characters 0 (paper) or 1 (ink), row by row.
        says: A line below the pad that screen readers read aloud when it changes.
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")

    value = traitlets.Unicode(EMPTY).tag(sync=True)
    says = traitlets.Unicode().tag(sync=True)

    def shift(self, right: int = 0, down: int = 0) -> None:
        """Move the drawing by pixels, as the buttons do by one."""
        self.value = to_text(shift(to_bitmap(self.value), right, down))

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> str:
        to_bitmap(proposal["value"])
        return proposal["value"]


class DigitPad(Explorer):
    """Draw a digit: the maps of a trained network and its ten probabilities follow the stroke.

    Args:
        net: The lesson's network, trained; its weights are read at every stroke.
        seen: The digits it was trained on.
        unseen: Digits it was not trained on.
    """

    def __init__(self, net: nn.Module, seen: Digits, unseen: Digits):
        self._reader = Reader(net, seen, unseen)
        self._drawings = {"nothing": EMPTY} | {
            f"digit {digit}": to_text(bitmap_of(FULL * images[0, 0, ::BLOCK, ::BLOCK]))
            for digit in range(10)
            if len(images := unseen.images[unseen.labels == digit])
        }
        self._started = list(self._drawings)[1]
        fit = ipywidgets.Checkbox(
            value=False, description="centre and fit", style={"description_width": LABEL_WIDTH}
        )
        super().__init__(
            {
                "pad": Pad(value=self._drawings[self._started]),
                "fit": fit,
                "start": Range("Start from", list(self._drawings), value=self._started),
            },
            compute=self._read,
            draw=self._draw_and_say,
            adapt=self._load_drawing,
            note="Controls: drawing pad, centre and fit, digit to start from. "
            "Run the cell to draw.",
        )

    def _load_drawing(self, pad: str, fit: bool, start: str) -> None:
        if start != self._started:
            self._started = start
            self.controls["pad"].value = self._drawings[start]

    def _read(self, pad: str, fit: bool, start: str) -> Reading:
        return self._reader.read(to_bitmap(pad), fit)

    def _draw_and_say(self, record: Reading) -> Picture:
        self.controls["pad"].says = spoken(record)
        return draw_reading(record)
