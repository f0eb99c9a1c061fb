"""The explorer of lesson 03: ten scores of a digit, and what two losses make of them."""

import ipywidgets
import torch
from torch import Tensor, nn

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.loss.figures.logits import draw_mix
from course_utils.lessons.loss.logits import Mix, mix
from course_utils.network.tape import left_as_it_was
from course_utils.pictures.words import short


class LogitMixer(Explorer):
    """Push one of a digit's scores up or down: see cross entropy, its slope, and MSE follow.

    Args:
        net: Takes (1, 1, H, W), returns (1, 10) scores; asked once, and left as it was.
        image: (1, H, W).
        label: The digit it shows.
        value: Where the score of this digit begins, a multiple of a half from −5 to 20.
    """

    def __init__(self, net: nn.Module, image: Tensor, label: int, value: float = 0.0):
        with torch.no_grad(), left_as_it_was(net):
            self._logits = net(image.unsqueeze(0))[0]
        self._label = label
        values = Range("Its value", [n / 2 for n in range(-10, 41)], value=value, labels=short)
        self._values = torch.tensor(values.options, dtype=torch.float64)
        first = ipywidgets.Checkbox(
            value=False, description="softmax first", style={"description_width": LABEL_WIDTH}
        )
        super().__init__(
            {
                "pushed": Range("Score of digit", range(len(self._logits)), value=label),
                "value": values,
                "softmax_first": first,
            },
            compute=self._mix,
            draw=lambda record: draw_mix(record, image),
            note="Controls: which score, its value, softmax first or not. "
            "Run the cell to move them.",
        )

    def _mix(self, pushed: int, value: float, softmax_first: bool) -> Mix:
        return mix(self._logits, self._label, pushed, value, softmax_first, self._values)
