"""Exercise: a target in the shape of the output, or an error."""

# The check tells apart, and the inputs are chosen for it:
# - the output's shape from the target's own, one row, one column, one dimension: outputs of one,
#   two and three dimensions, also where the target has as many dimensions in another order
# - the same numbers in the same order from other orders: random numbers
# - an error from broadcasting, cutting off, filling up, None: targets of one, too few, too many
# A target that does not lie in order is not tried: `view_as`, which we teach, may refuse it.

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn  # noqa: F401, for the learner

from course_utils.checks.calls import Given, call, given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_tensor, shown
from course_utils.checks.exercise import exercise

MISTAKES = (
    Mistake(
        "unchanged",
        "The target comes back in the shape it had.",
        lambda output, target: target,
    ),
    Mistake(
        "one_row",
        "Every target becomes one row; an output may have more rows, or another shape.",
        lambda output, target: target.reshape(1, -1),
    ),
    Mistake(
        "flattened",
        "Every target becomes flat, with one dimension; an output may have more.",
        lambda output, target: target.flatten(),
    ),
)

FITTING = [  # shape of the output, shape of the target
    ((1, 10), (10,)),
    ((3,), (3, 1)),
    ((2, 3), (6,)),
    ((2, 3), (2, 3)),
    ((3, 2), (2, 3)),
    ((2, 6), (4, 3)),
    ((2, 3, 2), (12,)),
    ((1,), (1, 1)),
]
UNFIT = [((4, 1), (1,)), ((2, 3), (3,)), ((2, 3), (12,)), ((2,), (2, 2))]


def _pairs() -> list[Given]:
    small = given(torch.tensor([[0.5], [1.5]]), torch.tensor([2.0, 3.0]))
    return [small, *(given(torch.randn(shape), torch.randn(other)) for shape, other in FITTING)]


def _require_errors(matched) -> None:
    """Shapes that cannot be matched end in an error, whichever."""
    for shape, other in UNFIT:
        try:
            result = call(matched, torch.randn(shape), torch.randn(other))
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
        "suffice or are too many, and may refuse a transposed tensor; `reshape_as` copies it.",
    ),
    solution="""
def matched(output, target):
    return target.view_as(output)
""",
    why="`view_as` asks the output for its shape, so one line serves every output. It can only "
    "arrange numbers, never repeat or drop one; that is why what does not fit ends in an error.",
    mistakes=MISTAKES,
)
def match_target(matched):
    matched = as_function(matched, "`matched`")
    check_agreement(
        matched,
        lambda output, target: target.reshape(output.shape),
        _pairs(),
        MISTAKES,
        name="matched",
        show_wanted=True,
        read=as_tensor,
    )
    _require_errors(matched)
    return "It arranges every target as its output is, and refuses those that cannot fit."
