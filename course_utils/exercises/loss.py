"""Exercises of lesson 03: squared errors, shapes, cross entropy, and which loss when."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn  # noqa: F401

from course_utils.exercises.compare import (
    Mistake,
    a_function,
    a_number,
    a_tensor,
    agree,
    recognise,
    shown,
)
from course_utils.exercises.exercise import NotYet, choice, exercise
from course_utils.lessons.loss.exercises.mse import mse  # noqa: F401


def _reduced(value: object, what: str) -> float:
    """One number; a tensor of many is not reduced yet."""
    if type(value) is Tensor and value.numel() > 1:
        raise NotYet(
            "not_reduced",
            f"{what} has the shape {tuple(value.shape)}; a loss is one number for all of it.",
        )
    return a_number(value, what)


_MATCHES = [  # shape of the output, shape of the target
    ((1, 10), (10,)),
    ((4, 1), (4,)),
    ((3,), (3, 1)),
    ((2, 3), (6,)),
    ((2, 3), (2, 3)),
]
_NO_MATCHES = [((4, 1), (1,)), ((2, 3), (3,)), ((2, 3), (12,))]


def _match_shapes(came: list[tuple[Tensor, Tensor, Tensor]]) -> None:
    if all(agree(result.flatten(), output.flatten()) for output, _, result in came):
        raise NotYet("output_returned", "The result holds the output's numbers, not the target's.")
    if all(result.shape == target.shape for _, target, result in came):
        raise NotYet("unchanged", "The target comes back in the shape it had.")
    if all(result.shape == (1, target.numel()) for _, target, result in came):
        raise NotYet(
            "one_row", "Every target becomes one row; an output may have several, or no rows."
        )
    if all(result.shape == (target.numel(), 1) for _, target, result in came):
        raise NotYet(
            "one_column", "Every target becomes one column; an output may have other shapes."
        )
    for output, target, result in came:
        if result.shape != output.shape:
            raise NotYet(
                "other_shape",
                f"A target of shape {tuple(target.shape)} for an output of shape "
                f"{tuple(output.shape)} came back in the shape {tuple(result.shape)}.",
            )


def _match_numbers(came: list[tuple[Tensor, Tensor, Tensor]]) -> None:
    for _, target, result in came:
        if agree(result.flatten(), target.flatten()):
            continue
        if agree(result.flatten().sort().values, target.flatten().sort().values):
            raise NotYet("order_changed", "The shape fits, but the numbers changed places.")
        raise NotYet(
            "other_numbers", "The shape fits, but the result holds other numbers than the target."
        )


def _match_refused(matched) -> None:
    """Shapes that cannot be matched end in an error, whichever."""
    for shape, other in _NO_MATCHES:
        try:
            result = matched(torch.randn(shape), torch.randn(other))
        except Exception:
            continue
        raise NotYet(
            "not_refused",
            f"For an output of shape {shape}, a target of shape {other} came back as "
            f"{shown(result)}; with too few or too many numbers, an error is wanted.",
        )


@exercise(
    starter="""
def matched(output, target):
    ...
    return target
