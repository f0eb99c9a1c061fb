"""Exercise: how large a learning rate may be with momentum."""

# The check tells apart, and the inputs are chosen for it:
# - the steepest direction, wherever it stands, from the first, the flattest, the mean of all
# - a limit that grows with momentum from one that does not, shrinks, or grows without bound
# - plain momentum from Nesterov's, which allows less
# - any number of directions, a momentum of 0; the list is left as it is

from collections.abc import Sequence

import torch  # noqa: F401, for the learner

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function
from course_utils.checks.exercise import exercise

MISTAKES = (
    Mistake(
        "no_momentum",
        "This is the limit of plain SGD; momentum allows more.",
        lambda curvatures, momentum: 2 / max(curvatures),
    ),
    Mistake(
        "flattest",
        "The flattest direction was asked; at that rate the steepest one climbs.",
        lambda curvatures, momentum: 2 * (1 + momentum) / min(curvatures),
    ),
    Mistake(
        "first",
        "Only the first curvature was asked; the steepest one may stand anywhere.",
        lambda curvatures, momentum: 2 * (1 + momentum) / curvatures[0],
    ),
    Mistake(
        "averaged",
        "The mean curvature was asked; no direction may climb, so the steepest one decides.",
        lambda curvatures, momentum: 2 * (1 + momentum) * len(curvatures) / sum(curvatures),
    ),
    Mistake(
        "shrinks",
        "This limit shrinks as momentum grows; in the lesson's map it grows.",
        lambda curvatures, momentum: 2 * (1 - momentum) / max(curvatures),
    ),
    Mistake(
        "divided",
        "The limit was divided by 1 + `momentum`; in the lesson's map it grows with momentum.",
        lambda curvatures, momentum: 2 / (1 + momentum) / max(curvatures),
    ),
    Mistake(
        "unbounded",
        "Divided by 1 − `momentum`, the limit grows without bound; momentum at most doubles it.",
        lambda curvatures, momentum: 2 / (1 - momentum) / max(curvatures),
    ),
    Mistake(
        "nesterov",
        "This is the limit of Nesterov's momentum; plain momentum allows more.",
        lambda curvatures, momentum: 2 * (1 + momentum) / (1 + 2 * momentum) / max(curvatures),
    ),
)


def _right(curvatures: Sequence[float], momentum: float) -> float:
    return 2 * (1 + momentum) / max(curvatures)


@exercise(
    starter="""
def limit(curvatures, momentum):
    return ...
""",
    hints=(
        "Which of the directions is the first to climb when the rate grows?",
        "Look at the dashed line of the map: 2/25 without momentum, nearly twice as much at the "
        "top.",
    ),
    solution="""
def limit(curvatures, momentum):
    return 2 * (1 + momentum) / max(curvatures)
""",
    why="Each direction has a limit of its own, and the steepest has the lowest. The old velocity "
    "brakes every jump over the bottom, so the limit grows with momentum, to at most double.",
    mistakes=MISTAKES,
)
def momentum_limit(limit):
    limit = as_function(limit, "`limit`")
    inputs = [
        given([4.0], 0.5),
        given([1.0, 25.0], 0.9),
        given([5.0, 9.0, 2.0], 0.3),
        given([0.1, 0.5], 0.0),
        given([3.0, 0.5, 7.0, 1.0, 2.0], 0.95),
        given([2.0, 1.0, 3.0, 0.5, 6.0, 1.5], 0.6),
    ]
    check_agreement(limit, _right, inputs, MISTAKES, name="limit")
    return "Below this rate every direction comes to rest; above it the steepest one climbs."
