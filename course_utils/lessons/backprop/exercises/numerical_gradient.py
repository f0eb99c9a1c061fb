"""Exercise: a gradient by central differences."""

# The check tells apart, and the inputs are chosen for it:
# - both sides from one and from a finer formula, 2h from h and 4h: a large h, and a function with
#   all derivatives
# - each number alone from all together, from moves that pile up: numbers that act together
# - every number from the first, the last, the first row, and `x[i]` from number i: no dimension,
#   one, two and three, one number and several
# - differences from autograd, and the given h from another: results that depend on h
# - `x` left as it was, but for the rounding of what is moved and put back
# - float64 and x's shape, as the function is called

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn  # noqa: F401, for the learner

from course_utils.checks.calls import Given, call
from course_utils.checks.compare import Mistake, agree, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_tensor, shown
from course_utils.checks.exercise import exercise


def _slope(above, here, below, h):
    return (above - below) / (2 * h)


def _each(x: Tensor) -> Tensor:
    """For each number of x a row that says which numbers are moved: that one alone."""
    return torch.eye(x.numel())


def _with(quotient: Callable = _slope, moved: Callable[[Tensor], Tensor] = _each) -> Callable:
    """The learner's function, with a quotient or with moves of its own."""

    def by_differences(function, x, h=1e-5):
        moves = h * moved(x).to(x.dtype).view(-1, *x.shape)
        values = [(function(x + move), function(x), function(x - move)) for move in moves]
        return torch.stack([quotient(*three, h) for three in values]).view_as(x)

    return by_differences


_central = _with(_slope)


def _first_only(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    gradient.view(-1)[0] = _central(function, x, h).view(-1)[0]
    return gradient


MISTAKES = (
    Mistake(
        "not_halved",
        "Every result is twice the slope: from one h below to one h above, x goes by two of them.",
        _with(lambda above, here, below, h: (above - below) / h),
    ),
    Mistake(
        "sign",
        "All signs are reversed: it should be the value above minus the value below.",
        _with(lambda above, here, below, h: (below - above) / (2 * h)),
    ),
    Mistake(
        "one_sided",
        "It goes from x to h above only; a central difference goes to both sides.",
        _with(lambda above, here, below, h: (above - here) / h),
    ),
    Mistake(
        "all_at_once",
        "All numbers of x were moved together; the gradient asks for each by itself.",
        _with(moved=lambda x: torch.ones(x.numel(), x.numel())),
    ),
    Mistake(
        "piled_up",
        "The moves pile up: while a number is moved, those before it are not back in their places.",
        _with(moved=lambda x: torch.ones(x.numel(), x.numel()).tril()),
    ),
    Mistake(
        "first_only",
        "The first number of the gradient is right and the others are 0. Does the loop end after "
        "one round?",
        _first_only,
    ),
    Mistake(
        "h_ignored",
        "With a large h the result is as exact as with a tiny one, so the given `h` has no part "
        "in it.",
        lambda function, x, h=1e-5: _central(function, x, 1e-5),
    ),
)


def _curved(shape: tuple[int, ...]) -> Callable[[Tensor], Tensor]:
    """A function of a float64 tensor of one shape: sines, and first and last number together."""

    def function(x: Tensor) -> Tensor:
        if not isinstance(x, Tensor) or (tuple(x.shape), x.dtype) != (shape, torch.float64):
            dtype = f" in {x.dtype}".replace("torch.", "") if isinstance(x, Tensor) else ""
            raise NotYet(
                "other_input",
                f"`function` was called with {shown(x)}{dtype}; here it takes tensors like `x`, "
                f"of shape {shape} in float64.",
            )
        flat = x.reshape(-1)
        factors = torch.arange(1, len(flat) + 1, dtype=x.dtype)
        return (factors * torch.sin(2 * flat)).sum() + 2 * flat[0] * flat[-1]

    return function


def _at(shape: tuple[int, ...], h: float | None = None) -> Given:
    x = torch.randn(shape, dtype=torch.float64)
    said = f"`x` of shape {shape} and {'no h given' if h is None else f'h = {h}'}"
    return Given((_curved(shape), x) if h is None else (_curved(shape), x, h), {}, said)


def _leaving_x(by_differences: Callable, function: Callable, x: Tensor, *h: float) -> object:
    own = x.clone()
    try:
        result = call(lambda: by_differences(function, own, *h))
    except IndexError as error:
        row = "all its numbers in a row are `x.view(-1)`"
        error.args = (f"{error}, where `x` has the shape {tuple(x.shape)}; {row}",)
        raise
    if (own.dtype, own.requires_grad) != (x.dtype, False) or not agree(own, x, tolerance=1e-9):
        raise NotYet(
            "x_changed",
            "After the call, `x` is not what it was. Put back what you move, or move a copy: "
            "`x.clone()`.",
        )
    return result


@exercise(
    starter="""
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        ...
    return gradient
""",
    hints=(
        "Copies are safe: `above = x.clone()`. `above.view(-1)[i] += h` moves its number i, "
        "counted through all rows.",
        "`function(above)` minus `function(below)`, divided by the distance from below to above.",
        "`gradient.view(-1)[i] = …` puts the result in its place.",
    ),
    solution="""
import torch


def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        above, below = x.clone(), x.clone()
        above.view(-1)[i] += h
        below.view(-1)[i] -= h
        gradient.view(-1)[i] = (function(above) - function(below)) / (2 * h)
    return gradient
""",
    why="Fresh copies in each round move one number while the others stay, and `view(-1)` "
    "counts through the numbers, whatever the shape. The two places are 2h apart, so the "
    "difference is divided by that.",
    mistakes=MISTAKES,
)
def numerical_gradient(by_differences):
    name = "by_differences"
    by_differences = as_function(by_differences, f"`{name}`")
    compare = partial(
        check_agreement, by_differences, name=name, read=as_tensor, observe=_leaving_x
    )
    coarse = [_at((4,), 0.3), _at((2, 3), 0.2), _at((2, 2, 2), 0.4), _at((3, 1), 0.3)]
    compare(_central, coarse, MISTAKES, show_wanted=True)
    fine = [_at((2, 3)), _at(()), _at((1,))]
    compare(torch.autograd.functional.jacobian, fine, pytorch="autograd")
    return "It agrees with autograd's gradient, and it is a central difference."
