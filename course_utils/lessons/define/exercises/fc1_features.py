"""Exercise: how many numbers arrive at `fc1` when images and kernels have other sizes."""

# The check tells apart:
# - the number that arrives from those that arrive if one of the changes is left out
# - all maps from one map, from one row; the channels of `conv2` from those of `conv1`
# - two poolings from one, from none
# One number may have been found in many ways, so a sentence says what is true of the number.

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import nn

from course_utils.checks.compare import Mistake, name_mistake
from course_utils.checks.convert import NotYet, as_whole_number
from course_utils.checks.exercise import exercise

MISTAKES = (
    Mistake(
        "one_step_off",
        "400 is 16 maps of 5 by 5. So many arrive with half the padding or none, with kernels of "
        "5 by 5 in `conv2`, or if the + 1 is forgotten.",
        400,
    ),
    Mistake("nothing_changed", "256 arrive if `Net` stays as it is.", 256),
    Mistake(
        "other_image",
        "784 is the number of pixels, 28 · 28. It is also 16 maps of 7 by 7, which arrive from "
        "images of 32 by 32, or if `conv2` does not make the maps smaller.",
        784,
    ),
    Mistake(
        "one_channel",
        "36 is one feature map; `torch.flatten(x, 1)` puts those of all channels in one row.",
        36,
    ),
    Mistake("one_row", "96 counts one row of each map; a map has rows and columns.", 96),
    Mistake(
        "channels_of_conv1",
        "216 is right for six maps; count the channels that `conv2` returns.",
        216,
    ),
    Mistake(
        "padded_twice",
        "1,024 arrive if `conv2` gets the padding too; only `conv1` does.",
        1024,
    ),
    Mistake(
        "second_pooling",
        "2,304 arrive without the second pooling; it comes after `conv2`.",
        2304,
    ),
    Mistake(
        "first_pooling",
        "2,704 arrive without the first pooling; it comes between the convolutions.",
        2704,
    ),
    Mistake(
        "no_pooling",
        "10,816 arrive without pooling; it halves the maps after each convolution.",
        10816,
    ),
    Mistake("outputs", "120 is what `fc1` returns; the question is what it is given.", 120),
)


def _arriving() -> int:
    conv1, conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 3)
    maps = nn.Sequential(conv1, nn.MaxPool2d(2), conv2, nn.MaxPool2d(2))
    return maps(torch.zeros(1, 1, 28, 28)).numel()


@exercise(
    starter="""
arriving = ...
""",
    hints=(
        "Write down the side of the map after each step: `conv1`, pooling, `conv2`, pooling.",
        "The padding makes the image larger by four before `conv1` makes it smaller by four.",
        "At the end, multiply rows, columns and channels.",
    ),
    solution="""
after_c1 = 28 + 2 * 2 - 5 + 1
after_s2 = after_c1 // 2
after_c3 = after_s2 - 3 + 1
after_s4 = after_c3 // 2
arriving = 16 * after_s4 * after_s4
""",
    why="A padding of 2 gives the 28 pixels back that a kernel of 5 takes, and then the side goes "
    "28, 14, 12, 6. `conv2` returns 16 maps of 6 by 6, and `flatten` puts them in one row.",
    mistakes=MISTAKES,
)
def fc1_features(arriving):
    number = as_whole_number(arriving, "The answer")
    name_mistake(number, MISTAKES)
    if number != _arriving():
        raise NotYet(
            "wrong_number",
            f"{number:,} is not what arrives; follow the side of the image step by step.",
        )
    return "So many numbers would `fc1` have to take for each image."
