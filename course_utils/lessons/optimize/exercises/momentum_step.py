"""Exercise: a step with momentum."""

# The check tells apart, and the trainings of `course_utils.checks.trainings` are chosen for it:
# - a velocity that keeps the share `momentum`, the one given, and adds the whole gradient
# - a step by rate times the new velocity, from the old one, a part of it, Nesterov's, SGD's
# - the rate outside of the velocity from one inside: rates that change from step to step
# - velocities that stay in their list from new tensors, from the gradients themselves
# - all parameters from the first alone; parameters and gradients as in `sgd_step`
# - steps that depend on their arguments alone
# Any representation of the velocity is right that leads the weights to the right places.

from collections.abc import Callable

import torch
import torch.nn as nn  # noqa: F401, for the learner
import torch.optim as optim

from course_utils.checks.compare import Mistake
from course_utils.checks.convert import as_function
from course_utils.checks.exercise import exercise
from course_utils.checks.steps import check_steps
from course_utils.checks.trainings import Step


def _by(
    faster: Callable = lambda v, g, rate, share: share * v + g,
    move: Callable = lambda new, old, g, rate, share: rate * new,
) -> Callable:
    """A whole answer from a rule for the new velocity and one for the step."""

    def my_momentum(parameters, velocities, learning_rate, momentum):
        with torch.no_grad():
            for parameter, velocity in zip(parameters, velocities, strict=True):
                old, given = velocity.clone(), (parameter.grad, learning_rate, momentum)
                velocity.copy_(faster(old, *given))
                parameter -= move(velocity, old, *given)

    return my_momentum


MISTAKES = (
    Mistake(
        "ascent",
        "The weights climb; a step goes against the gradient.",
        _by(move=lambda new, old, g, rate, share: -rate * new),
    ),
    Mistake(
        "dampened",
        "Only a part of each gradient is added to the velocity: a running mean of them. PyTorch "
        "adds the whole gradient.",
        _by(lambda v, g, rate, share: share * v + (1 - share) * g),
    ),
    Mistake(
        "nesterov",
        "This is Nesterov's form, one step ahead; plain momentum moves by the velocity itself.",
        _by(move=lambda new, old, g, rate, share: rate * (g + share * new)),
    ),
    Mistake(
        "old_velocity",
        "The step uses the velocity of the step before; the new gradient belongs to it first.",
        _by(move=lambda new, old, g, rate, share: rate * old),
    ),
    Mistake(
        "rate_in_velocity",
        "The velocity contains the rate. When the rate changes, as it does in the check, the old "
        "steps keep their pace; PyTorch multiplies the whole velocity by the rate.",
        _by(
            lambda v, g, rate, share: share * v + rate * g,
            lambda new, old, g, rate, share: new,
        ),
    ),
    Mistake(
        "rate_forgotten",
        "The whole velocity was subtracted; the learning rate had no say.",
        _by(move=lambda new, old, g, rate, share: new),
    ),
    Mistake(
        "never_slower",
        "The velocity keeps all of itself; only the share `momentum` of it should stay.",
        _by(lambda v, g, rate, share: v + g),
    ),
    Mistake(
        "no_memory",
        "The steps are those of plain SGD: the velocity of before has no part in them.",
        _by(lambda v, g, rate, share: g),
    ),
    Mistake(
        "momentum_twice",
        "All of the step was multiplied by `momentum`, the new gradient too; only the old velocity "
        "is.",
        _by(lambda v, g, rate, share: share * (v + g)),
    ),
    Mistake(
        "usual_momentum",
        "The velocity keeps 0.9 of itself, whatever `momentum` says.",
        _by(lambda v, g, rate, share: 0.9 * v + g),
    ),
)


def _arguments(step: Step) -> tuple:
    return step.parameters, step.lists["velocities"], step.rate, step.momentum


def _make_sgd(parameters: list, momentum: float) -> optim.Optimizer:
    return optim.SGD(parameters, lr=1.0, momentum=momentum)


@exercise(
    starter="""
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities, strict=True):
            ...
            parameter -= ...
""",
    hints=(
        "First the velocity: it keeps the share `momentum` of itself and adds the gradient.",
        "`velocity = …` would be forgotten with the loop; `velocity *= …` and `velocity += …` "
        "change the tensor in the list.",
        "Then the parameter moves by `learning_rate` times the new velocity.",
    ),
    solution="""
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities, strict=True):
            velocity *= momentum
            velocity += parameter.grad
            parameter -= learning_rate * velocity
""",
    why="The velocity takes in the gradient before the step uses it, and stays in the list because "
    "`*=` and `+=` change the tensor itself. The rate stays outside, so that a new rate counts for "
    "the whole velocity at once.",
    mistakes=MISTAKES,
)
def momentum_step(my_momentum):
    my_momentum = as_function(my_momentum, "`my_momentum`")
    check_steps(
        my_momentum,
        _arguments,
        _make_sgd,
        MISTAKES,
        pytorch="`optim.SGD` with momentum {momentum:g}",
        lists=("velocities",),
    )
    return (
        "After each step of four trainings, the weights are where `optim.SGD` with momentum puts "
        "them."
    )