""",
    hints=(
        "The cell before this exercise mends one target. What does it do?",
        "`view_as` takes the shape from another tensor. It refuses where the numbers do not "
        "suffice or are too many.",
    ),
)
def match_target(matched):
    matched = a_function(matched, "`matched`")
    came = []
    for shape, other in _MATCHES:
        output, target = torch.randn(shape), torch.randn(other)
        given = target.clone()
        result = matched(output.clone(), given)
        came.append((output, target, a_tensor(result, f"The target for an output of {shape}")))
        if given.shape != target.shape or not torch.equal(given, target):
            raise NotYet(
                "target_changed",
                "The target that was given is itself changed; whoever gave it may need it as it "
                "was. Return another tensor.",
            )
    _match_shapes(came)
    _match_numbers(came)
    _match_refused(matched)
    return "It arranges every target as its output is, and refuses those that cannot fit."


def _right(output: Tensor, target: Tensor) -> Tensor:
    """The entries of the right classes, (N,)."""
    return output[torch.arange(len(target)), target]


_ENTROPY_MISTAKES = [
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
        "The logarithm is that of base 2; the natural one, `torch.log`, is wanted.",
        lambda output, target: F.cross_entropy(output, target) / math.log(2),
    ),
    Mistake(
        "base_ten",
        "The logarithm is that of base 10; the natural one, `torch.log`, is wanted.",
        lambda output, target: F.cross_entropy(output, target) / math.log(10),
    ),
    Mistake(
        "along_the_batch",
        "Softmax went along the images; the classes of one image share 100 %.",
        lambda output, target: -_right(output.log_softmax(dim=0), target).mean(),
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
        "It grows by the probability itself; a logarithm is missing.",
        lambda output, target: -_right(output.softmax(dim=1), target).mean(),
    ),
    Mistake(
        "error_share",
        "It is the probability of the wrong classes, which never exceeds 1; a logarithm is "
        "missing.",
        lambda output, target: (1 - _right(output.softmax(dim=1), target)).mean(),
    ),
    Mistake(
        "likeliest_class",
        "The probability of the highest score was used; the target says which class counts.",
        lambda output, target: -output.log_softmax(dim=1).max(dim=1).values.mean(),
    ),
    Mistake(
        "target_ignored",
        "All classes count alike, so the target has no say.",
        lambda output, target: -output.log_softmax(dim=1).mean(),
    ),
    Mistake(
        "mean_inside",
        "The mean of the probabilities came first, then the logarithm; each image has a loss of "
        "its own.",
        lambda output, target: -_right(output.softmax(dim=1), target).mean().log(),
    ),
    Mistake(
        "log_sum_alone",
        "It is log-sum-exp alone; the score of the right class belongs to it as well.",
        lambda output, target: output.logsumexp(dim=1).mean(),
    ),
    Mistake(
        "divided_by_all",
        "The sum was divided by the number of scores; there is one loss for each image.",
        lambda output, target: F.cross_entropy(output, target) / output.shape[1],
    ),
]


def _large_loss(entropy, output: Tensor, target: Tensor) -> float:
    """The loss for scores that `exp` cannot bear; infinities are looked at by the caller."""
    result = entropy(output.clone(), target.clone())
    try:
        return _reduced(result, "The loss of large scores")
    except NotYet as mistake:
        if mistake.code != "not_finite":
            raise
        return float(result)


def _one_large_score(entropy) -> None:
    output, target = torch.tensor([[1000.0, 0.0, 0.0]]), torch.tensor([1])
    loss = _large_loss(entropy, output, torch.tensor([0]))
    if not math.isfinite(loss):
        raise NotYet(
            "overflow",
            f"For the scores 1,000, 0 and 0 and class 0 the loss is `{loss}`: e to the 1,000 is "
            "beyond the largest float.",
        )
    loss = _large_loss(entropy, output, target)
    if not math.isfinite(loss):
        raise NotYet(
            "rounded_to_zero",
            "For the scores 1,000, 0 and 0 and class 1 the loss is infinite: the probability was "
            "rounded to 0 before its logarithm was taken.",
        )
    if not agree(loss, F.cross_entropy(output, target)):
        raise NotYet(
            "bounded",
            f"For the scores 1,000, 0 and 0 and class 1 the loss is {shown(loss)}. A number added "
            "to the probability, or a limit, makes it finite, but not right.",
        )


def _large_rows(entropy) -> None:
    output = torch.tensor([[1000.0, 999.0], [0.0, 1.0], [2.0, 1.0]])
    target = torch.tensor([1, 0, 0])
    if not agree(_large_loss(entropy, output, target), F.cross_entropy(output, target)):
        raise NotYet(
            "one_shift",
            "With scores near 1,000 in one row and near 0 in another the loss is wrong; each row "
            "needs a shift of its own.",
        )
    output = torch.tensor([[-1000.0, -999.0, -1002.0]])
    target = torch.tensor([2])
    if not agree(_large_loss(entropy, output, target), F.cross_entropy(output, target)):
        raise NotYet(
            "far_below_zero",
            "With all scores of a row near −1,000 the loss is wrong: `exp` rounds each to 0.",
        )


@exercise(
    starter="""
def my_cross_entropy(output, target):
    # output: (N, classes), scores; target: (N,), class numbers
    ...
