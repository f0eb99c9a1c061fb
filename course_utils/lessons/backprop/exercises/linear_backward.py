"""Exercise: what a linear layer sends back, by hand."""

# The check tells apart, and the inputs are chosen for it:
# - each gradient by itself: of x, of the weight, of the bias
# - its shape from the transposed one, from one for each row, from a squeezed one: sizes that
#   differ, sizes of 1 in each place, and a square layer, where only the numbers tell
# - the sum over rows from their mean, the first row, a sum over outputs: one row and several
# - what came from above from its absolute value, from a step against it: all signs
# - the learner's own products and sums from a call of autograd, under any name

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn  # noqa: F401, for the learner

from course_utils.checks.calls import Given, call, watch_calls
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_several, as_tensor
from course_utils.checks.exercise import exercise

Three = tuple[Tensor, ...]  # the gradients of x, of the weight and of the bias
GRAD_FN: Any = Tensor.grad_fn


def _by_hand(grad_out: Tensor, x: Tensor, weight: Tensor) -> Three:
    return grad_out @ weight, grad_out.T @ x, grad_out.sum(dim=0)


def _but(place: int, wrong: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Callable:
    """The learner's function, wrong in one of its three results."""

    def my_backward(grad_out, x, weight):
        three = list(_by_hand(grad_out, x, weight))
        three[place] = wrong(grad_out, x, weight)
        return tuple(three)

    return my_backward


def _in_order(*places: int) -> Mistake:
    return Mistake(
        "other_order",
        "The three come in another order; asked for are the gradients of x, of the weight and of "
        "the bias.",
        lambda *given: tuple(_by_hand(*given)[place] for place in places),
    )


def _common(place: int, name: str) -> tuple[Mistake, ...]:
    """What can go wrong with each of the three in the same way."""
    return (
        Mistake(
            "sign",
            f"The gradient of {name} has the other sign; backward computes it, a step against it "
            "comes later.",
            _but(place, lambda *given: -_by_hand(*given)[place]),
        ),
        Mistake(
            "batch_mean",
            f"The gradient of {name} was divided by the number of rows. Where a mean is meant, "
            "`grad_out` contains it already.",
            _but(place, lambda *given: _by_hand(*given)[place] / len(given[0])),
        ),
    )


X_MISTAKES = (*_common(0, "x"), _in_order(1, 2, 0), _in_order(2, 1, 0))
WEIGHT_MISTAKES = (
    *_common(1, "the weight"),
    _in_order(0, 2, 1),
    Mistake(
        "weight_transposed",
        "The gradient of the weight has its rows and columns exchanged: a gradient has the shape "
        "of its tensor, and the weight is (out, in).",
        _but(1, lambda grad_out, x, weight: x.T @ grad_out),
    ),
)
BIAS_MISTAKES = (
    *_common(2, "the bias"),
    Mistake(
        "bias_not_summed",
        "Yours returns `grad_out` itself as the gradient of the bias; one bias serves every row, "
        "so what the rows send to it adds up.",
        _but(2, lambda grad_out, x, weight: grad_out),
    ),
)
PARTS = (("x", X_MISTAKES), ("the weight", WEIGHT_MISTAKES), ("the bias", BIAS_MISTAKES))

SIZES = [(3, 2, 4), (5, 3, 2), (1, 4, 3), (4, 1, 3), (4, 3, 1), (3, 3, 3), (20, 12, 7)]


def _by_autograd(grad_out: Tensor, x: Tensor, weight: Tensor) -> Three:
    bias = weight.new_zeros(len(weight), requires_grad=True)
    leaves = [x.clone().requires_grad_(), weight.clone().requires_grad_(), bias]
    return torch.autograd.grad(F.linear(*leaves), leaves, grad_out)


def _numbers(*shape: int) -> Tensor:
    """Numbers whose products and sums are exact in float32, in whatever order they are added."""
    return torch.randint(-90, 91, shape) / 64


def _layers() -> list[tuple[Tensor, Tensor, Tensor]]:
    """grad_out, x and weight; the first layer's `grad_out` and `x` do not lie in order."""
    made = [(_numbers(n, out), _numbers(n, in_), _numbers(out, in_)) for n, in_, out in SIZES]
    made[0] = (_numbers(4, 3).T, _numbers(2, 3).T, _numbers(4, 2))
    return made


def _asking_for(part: str, layer: tuple[Tensor, Tensor, Tensor]) -> Given:
    grad_out, x, _ = layer
    sizes = f"N = {len(x)}, in = {x.shape[1]} and out = {grad_out.shape[1]}"
    return Given(layer, {}, f"the gradient of {part}, with {sizes},")


def _one_of_three(place: int, value: object, what: str) -> Tensor:
    entries = as_several(value, 3, "`my_backward`")
    return as_tensor(entries[place], what.replace("The result for the", "The"))


def _require_own_products(my_backward: Callable, layer: tuple[Tensor, Tensor, Tensor]) -> None:
    with watch_calls() as called:
        call(my_backward, *layer)
    ways = torch.autograd.backward, torch.autograd.grad, GRAD_FN.__get__
    names = [getattr(function, "__name__", "") for function in called]
    if any(way in called for way in ways) or "_make_dual" in names:  # a dual: the forward mode
        raise NotYet(
            "forbidden",
            "The numbers are right, but autograd was asked on the way; this exercise is about the "
            "products and sums behind it.",
        )


@exercise(
    starter="""
my_backward = ...
""",
    hints=(
        "Write the shapes down: `grad_out` (N, out), `x` (N, in), `weight` (out, in). Each "
        "gradient has the shape of its tensor.",
        "`@` multiplies (a, b) by (b, c) to (a, c), and sums over b. Over what must the gradient "
        "of the weight be summed?",
        "The bias was added to every row, so its gradient is a sum over the rows.",
    ),
    solution="""
def my_backward(grad_out, x, weight):
    grad_x = grad_out @ weight  # (N, out) @ (out, in)
    grad_weight = grad_out.T @ x  # (out, N) @ (N, in)
    grad_bias = grad_out.sum(dim=0)
    return grad_x, grad_weight, grad_bias
""",
    why="A number of x goes to every output, so its gradient sums over the outputs; a weight and a "
    "bias serve every row, so theirs sum over the rows. In each product stands what comes "
    "back, times what was on the other side of the multiplication.",
    mistakes=(*X_MISTAKES, *WEIGHT_MISTAKES, *BIAS_MISTAKES),
)
def linear_backward(my_backward):
    my_backward = as_function(my_backward, "`my_backward`")
    layers = _layers()
    for place, (part, mistakes) in enumerate(PARTS):
        check_agreement(
            my_backward,
            _by_autograd,
            [_asking_for(part, layer) for layer in layers],
            mistakes,
            name="my_backward",
            pytorch="autograd",
            read=partial(_one_of_three, place),
        )
    _require_own_products(my_backward, layers[1])
    return "All three gradients are autograd's, for batches of several rows and of one."
