"""Exercise: how large a learning rate may be on a parabola."""

# The check tells apart:
# - the limit, up to rounding, from rates close above and below
# - rates that arrive, rates that never do, rates that climb
# - the limit from what can be made of 8, 12, 16 and 2; each sentence is true of the number alone,
#   whichever way it was found

import torch  # noqa: F401, for the learner

from course_utils.checks.compare import Mistake, agree, name_mistake
from course_utils.checks.convert import NotYet, as_number, shown
from course_utils.checks.exercise import exercise

CURVATURE, SLOPE_AT_ZERO = 16.0, -12.0  # of 8w² − 12w + 1
BOTTOM = -SLOPE_AT_ZERO / CURVATURE
LIMIT = 2 / CURVATURE
CLOSE = 1e-6

MISTAKES = (
    Mistake(
        "coefficient",
        "That is 2 divided by the factor of w²; the curvature is how fast the *slope* changes.",
        2 / 8,
    ),
    Mistake(
        "at_once",
        "With this rate the first step lands on the bottom; larger ones still get there.",
        1 / CURVATURE,
    ),
    Mistake(
        "linear_part",
        "That is 2 divided by 12. The 12 moves the parabola's bottom to another place; it does not "
        "bend it.",
        2 / 12,
    ),
)


def _comes_closer(rate: float) -> bool:
    """Whether a step of gradient descent ends closer to the bottom than it began."""
    weight = BOTTOM + 1
    step = rate * (CURVATURE * weight + SLOPE_AT_ZERO)
    return abs(weight - step - BOTTOM) < 1


@exercise(
    starter="""
answer = ...
""",
    hints=(
        "First the slope of the loss, its derivative: 8w² contributes 16w.",
        "By how much does the slope change if w grows by 1? The lesson's limit follows from that.",
    ),
    solution="""
# loss = 8w² − 12w + 1, slope = 16w − 12: it changes by 16 for each unit of w
curvature = 16
answer = 2 / curvature
""",
    why="A step multiplies the distance from the bottom by 1 − rate · 16, which has to lie between "
    "−1 and 1. The 12 and the 1 move the parabola, but do not bend it.",
    mistakes=MISTAKES,
)
def largest_rate(answer):
    rate = as_number(answer, "The answer")
    name_mistake(rate, MISTAKES, CLOSE)
    if agree(rate, LIMIT, CLOSE):
        return "Below this rate every step gets closer to the bottom, above it none does."
    if rate <= 0:
        raise NotYet("not_positive", "At a rate of 0 or less no step gets closer to the bottom.")
    if _comes_closer(rate):
        raise NotYet(
            "too_small",
            f"At {shown(rate)} every step gets closer to the bottom, but so it does at some larger "
            "rates.",
        )
    raise NotYet("too_large", f"At {shown(rate)} no step ends closer to the bottom.")