""",
    hints=(
        "For each row: log-sum-exp of its scores, minus the score of the right class. At the end, "
        "the mean over the rows.",
        "`output[torch.arange(len(target)), target]` picks one score from each row.",
        "Subtract the largest score of each row before `exp`, and add it again after `log`. "
        "`max(dim=1, keepdim=True)` finds it; the numbers are in its `.values`.",
    ),
)
def cross_entropy(my_cross_entropy):
    my_cross_entropy = a_function(my_cross_entropy, "`my_cross_entropy`")
    pairs = [
        (2 * torch.randn(6, 4), torch.tensor([3, 0, 1, 1, 2, 0])),
        (2 * torch.randn(1, 3), torch.tensor([2])),
        (2 * torch.randn(3, 10), torch.tensor([9, 0, 4])),
    ]
    came = []
    for output, target in pairs:
        given = output.clone()
        result = my_cross_entropy(given, target.clone())
        came.append(((output, target), _reduced(result, f"The loss of {len(target)} images")))
        if not torch.equal(given, output):
            raise NotYet(
                "output_changed",
                "The scores that were given are changed afterwards; `-=` works on the given "
                "tensor, `-` makes another.",
            )
    recognise(came, _ENTROPY_MISTAKES)
    for (output, target), loss in came:
        if not agree(loss, F.cross_entropy(output, target)):
            raise NotYet(
                "other_loss",
                f"For scores of shape {tuple(output.shape)} it returned {shown(loss)}; "
                "`nn.CrossEntropyLoss` returns another number.",
            )
    _one_large_score(my_cross_entropy)
    _large_rows(my_cross_entropy)
    return "It agrees with `nn.CrossEntropyLoss`, also for scores of 1,000."


which_loss = choice(
    "which_loss",
    right={
        "d": "Each score answers a yes-or-no question of its own; the loss does the sigmoid.",
    },
    wrong={
        "a": (
            "one_of_several",
            "Its softmax shares 100 % among the classes, so exactly one answer would be right.",
        ),
        "b": (
            "amounts",
            "It compares amounts: a score of 8 for a clear yes would cost 49, though it is right.",
        ),
        "c": (
            "softmax_first",
            "After a softmax the probabilities sum to 1; here all three may be near 1, or near 0.",
        ),
        "e": (
            "sigmoid_twice",
            "This loss takes logits and does the sigmoid itself; here it would be done twice.",
        ),
    },
    hints=(
        "May two of the three answers be right at once? May none be?",
        "The last two losses of the table take scores as they leave the network.",
    ),
)


_FIRST_MISTAKES = [  # one of several answers is right
    Mistake("base_two", "That is the logarithm of base 2; PyTorch's losses use ln.", math.log2),
    Mistake("base_ten", "That is the logarithm of base 10; PyTorch's losses use ln.", math.log10),
    Mistake(
        "sign",
        "It is negative; a cross entropy is never below 0.",
        lambda classes: -math.log(classes),
    ),
    Mistake(
        "probability",
        "That is the probability of the right answer; the loss is its logarithm, times −1.",
        lambda classes: 1 / classes,
    ),
    Mistake(
        "share_of_errors",
        "That is how often a guess is wrong; cross entropy asks how much probability the truth "
        "got.",
        lambda classes: 1 - 1 / classes,
    ),
    Mistake(
        "always_ten",
        "It is the same for any number of classes; with more of them, a guess gets less.",
        lambda classes: math.log(10),
    ),
    Mistake(
        "always_two",
        "It is ln 2 for any number of classes; that is right for two.",
        lambda classes: math.log(2),
    ),
]

_SEVERAL_MISTAKES = [  # a yes-or-no question each
    Mistake(
        "several_ignored",
        "With `several=True` it returns the same as without; each score is a question of its "
        "own then, with two answers.",
        math.log,
    ),
    Mistake(
        "questions_added",
        "With `several=True` the questions were added up; the loss is their mean.",
        lambda classes: classes * math.log(2),
    ),
    Mistake(
        "questions_divided",
        "With `several=True` it shrinks with the number of questions; the mean of equal "
        "amounts does not.",
        lambda classes: math.log(2) / classes,
    ),
]


@exercise(
    starter="""
first_loss = ...
""",
    hints=(
        "Scores of 0 all get the same probability. Which one, if one of `classes` is right?",
        "A yes-or-no question has two answers, however many questions there are.",
        "`math.log` is the natural logarithm.",
    ),
)
def untrained_loss(first_loss):
    first_loss = a_function(first_loss, "`first_loss`")
    counts = (10, 2, 3, 1000)
    one = [((n,), a_number(first_loss(n), f"`first_loss({n})`")) for n in counts]
    recognise(one, _FIRST_MISTAKES)
    for (classes,), loss in one:
        if not agree(loss, F.cross_entropy(torch.zeros(1, classes), torch.tensor([0]))):
            raise NotYet(
                "other_loss",
                f"`first_loss({classes})` is {shown(loss)}; `nn.CrossEntropyLoss` for {classes} "
                "scores of 0 is another number.",
            )
    several = []
    for classes in counts:
        call = f"`first_loss({classes}, several=True)`"
        several.append(((classes,), a_number(first_loss(classes, several=True), call)))
    recognise(several, _SEVERAL_MISTAKES)
    for (classes,), loss in several:
        zeros = torch.zeros(1, classes)
        if not agree(loss, F.binary_cross_entropy_with_logits(zeros, zeros)):
            raise NotYet(
                "other_binary_loss",
                f"`first_loss({classes}, several=True)` is {shown(loss)}; "
                "`nn.BCEWithLogitsLoss` for scores of 0 is another number.",
            )
    return "It agrees with what PyTorch's losses give for scores of 0."
