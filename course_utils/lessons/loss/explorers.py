"""The explorer of lesson 03: ten scores of a digit, and what two losses make of them."""

import ipywidgets
import torch
from torch import Tensor, nn

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.loss.figures.logits import draw_mix
from course_utils.lessons.loss.logits import Mix, checked_class, mix, one_row
from course_utils.network.tape import left_as_it_was
from course_utils.pictures.words import short


class LogitMixer(Explorer):
    """Push one of a digit's scores up or down: see cross entropy, its slope, and MSE follow.

    Args:
        net: Takes (1, 1, H, W), returns (1, 10) scores; asked once, and left as it was.
        image: (1, H, W).
        label: The digit it shows.
    """

    def __init__(self, net: nn.Module, image: Tensor, label: int):
        with torch.no_grad(), left_as_it_was(net):
            self._logits = one_row(net(image.unsqueeze(0)))
        classes = len(self._logits)
        self._label = checked_class(label, classes, "The label")
        value = Range("Its value", [n / 2 for n in range(-10, 41)], value=0.0, labels=short)
        self._values = torch.tensor(value.options, dtype=torch.float64)
        super().__init__(
            {
                "pushed": Range("Score of digit", range(classes), value=self._label),
                "value": value,
                "softmax_first": ipywidgets.Checkbox(
                    value=False,
                    description="softmax first",
                    style={"description_width": LABEL_WIDTH},
                ),
            },
            compute=self._mix,
            draw=lambda record: draw_mix(record, image),
            note="Controls: which score, its value, softmax first or not. "
            "Run the cell to move them.",
        )

    def _mix(self, pushed: int, value: float, softmax_first: bool) -> Mix:
        return mix(self._logits, self._label, pushed, value, softmax_first, self._values)
