"""Exercise: a step of Adam."""

# The check tells apart, and the trainings of `course_utils.checks.trainings` are chosen for it:
# - two running means, of gradient and square, with shares 0.9 and 0.999, from other sums and shares
# - both corrected by the number of this step, for this step alone, from none, one, late, stored
# - mean by root from root of mean, no root, the gradient itself
# - 1e-8 beside the corrected root from inside, before, none: gradients of 0 and of a millionth
# - means that stay in their lists from new tensors; parameters and gradients as in `sgd_step`
# - steps that depend on their arguments alone

from collections.abc import Callable

import torch
import torch.nn as nn  # noqa: F401, for the learner
import torch.optim as optim
from torch import Tensor

from course_utils.checks.compare import Mistake
from course_utils.checks.convert import as_function
from course_utils.checks.exercise import exercise
from course_utils.checks.steps import check_steps
from course_utils.checks.trainings import Step


def _by(
    shares: tuple[float, float] = (0.9, 0.999),
    add: Callable[[Tensor, Tensor], tuple] = lambda g, mean: (0.1 * g, 0.001 * g**2),
    correct: Callable[[int], tuple] = lambda n: (1 - 0.9**n, 1 - 0.999**n),
    move: Callable[..., Tensor] = lambda m, s: m / (s.sqrt() + 1e-8),
    stored: bool = False,
    late: bool = False,
) -> Callable:
    """A whole answer, with other parts in the places where mistakes are made."""

    def my_adam(parameters, means, squares, n, learning_rate):
        with torch.no_grad():
            for parameter, mean, square in zip(parameters, means, squares, strict=True):
                old = mean.clone(), square.clone()
                mean.copy_(shares[0] * mean + add(parameter.grad, mean)[0])
                square.copy_(shares[1] * square + add(parameter.grad, mean)[1])
                used = old if late else (mean, square)
                corrected = [one / by for one, by in zip(used, correct(n), strict=True)]
                if stored:
                    mean.copy_(corrected[0])
                    square.copy_(corrected[1])
                parameter -= learning_rate * move(*corrected)

    return my_adam


MISTAKES = (
    Mistake(
        "ascent",
        "The weights climb; a step goes against the mean of the gradients.",
        _by(move=lambda m, s: -m / (s.sqrt() + 1e-8)),
    ),
    Mistake(
        "uncorrected",
        "Both running means were used as they are; they begin at 0 and are too small at first.",
        _by(correct=lambda n: (1, 1)),
    ),
    Mistake(
        "divided_by_zero",
        "After the first step all weights are `nan`. What does the correction divide by when `n` "
        "is 1?",
        _by(correct=lambda n: (1 - 0.9 ** (n - 1), 1 - 0.999 ** (n - 1))),
    ),
    Mistake(
        "correction_stored",
        "The corrected means went into the lists, and the next step builds on them; the correction "
        "serves one step alone.",
        _by(stored=True),
    ),
    Mistake(
        "old_means",
        "The step uses the means of the step before; the new gradient belongs to them first.",
        _by(late=True),
    ),
    Mistake(
        "epsilon_missing",
        "A weight whose gradient is 0 becomes `nan`: 0 is divided by 0. The 1e-8 belongs to the "
        "root, and both into brackets.",
        _by(move=lambda m, s: m / s.sqrt()),
    ),
    Mistake(
        "epsilon_in_root",
        "The 1e-8 stands inside the root, where it counts as 1e-4.",
        _by(move=lambda m, s: m / (s + 1e-8).sqrt()),
    ),
    Mistake(
        "no_root",
        "The mean of the squares divides without its root; the steps lose their common length.",
        _by(move=lambda m, s: m / (s + 1e-8)),
    ),
    Mistake(
        "no_mean",
        "The gradient itself is divided, not its running mean: this is RMSProp, with a correction.",
        _by((0.0, 0.999), lambda g, mean: (g, 0.001 * g**2), lambda n: (1, 1 - 0.999**n)),
    ),
    Mistake(
        "shares_swapped",
        "The two shares changed places: the mean keeps 0.9 of itself, the squares 0.999.",
        _by(
            (0.999, 0.9),
            lambda g, mean: (0.001 * g, 0.1 * g**2),
            lambda n: (1 - 0.999**n, 1 - 0.9**n),
        ),
    ),
    Mistake(
        "not_squared",
        "The second mean is that of the gradients' sizes; it should be that of their squares.",
        _by(add=lambda g, mean: (0.1 * g, 0.001 * g.abs())),
    ),
    Mistake(
        "whole_gradient",
        "The whole gradient is added to the first mean; 0.9 of the old mean leave room for a tenth "
        "of it.",
        _by(add=lambda g, mean: (g, 0.001 * g**2)),
    ),
    Mistake(
        "whole_square",
        "The whole square is added to the second mean; 0.999 of the old mean leave room for a "
        "thousandth.",
        _by(add=lambda g, mean: (0.1 * g, g**2)),
    ),
)


def _arguments(step: Step) -> tuple:
    return step.parameters, step.lists["means"], step.lists["squares"], step.n, step.rate


def _make_adam(parameters: list, momentum: float) -> optim.Optimizer:
    return optim.Adam(parameters, lr=1.0)


@exercise(
    starter="""
my_adam = ...
""",
    hints=(
        "The loop is that of `my_momentum`, over three lists: "
        "`for parameter, mean, square in zip(parameters, means, squares, strict=True):`.",
        "Three things for each parameter: bring `mean` up to date in place, then `square`, then "
        "move the parameter. The formulas are those of the lesson.",
        "The corrected means serve this step alone: do not store them in the lists.",
    ),
    solution="""
def my_adam(parameters, means, squares, n, learning_rate):
    with torch.no_grad():
        for parameter, mean, square in zip(parameters, means, squares, strict=True):
            mean.copy_(0.9 * mean + 0.1 * parameter.grad)
            square.copy_(0.999 * square + 0.001 * parameter.grad**2)
            root = (square / (1 - 0.999**n)).sqrt()
            parameter -= learning_rate * (mean / (1 - 0.9**n)) / (root + 1e-8)
""",
    why="`copy_` brings the tensors of the lists up to date in place, while the corrected means "
    "serve one step and are made anew. The 1e-8 stands beside the corrected root, where it only "
    "keeps the step from dividing by 0.",
    mistakes=MISTAKES,
)
def adam_step(my_adam):
    my_adam = as_function(my_adam, "`my_adam`")
    check_steps(
        my_adam,
        _arguments,
        _make_adam,
        MISTAKES,
        pytorch="`optim.Adam`",
        lists=("means", "squares"),
    )
    return "After each step of four trainings, the weights are where `optim.Adam` puts them."
