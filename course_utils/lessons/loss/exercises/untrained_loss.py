"""Exercise: the loss of a network that knows nothing."""

# The check tells apart, and the inputs are chosen for it:
# - ln from other logarithms, from the probability, from its sign: 10, 3 and 1,000 classes
# - one of several answers from yes-or-no questions: ln 2 is both for 2 classes, so others too
# - four decimals, as the lesson writes its losses, are enough
# - the mean of the questions from their sum, and from a share: more than one question, and one

import math

import torch
import torch.nn.functional as F
from torch import nn  # noqa: F401, for the learner

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function, as_number
from course_utils.checks.exercise import exercise

ONE_MISTAKES = (  # one of several answers is right
    Mistake(
        "base_two",
        "That is the logarithm to base 2; PyTorch's losses use ln.",
        lambda classes, several=False: math.log2(2 if several else classes),
    ),
    Mistake(
        "base_ten",
        "That is the logarithm to base 10; PyTorch's losses use ln.",
        lambda classes, several=False: math.log10(2 if several else classes),
    ),
    Mistake(
        "sign",
        "It is negative; a cross entropy is never below 0.",
        lambda classes, several=False: -math.log(2 if several else classes),
    ),
    Mistake(
        "probability",
        "That is the probability of the right answer; the loss is its logarithm, times −1.",
        lambda classes, several=False: 1 / (2 if several else classes),
    ),
    Mistake(
        "always_ten",
        "It is ln 10 for any number of classes; with more of them, a guess gets less.",
        lambda classes, several=False: math.log(10),
    ),
)

SEVERAL_MISTAKES = (  # a yes-or-no question each
    Mistake(
        "several_ignored",
        "With `several=True` it returns the same as without; each score is a question of its "
        "own then, with two answers.",
        lambda classes, several=False: math.log(classes),
    ),
    Mistake(
        "questions_added",
        "With `several=True` the questions were added up; the loss is their mean.",
        lambda classes, several=False: classes * math.log(2) if several else math.log(classes),
    ),
)

COUNTS = (10, 2, 3, 1000)
DECIMALS = 4


def _loss_of_zeros(classes: int, several: bool = False) -> torch.Tensor:
    zeros = torch.zeros(1, classes)
    if several:
        return F.binary_cross_entropy_with_logits(zeros, zeros)
    return F.cross_entropy(zeros, torch.tensor([0]))


def _rounded(value: object, what: str) -> float:
    return round(as_number(value, what), DECIMALS)


@exercise(
    starter="""
first_loss = ...
""",
    hints=(
        "Scores of 0 all get the same probability. Which one, if there are `classes` answers?",
        "A yes-or-no question has two answers, however many questions there are.",
        "`math.log` is the natural logarithm.",
    ),
    solution="""
import math


def first_loss(classes, several=False):
    return math.log(2) if several else math.log(classes)
""",
    why="Equal scores share the probability equally, so the right one of n classes gets 1/n and "
    "costs ln n. A yes-or-no question has two answers, and the mean of any number of equal "
    "losses ln 2 is ln 2.",
    mistakes=(*ONE_MISTAKES, *SEVERAL_MISTAKES),
)
def untrained_loss(first_loss):
    first_loss = as_function(first_loss, "`first_loss`")
    one = [given(count) for count in COUNTS]
    several = [given(count, several=True) for count in (3, 1, 10, 1000)]
    for asked, mistakes in ((one, ONE_MISTAKES), (several, SEVERAL_MISTAKES)):
        check_agreement(
            first_loss, _loss_of_zeros, asked, mistakes, name="first_loss", read=_rounded
        )
    return "It agrees with what PyTorch's losses give for scores of 0."
