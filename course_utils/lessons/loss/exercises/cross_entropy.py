"""Exercise: cross entropy from scores, also from very large ones."""

# The check tells apart, and the inputs are chosen for it:
# - the mean over images from a sum, a mean of all scores: one image, several, more than classes
# - softmax along the classes from softmax along the images, none, twice
# - the right class from the likeliest, from all: targets that are not the largest scores
# - ln from other logarithms, and from the probability itself
# - a shift for each row from one for all, from none, from a limit: scores of 1,000 and -1,000
# - a tensor that a gradient can go back through from a Python number
# - the learner's own formula from PyTorch's cross entropy under any name

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.checks.calls import Given, call, given, watch_calls
from course_utils.checks.compare import Mistake, agree, check_agreement, check_gradient
from course_utils.checks.convert import NotYet, as_function, shown
from course_utils.checks.exercise import exercise
from course_utils.lessons.loss.exercises.shared import as_loss

ROUNDED = 1e-3  # a float32 near 1,000 has four digits after the point, a sum of them fewer


def _right(output: Tensor, target: Tensor) -> Tensor:
    """The entries of the right classes, (N,)."""
    return output[torch.arange(len(target)), target]


MISTAKES = (
    Mistake(
        "sign",
        "The loss is negative: the logarithm of a probability is never above 0.",
        lambda output, target: -F.cross_entropy(output, target),
    ),
    Mistake(
        "summed",
        "It is the sum over the images; `nn.CrossEntropyLoss` takes their mean.",
        lambda output, target: F.cross_entropy(output, target, reduction="sum"),
    ),
    Mistake(
        "softmax_twice",
        "Softmax was applied twice, as if the probabilities were scores.",
        lambda output, target: F.cross_entropy(output.softmax(dim=1), target),
    ),
    Mistake(
        "base_two",
        "The logarithm is to base 2; the natural one, `torch.log`, is wanted.",
        lambda output, target: F.cross_entropy(output, target) / math.log(2),
    ),
    Mistake(
        "along_the_batch",
        "Softmax went along the images; the classes of one image share 100 %.",
        lambda output, target: -_right(output.log_softmax(dim=0), target).mean(),
    ),
    Mistake(
        "all_rows",
        "The exponentials are summed over all images; each image has a sum of its own.",
        lambda output, target: (output.flatten().logsumexp(dim=0) - _right(output, target)).mean(),
    ),
    Mistake(
        "all_targets",
        "`[:, target]` picks the classes of all targets for every image; each image has one.",
        lambda output, target: -output.log_softmax(dim=1)[:, target].mean(),
    ),
    Mistake(
        "no_softmax",
        "It is the mean score of the right classes, with the other sign: no softmax was done.",
        lambda output, target: -_right(output, target).mean(),
    ),
    Mistake(
        "no_logarithm",
        "It is the mean probability of the right classes, with the other sign; a logarithm is "
        "missing.",
        lambda output, target: -_right(output.softmax(dim=1), target).mean(),
    ),
    Mistake(
        "likeliest_class",
        "The probability of the highest score was used; the target says which class counts.",
        lambda output, target: -output.log_softmax(dim=1).max(dim=1).values.mean(),
    ),
    Mistake(
        "log_sum_alone",
        "It is log-sum-exp alone; the score of the right class belongs to it as well.",
        lambda output, target: output.logsumexp(dim=1).mean(),
    ),
)


def _batches() -> list[Given]:
    return [
        given(torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([1])),
        given(2 * torch.randn(6, 4), torch.tensor([3, 0, 1, 1, 2, 0])),
        given(2 * torch.randn(1, 3), torch.tensor([2])),
        given(2 * torch.randn(3, 10), torch.tensor([9, 0, 4])),
        given(2 * torch.randn(2, 5).T - 8, torch.tensor([1, 0, 1, 1, 0])),
        given(torch.randn(4, 3, dtype=torch.float64), torch.tensor([0, 2, 2, 1])),
    ]


