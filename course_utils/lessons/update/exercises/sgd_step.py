"""Exercise: a step of SGD."""

# The check tells apart, and the trainings of `course_utils.checks.trainings` are chosen for it:
# - minus rate times gradient from plus, a quotient, a sign, either factor alone, the weight itself
# - the rate that is given from any other: rates that change from step to step
# - each weight's own gradient from their mean or another tensor's: several tensors, some alike
# - tensors that move themselves from new ones, and all of them from the first alone
# - gradients, shapes, dtypes, the list and recording left as they are
# - steps that depend on their arguments alone

from collections.abc import Callable

import torch
import torch.nn as nn  # noqa: F401, for the learner
import torch.optim as optim

from course_utils.checks.compare import Mistake
from course_utils.checks.convert import as_function
from course_utils.checks.exercise import exercise
from course_utils.checks.steps import check_steps
from course_utils.checks.trainings import Step


def _by(rule: Callable) -> Callable:
    """A whole answer from a rule for the new weights."""

    def my_sgd(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                parameter.copy_(rule(parameter, parameter.grad, learning_rate))

    return my_sgd


MISTAKES = (
    Mistake(
        "ascent",
        "The weights climb: a positive gradient says that more of the weight makes the loss "
        "larger.",
        _by(lambda w, g, rate: w + rate * g),
    ),
    Mistake(
        "rate_forgotten",
        "The whole gradient was subtracted; the learning rate had no say.",
        _by(lambda w, g, rate: w - g),
    ),
    Mistake(
        "usual_rate",
        "Every step has the rate 0.01; the one that is given had no say.",
        _by(lambda w, g, rate: w - 0.01 * g),
    ),
    Mistake(
        "sign_alone",
        "Only the sign of the gradient counts; steeper should mean further.",
        _by(lambda w, g, rate: w - rate * g.sign()),
    ),
    Mistake(
        "averaged",
        "All weights of a tensor move by the same, the mean of their gradients; each has its own.",
        _by(lambda w, g, rate: w - rate * g.mean()),
    ),
    Mistake(
        "shrunk",
        "Every weight shrinks by the same share: the weight itself was subtracted, in place of "
        "its gradient.",
        _by(lambda w, g, rate: w - rate * w),
    ),
    Mistake(
        "replaced",
        "The weight was replaced by the step; the step starts from the weight.",
        _by(lambda w, g, rate: -rate * g),
    ),
)


def _arguments(step: Step) -> tuple:
    return step.parameters, step.rate


def _make_sgd(parameters: list, momentum: float) -> optim.Optimizer:
    return optim.SGD(parameters, lr=1.0)


@exercise(
    starter="""
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= ...
""",
    hints=(
        "The rule stands at the top of this lesson: weight = weight − learning_rate · gradient.",
        "`-=` subtracts what follows. After `backward()`, the gradient is in `parameter.grad`.",
    ),
    solution="""
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
""",
    why="`-=` changes the tensor that the network holds; `parameter = parameter - …` would make "
    "another. The optimizer computes the same, with `add_` in place of `-=`.",
    mistakes=MISTAKES,
)
def sgd_step(my_sgd):
    my_sgd = as_function(my_sgd, "`my_sgd`")
    check_steps(my_sgd, _arguments, _make_sgd, MISTAKES, pytorch="`optim.SGD`")
    return "After each step of four trainings, the weights are where `optim.SGD` puts them."
