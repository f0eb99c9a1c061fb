"""Answers to `neuron_gradient`."""

MINE = """
def my_gradients(x, w, b, target):
    z = w * x + b
    error = max(z, 0.0) - target
    loss_by_z = BLANK
    return loss_by_z * x, loss_by_z, loss_by_z * w
"""


def blank(new):
    return MINE.replace("BLANK", new)


def returned(new):
    return blank("2 * error * (z > 0)").replace("loss_by_z * x, loss_by_z, loss_by_z * w", new)


RIGHT = {
    "with an if": """
def my_gradients(x, w, b, target):
    z = w * x + b
    if z <= 0:
        return [0, 0, 0]
    return [2 * (z - target) * factor for factor in (x, 1, w)]
""",
    "asked of autograd": """
def my_gradients(x, w, b, target):
    leaves = torch.tensor([x, w, b], requires_grad=True)
    ((torch.relu(leaves[1] * leaves[0] + leaves[2]) - target) ** 2).backward()
    return leaves.grad[1], leaves.grad[2], leaves.grad[0]
""",
    "a tensor of three": """
def my_gradients(x, w, b, target):
    z = w * x + b
    return 2 * (max(z, 0.0) - target) * float(z > 0) * torch.tensor([x, 1.0, w])
""",
    "a named tuple": """
from collections import namedtuple

Gradients = namedtuple("Gradients", "w b x")

def my_gradients(x, w, b, target):
    z = w * x + b
    by_z = 2 * (z - target) if z > 0 else 0
    return Gradients(b=by_z, x=w * by_z, w=x * by_z)
""",
    "an array": """
import numpy as np

def my_gradients(x, w, b, target):
    assert all(isinstance(number, float) for number in (x, w, b, target))
    z = np.dot(w, x) + b
    return np.array([x, 1, w]) * 2 * (np.maximum(z, 0) - target) * np.heaviside(z, 0)
""",
    "the output's slope in words": blank("2 * error if max(z, 0.0) else 0.0"),
}


def _is(*numbers, wanted):
    return lambda answer: [float(one) for one in answer(*numbers)] == wanted


_HALVED = _is(2.0, 0.75, 1.5, 1.0, wanted=[4.0, 2.0, 1.5])  # awake: 8, 4, 3
_SQUARED = _is(2.0, 0.75, 1.5, 0.0, wanted=[18.0, 9.0, 6.75])
_OF_OUTPUT = _is(2.0, 0.75, 1.5, -3.0, wanted=[2.0, 1.0, 0.75])
_ZERO = _is(2.0, 0.75, 1.5, 1.0, wanted=[0.0, 0.0, 0.0])
_SIGN = _is(2.0, 0.75, 1.5, 1.0, wanted=[-8.0, -4.0, -3.0])
_PASSES_BELOW = _is(2.0, -1.0, 0.5, 1.0, wanted=[-4.0, -2.0, 2.0])
_PASSES_AT_ZERO = _is(2.0, -0.25, 0.5, 1.0, wanted=[-4.0, -2.0, 0.5])

WRONG = {
    "factor_two": (blank("error"), _HALVED),
    "loss_itself": (blank("error**2"), _SQUARED),
    "loss_forgotten": (blank("1.0"), _OF_OUTPUT),
    "stopped_awake": ([blank("2 * error * (z <= 0)"), blank("0.0")], _ZERO),
    "sign": (blank("2 * (target - z) * (z > 0)"), _SIGN),
    "other_order": returned("loss_by_z * w, loss_by_z * x, loss_by_z"),
    "slope_forgotten": (
        [blank("error * 2.0"), blank("2 * error * (1 if z else 0)")],
        _PASSES_BELOW,
    ),
    "slope_at_zero": (
        [blank("2 * error * (z >= 0)"), blank("0 if z < 0 else 2 * error")],
        _PASSES_AT_ZERO,
    ),
    "differs": [
        returned("loss_by_z * x, 1.0, loss_by_z * w"),
        returned("loss_by_z, loss_by_z, loss_by_z"),
        blank("2 * (z > 0)"),
        blank("2 * error * (z > 1e-3)"),
        blank("2 * error * z"),
        blank("2 * abs(error) * (z > 0)"),
        blank("2 * error * (error > 0)"),
        blank("2 * error * (w > 0)"),
        blank("2 * error * (z > 0.3)"),
        blank("2 * error * (1 if z > 0 else 0.01)"),
        blank("2 * error * (1 if z > 0 else 0.5 if z == 0 else 0)"),
        blank("2 * error * (z > 0) if target >= 0 else 0.0"),
        blank("max(-10.0, min(10.0, 2 * error * (z > 0)))"),
    ],
    "not_several": [
        returned("loss_by_z * x, loss_by_z"),
        returned("loss_by_z * x + loss_by_z + loss_by_z * w"),
        returned("None"),
    ],
    "not_a_number": returned("None, loss_by_z, loss_by_z * w"),
    "not_finite": returned("loss_by_z * x, loss_by_z, float('nan')"),
}

STOPPED = {
    "TypeError": blank("2 * error * ..."),
    "AttributeError": blank("2 * error * (z > 0).float()"),
}

EQUAL = {
    "3: 0.0 -> -0.0": "both zeros are the same number",
    "3: max(z, 0.0) -> max(0.0, z)": "the larger of two is the same in any order",
    "3: max(z, 0.0) -> z": "where z is below 0, the slope makes every gradient 0",
}
