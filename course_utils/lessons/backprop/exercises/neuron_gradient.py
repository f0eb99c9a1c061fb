"""Exercise: the gradients of one neuron, asleep or awake."""

# The check tells apart, and the inputs are chosen for it:
# - the error's derivative from the error, its square, its size: errors of both signs, large, and 0
# - w from x from b in the three results, and in their order: none of them equal, all signs, 0
# - a slope that looks at z from one that looks at w · x, at w or x, at the error: the bias turns
#   the sign both ways
# - asleep from awake, also by little, and both from z exactly 0, where PyTorch's ReLU passes none

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import nn  # noqa: F401, for the learner

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function, as_number, as_several
from course_utils.checks.exercise import exercise


def _with(loss_by_z: Callable[[float, float], float]) -> Callable:
    """The learner's function, with a gradient of z made of error and z."""

    def my_gradients(x, w, b, target):
        z = w * x + b
        by_z = loss_by_z(max(z, 0.0) - target, z)
        return by_z * x, by_z, by_z * w

    return my_gradients


_by_hand = _with(lambda error, z: 2 * error * (z > 0))


def _by_product(x, w, b, target):
    by_z = 2 * (max(w * x + b, 0.0) - target) * (w * x > 0)
    return by_z * x, by_z, by_z * w


def _in_order(order: Callable) -> Callable:
    """The right gradients, arranged by `order(of_w, of_b, of_x)`."""
    return lambda *numbers: order(*_by_hand(*numbers))


FORMULA_MISTAKES = (  # seen where the neuron is awake
    Mistake(
        "factor_two",
        "Where the neuron is awake, every gradient is half as large as autograd's: the derivative "
        "of error² has a factor.",
        _with(lambda error, z: error * (z > 0)),
    ),
    Mistake(
        "sign",
        "Where the neuron is awake, all signs are reversed: the error is the output minus the "
        "target.",
        _with(lambda error, z: -2 * error * (z > 0)),
    ),
    Mistake(
        "loss_itself",
        "Where the neuron is awake, the squared error stands in place of its derivative.",
        _with(lambda error, z: error**2 * (z > 0)),
    ),
    Mistake(
        "loss_forgotten",
        "Where the neuron is awake, the gradients are those of the output; the derivative of the "
        "loss is missing.",
        _with(lambda error, z: 1.0 * (z > 0)),
    ),
    Mistake(
        "stopped_awake",
        "Where z is above 0, every gradient is 0; that is where the ReLU lets it pass.",
        _with(lambda error, z: 2 * error * (z < 0)),
    ),
    Mistake(
        "w_and_x",
        "The gradients of w and of x have changed places: z = w · x + b, so w is multiplied by x.",
        _in_order(lambda of_w, of_b, of_x: (of_x, of_b, of_w)),
    ),
    Mistake(
        "other_order",
        "The gradients come in the order x, w, b; asked for are those of w, of b and of x.",
        _in_order(lambda of_w, of_b, of_x: (of_x, of_w, of_b)),
    ),
)

SLOPE_MISTAKES = (  # seen where the bias decides, and where the neuron is asleep
    Mistake(
        "slope_forgotten",
        "It is right where the neuron is awake. Yours also lets gradients pass where z is below 0; "
        "the ReLU is flat there.",
        _with(lambda error, z: 2 * error),
    ),
    Mistake(
        "product_for_slope",
        "Whether a gradient passes depends on w · x here; it should depend on z, which has the "
        "bias too.",
        _by_product,
    ),
)

EDGE_MISTAKE = Mistake(
    "slope_at_zero",
    "Yours lets a gradient pass where z is exactly 0; PyTorch's ReLU passes it only above 0.",
    _with(lambda error, z: 2 * error * (z >= 0)),
)

AWAKE = [  # x, w, b, target
    given(2.0, 0.75, 0.5, 1.0),
    given(-1.5, -2.0, 0.25, 4.0),
    given(0.717, 1.313, -0.2221, 1.7),
    given(0.5, 3.0, 0.75, -1.25),
    given(2.0, 1.0, 0.5, 2.5),
    given(100.0, 2.5, 30.0, -20.0),
]
BY_THE_BIAS = [
    given(2.0, -1.0, 0.5, 1.0),  # asleep
    given(1.5, -1.0, -0.5, -2.0),
    given(2.0, 0.25, -1.0, 1.5),
    given(-1.0, -0.5, -2.0, -3.0),
    given(1.0, -0.25, 0.5, 0.125),  # awake
    given(-2.0, 0.5, 3.0, 1.5),
    given(0.0, 0.75, 1.5, -0.5),
    given(0.5, 0.0, 2.0, 1.0),
    given(1.0, 0.5, -0.4375, 2.0),
    given(8.0, 0.5, -3.9998, -3.0),
]
ON_THE_EDGE = [given(2.0, -0.25, 0.5, 1.0), given(-4.0, 0.5, 2.0, -3.0)]

STEPS = (AWAKE, FORMULA_MISTAKES), (BY_THE_BIAS, SLOPE_MISTAKES), (ON_THE_EDGE, (EDGE_MISTAKE,))


def _by_autograd(*numbers: float) -> list[float]:
    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    x, w, b, target = leaves
    loss = (torch.relu(w * x + b) - target) ** 2
    return [gradient.item() for gradient in torch.autograd.grad(loss, (w, b, x))]


def _three_gradients(value: object, what: str) -> list[float]:
    call = what.removeprefix("The result for ")
    parts = as_several(value, 3, call)
    return [as_number(part, f"A result of {call}") + 0.0 for part in parts]  # no −0


@exercise(
    starter="""
def my_gradients(x, w, b, target):
    z = w * x + b
    error = max(z, 0.0) - target
    loss_by_z = ...
    return loss_by_z * x, loss_by_z, loss_by_z * w  # of w, of b, of x
""",
    hints=(
        "Between z and the loss, two local derivatives are not always 1: that of error² and that "
        "of the ReLU.",
        "The ReLU's is 1 if z is above 0, else 0. In Python, `(z > 0)` counts as 1 or 0.",
    ),
    solution="""
def my_gradients(x, w, b, target):
    z = w * x + b
    error = max(z, 0.0) - target
    loss_by_z = 2 * error * (z > 0)
    return loss_by_z * x, loss_by_z, loss_by_z * w  # of w, of b, of x
""",
    why="On the path from the loss back to z lie the square, with local derivative 2 · error, the "
    "subtraction, with 1, and the ReLU, with 1 or 0; along a path they are multiplied. The three "
    "gradients all start from that product, so where the neuron is asleep they are 0 together.",
    mistakes=(*FORMULA_MISTAKES, *SLOPE_MISTAKES, EDGE_MISTAKE),
)
def neuron_gradient(my_gradients):
    my_gradients = as_function(my_gradients, "`my_gradients`")
    for inputs, mistakes in STEPS:
        check_agreement(
            my_gradients,
            _by_autograd,
            inputs,
            mistakes,
            name="my_gradients",
            pytorch="autograd",
            read=_three_gradients,
        )
    return "It agrees with autograd, also where the neuron is asleep."
