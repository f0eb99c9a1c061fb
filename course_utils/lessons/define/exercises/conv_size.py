"""Exercise: how many numbers a convolution makes of a row."""

# The check tells apart, and the inputs are chosen for it:
# - shifts from places: 1 added once, twice, never
# - padding at both ends from padding at one, from none
# - a division by the stride of the shifts from one of the size, from two, from none
# - rounding down from rounding up and to the nearest: strides that leave 1, 2 and 3 pixels over
# - even kernels from odd ones, kernels as large as the row, steps larger than the kernel
# - the defaults: stride 1 and padding 0, alone and together; by position, stride comes first

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import nn

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_whole_number
from course_utils.checks.exercise import exercise

Sizes = Callable[..., int]


def _of_shifts(formula: Callable[[int, int], int]) -> Sizes:
    """What a formula of the shifts and the stride gives for a layer."""
    return lambda size, kernel, stride=1, padding=0: formula(size + 2 * padding - kernel, stride)


MISTAKES = (  # already where the kernel moves on by one pixel
    Mistake(
        "no_plus_one",
        "One place is missing: a kernel as large as the image still has one place to lie.",
        _of_shifts(lambda shifts, stride: shifts // stride),
    ),
    Mistake(
        "one_added_twice",
        "There is one place too many. 32 − 5 counts shifts and 32 − 5 + 1 counts places: is 1 "
        "added twice, once in the last line?",
        _of_shifts(lambda shifts, stride: (shifts + 1) // stride + 1),
    ),
    Mistake(
        "padding_ignored",
        "With padding the result stays as if there were none; the border makes the image larger.",
        lambda size, kernel, stride=1, padding=0: (size - kernel) // stride + 1,
    ),
    Mistake(
        "padding_once",
        "Padding is counted on one side; it is added on the left and on the right.",
        lambda size, kernel, stride=1, padding=0: (size + padding - kernel) // stride + 1,
    ),
    Mistake(
        "kernel_added",
        "A larger kernel makes the result larger; it has fewer places to lie, not more.",
        lambda size, kernel, stride=1, padding=0: (size + 2 * padding + kernel) // stride + 1,
    ),
)

STRIDE_MISTAKES = (  # right as long as the kernel moves on by one pixel
    Mistake(
        "stride_ignored",
        "With a stride of 2 the result stays as with 1; the kernel lies at fewer places then.",
        _of_shifts(lambda shifts, stride: shifts + 1),
    ),
    Mistake(
        "stride_twice",
        "The shifts are divided by the stride twice; the last line of the starter does so already.",
        _of_shifts(lambda shifts, stride: shifts // stride // stride + 1),
    ),
    Mistake(
        "stride_first",
        "The size is divided by the stride before the kernel is subtracted; the kernel needs its "
        "pixels whatever the stride.",
        lambda size, kernel, stride=1, padding=0: (size + 2 * padding) // stride - kernel + 1,
    ),
    Mistake(
        "rounded_up",
        "Where the last step does not fit, the place is counted; the kernel never hangs over.",
        _of_shifts(lambda shifts, stride: -(-shifts // stride) + 1),
    ),
)

SMALL_STEPS = [  # size, kernel, padding
    (32, 5, 0),
    (224, 3, 0),
    (10, 2, 0),
    (28, 5, 2),
    (9, 4, 5),
    (7, 3, 2),
    (5, 5, 0),
    (6, 1, 0),
]
LARGE_STEPS = [  # size, kernel, padding, stride
    (33, 5, 0, 2),
    (32, 5, 0, 2),
    (20, 4, 1, 3),
    (64, 7, 3, 2),
    (224, 11, 2, 4),
    (12, 2, 0, 5),
    (7, 1, 0, 2),
]


def _size_by_torch(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    layer = nn.Conv2d(1, 1, (1, kernel), (1, stride), (0, padding))
    return layer(torch.zeros(1, 1, size)).shape[-1]


def _require_order(output_size: Sizes) -> None:
    """Stride before padding, as in the starter; whoever takes them by name alone has no order."""
    try:
        size = as_whole_number(output_size(33, 5, 2, 3), "The result of `output_size(33, 5, 2, 3)`")
    except TypeError:
        return
    if size != _size_by_torch(33, 5, 2, 3):
        raise NotYet(
            "other_order",
            f"Right by name, but `output_size(33, 5, 2, 3)` is {size}: the third argument is the "
            "stride and the fourth the padding, as in `nn.Conv2d`.",
        )


def _require_defaults(output_size: Sizes) -> None:
    """The same size as with the stride of 1 and the padding of 0 written out."""
    for keywords in ({}, {"stride": 2}, {"padding": 2}):
        call = given(33, 5, **keywords).words("output_size")
        size = as_whole_number(output_size(33, 5, **keywords), f"The result of {call}")
        written_out = _size_by_torch(33, 5, **keywords)
        if size != written_out:
            raise NotYet(
                "other_defaults",
                f"{call} is {size}, and {written_out} with everything written out: without being "
                "told, stride is 1 and padding is 0.",
            )


@exercise(
    starter="""
def output_size(size, kernel, stride=1, padding=0):
    shifts = ...
    return shifts // stride + 1
""",
    hints=(
        "Leave stride and padding alone at first: how do you get 27 from 32 and 5? The last line "
        "already adds the 1.",
        "Padding adds pixels at both ends of the row, so the row grows by twice as many.",
    ),
    solution="""
def output_size(size, kernel, stride=1, padding=0):
    shifts = size + 2 * padding - kernel
    return shifts // stride + 1
""",
    why="A kernel lies at its first place, and can then be shifted by as many pixels as the row, "
    "with its padding, is longer than the kernel. It moves on by whole strides only, so the "
    "division rounds down.",
    mistakes=(*MISTAKES, *STRIDE_MISTAKES),
)
def conv_size(output_size):
    output_size = as_function(output_size, "`output_size`")
    small = [given(size, kernel, stride=1, padding=p) for size, kernel, p in SMALL_STEPS]
    large = [given(size, kernel, stride=s, padding=p) for size, kernel, p, s in LARGE_STEPS]
    for layers, mistakes in ((small, MISTAKES), (large, STRIDE_MISTAKES)):
        check_agreement(
            output_size,
            _size_by_torch,
            layers,
            mistakes,
            name="output_size",
            pytorch="nn.Conv2d",
            read=as_whole_number,
        )
    _require_defaults(output_size)
    _require_order(output_size)
    return f"It agrees with `nn.Conv2d` for all {len(small + large)} layers that were tried."
