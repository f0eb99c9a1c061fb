"""Exercise: how many parameters a convolution has."""

# The check tells apart, and the inputs are chosen for it:
# - the inputs from the outputs: more outputs than inputs, fewer, as many, one alone
# - the square of the kernel from its double and from `^`: kernels of 1 to 7, even ones too
# - one bias for each output from none, from one in all, from more
# - the formula from a table of the lesson's layers: sizes that the lesson does not have

import torch  # noqa: F401, for the learner
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import nn

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function, as_whole_number
from course_utils.checks.exercise import exercise

MISTAKES = (
    Mistake(
        "biases_forgotten",
        "Every weight is counted, but each output has a bias too.",
        lambda inputs, outputs, kernel: outputs * inputs * kernel**2,
    ),
    Mistake(
        "one_bias",
        "One bias is counted for the whole layer; each output has its own.",
        lambda inputs, outputs, kernel: outputs * inputs * kernel**2 + 1,
    ),
    Mistake(
        "bias_of_every_pair",
        "There is a bias for each pair of input and output in this count; an output sums over "
        "all inputs before its one bias.",
        lambda inputs, outputs, kernel: outputs * inputs * (kernel**2 + 1),
    ),
    Mistake(
        "biases_multiplied",
        "Each output gets as many biases as there are outputs; it has one. The last line of the "
        "starter already multiplies by `outputs`.",
        lambda inputs, outputs, kernel: outputs * (inputs * kernel**2 + outputs),
    ),
    Mistake(
        "outputs_twice",
        "The number of outputs is in it twice; the last line of the starter already multiplies "
        "by `outputs`.",
        lambda inputs, outputs, kernel: outputs * (outputs * inputs * kernel**2 + outputs),
    ),
    Mistake(
        "one_side",
        "The kernel counts as one row; it has as many rows as columns.",
        lambda inputs, outputs, kernel: outputs * (inputs * kernel + 1),
    ),
    Mistake(
        "caret",
        "`kernel ^ 2` is no square in Python: `^` works on the bits of a number. A power is `**`.",
        lambda inputs, outputs, kernel: outputs * (inputs * (kernel ^ 2) + 1),
    ),
    Mistake(
        "inputs_ignored",
        "The number of inputs makes no difference here; a kernel has weights for each of them.",
        lambda inputs, outputs, kernel: outputs * (kernel**2 + 1),
    ),
)

LAYERS = [  # inputs, outputs, kernel
    *((1, 6, 5), (6, 16, 5), (3, 4, 1), (2, 7, 3), (6, 4, 1), (5, 2, 3)),
    *((4, 4, 2), (1, 1, 3), (1, 3, 4), (3, 1, 7), (32, 64, 3), (64, 16, 6)),
]


def _count(inputs: int, outputs: int, kernel: int) -> int:
    return sum(tensor.numel() for tensor in nn.Conv2d(inputs, outputs, kernel).parameters())


@exercise(
    starter="""
def count_conv(inputs, outputs, kernel):
    numbers_per_output = ...
    return outputs * numbers_per_output
""",
    hints=(
        "How many pixels does one kernel of `conv1` lie on? And one of `conv2`?",
        "For one output: a weight for each number that the kernel lies on, and then one more.",
    ),
    solution="""
def count_conv(inputs, outputs, kernel):
    numbers_per_output = inputs * kernel * kernel + 1
    return outputs * numbers_per_output
""",
    why="Each output has a kernel as deep as the input, and one bias that is added at the end. "
    "The size of the image is not in the count, since the kernel is the same at every place.",
    mistakes=MISTAKES,
)
def count_layer(count_conv):
    name = "count_conv"
    count_conv = as_function(count_conv, f"`{name}`")
    inputs = [given(*layer) for layer in LAYERS]
    check_agreement(
        count_conv,
        _count,
        inputs,
        MISTAKES,
        name=name,
        pytorch="nn.Conv2d",
        read=as_whole_number,
    )
    return f"It agrees with `nn.Conv2d` for all {len(LAYERS)} layers that were tried."
