"""Explorer of lesson 02: the sizes of a network, and where its parameters then are."""

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.lessons.parameters.figures.table import draw_sizes
from course_utils.lessons.parameters.table import LenetSizes


class WhereTheNumbersLive(Explorer):
    """Choose channels, width and image size: see how many numbers each tensor then holds."""

    def __init__(self):
        names = [row.name for row in LenetSizes().table]
        super().__init__(
            {
                "conv1": Range("conv1 channels", [1, 3, 6, 12, 24, 48], value=6),
                "conv2": Range("conv2 channels", [4, 8, 16, 32, 64], value=16),
                "fc1": Range("fc1 width", [10, 30, 60, 120, 240, 480], value=120),
                "image": Range("Image size", [16, 24, 32, 48, 64, 128], value=32, labels=_square),
                "tensor": Range("Tensor", names, value="fc1.weight"),
            },
            compute=lambda tensor, **sizes: (LenetSizes(**sizes), tensor),
            draw=lambda record: draw_sizes(*record),
            note="Controls: conv1 channels, conv2 channels, fc1 width, image size, tensor. "
            "Run the cell to move them.",
        )


def _square(side: int) -> str:
    return f"{side}×{side}"