def _large_loss(entropy, rows: list[list[float]], classes: list[int]) -> tuple[float, float]:
    """The loss of scores that `exp` cannot bear, and PyTorch's; infinite ones are let through."""
    output, target = torch.tensor(rows), torch.tensor(classes)
    result = call(entropy, output, target)
    try:
        loss = as_loss(result, "The loss of large scores")
    except NotYet as mistake:
        if mistake.code != "not_finite":
            raise
        loss = torch.as_tensor(result).item()
    return loss, F.cross_entropy(output, target).item()


def _require_large_scores(entropy) -> None:
    told = "Right for small scores. For the scores 1,000, 0 and 0 and class {} the loss is {}"
    loss, _ = _large_loss(entropy, [[1000.0, 0.0, 0.0]], [0])
    if not math.isfinite(loss):
        why = "e to the 1,000 is beyond the largest float."
        raise NotYet("overflow", f"{told.format(0, f'`{loss}`')}: {why}")
    loss, _ = _large_loss(entropy, [[1000.0, 0.0, 0.0]], [1])
    if not math.isfinite(loss):
        why = "a probability that was rounded to 0 has no usable logarithm."
        raise NotYet("rounded_to_zero", f"{told.format(1, f'`{loss}`')}: {why}")
    if not agree(loss, 1000.0):
        raise NotYet(
            "bounded",
            f"{told.format(1, shown(loss))}; 1,000 is right. A number added to the "
            "probability, or a limit, makes a loss finite, but not right.",
        )
    several = _large_loss(entropy, [[1000.0, 999.0], [0.0, 1.0], [2.0, 1.0]], [1, 0, 0])
    if not agree(*several, ROUNDED):
        raise NotYet(
            "one_shift",
            "With scores near 1,000 in one row and near 0 in another the loss is wrong; each row "
            "needs a shift of its own.",
        )
    if not agree(*_large_loss(entropy, [[-1000.0, -999.0, -1002.0]], [2]), ROUNDED):
        raise NotYet(
            "far_below_zero",
            "With all scores of a row near −1,000 the loss is wrong: `exp` rounds each to 0.",
        )


def _require_own_formula(entropy, batch: Given) -> None:
    with watch_calls() as called:
        call(entropy, *batch.args)
    if F.cross_entropy in called:
        raise NotYet(
            "forbidden",
            "The numbers are right, but PyTorch's own cross entropy worked them out; this exercise "
            "asks for the formula behind it.",
        )


@exercise(
    starter="""
def my_cross_entropy(output, target):
    # output: (N, classes), scores; target: (N,), labels
    ...
""",
    hints=(
        "The lesson has two formulas for the loss of one image. Which of them needs no "
        "probability?",
        "Log-sum-exp of each row, minus the score of its right class. The mean comes last.",
        "`output.logsumexp(dim=1)` copes with large scores; "
        "`output[torch.arange(len(target)), target]` has the scores of the right classes.",
    ),
    solution="""
import torch


def my_cross_entropy(output, target):
    # output: (N, classes), scores; target: (N,), labels
    largest = output.max(dim=1, keepdim=True).values
    log_sum = (output - largest).exp().sum(dim=1).log() + largest.squeeze(dim=1)
    right = output[torch.arange(len(target)), target]
    return (log_sum - right).mean()
""",
    why="Minus the logarithm of the right class's probability is log-sum-exp minus its score. "
    "With each row's largest score subtracted first, the largest exponential is e to the 0, so "
    "none overflows and their sum is never 0.",
    mistakes=MISTAKES,
)
def cross_entropy(my_cross_entropy):
    name = "my_cross_entropy"
    my_cross_entropy = as_function(my_cross_entropy, f"`{name}`")
    batches, right = _batches(), nn.CrossEntropyLoss()
    check_agreement(
        my_cross_entropy,
        right,
        batches,
        MISTAKES,
        name=name,
        pytorch="nn.CrossEntropyLoss()",
        read=as_loss,
    )
    _require_large_scores(my_cross_entropy)
    check_gradient(my_cross_entropy, right, batches[1], name=name)
    _require_own_formula(my_cross_entropy, batches[1])
    return "It agrees with `nn.CrossEntropyLoss`, for large scores too, and a gradient goes back."
