"""Explorer of lesson 02: the sizes of a network, and where its parameters then are."""

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.lessons.parameters.figures.table import draw_sizes
from course_utils.lessons.parameters.table import LenetSizes
from course_utils.pictures.picture import Picture


class WhereTheNumbersLive(Explorer):
    """Choose channels, width and image size: see how many numbers each tensor then holds."""

    note = (
        "Controls: conv1 channels, conv2 channels, fc1 width, image size. "
        "Run the cell to move them."
    )

    def __init__(self):
        super().__init__(
            {
                "conv1": Range("conv1 channels", value=6, options=[1, 3, 6, 12, 24, 48]),
                "conv2": Range("conv2 channels", value=16, options=[4, 8, 16, 32, 64]),
                "fc1": Range("fc1 width", value=120, options=[10, 30, 60, 120, 240, 480]),
                "image": Range(
                    "Image size", value=32, options=[16, 24, 32, 48, 64, 128], labels=_square
                ),
            }
        )

    def compute(self, conv1: int, conv2: int, fc1: int, image: int) -> LenetSizes:
        return LenetSizes(conv1, conv2, fc1, image)

    def draw(self, record: LenetSizes) -> Picture:
        return draw_sizes(record)


def _square(side: int) -> str:
    return f"{side}×{side}"
