"""Answers to `numerical_gradient`."""

from functools import partial

import torch

from course_utils.lessons.backprop.exercises.numerical_gradient import numerical_gradient
from tests.support.edits import edited

MINE = numerical_gradient.solution().source
QUOTIENT = "(function(above) - function(below)) / (2 * h)"
UNITS = """
def by_differences(function, x, h=1e-5):
    moves = h * torch.eye(x.numel(), dtype=x.dtype).view(-1, *x.shape)
    slopes = [(function(x + move) - function(x - move)) / (2 * h) for move in moves]
    return torch.stack(slopes).view_as(x)
"""
IN_PLACE = """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        above = function(x)
        x.view(-1)[i] -= 2 * h
        below = function(x)
        x.view(-1)[i] += h
        gradient.view(-1)[i] = (above - below) / (2 * h)
    return gradient
"""
BY_ROW_AND_COLUMN = """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            above, below = x.clone(), x.clone()
            above[i, j] += h
            below[i, j] -= h
            gradient[i, j] = (function(above) - function(below)) / (2 * h)
    return gradient
"""


changed = partial(edited, MINE)


def quotient(new):
    return changed(QUOTIENT, new)


def both(old, new):
    """Changed for above and below."""
    return changed("below" + old, "below" + new, "above" + old, "above" + new)


RIGHT = {
    "moved and put back": IN_PLACE,
    "with unit tensors": UNITS,
    "arrays, with asserts": """
import numpy as np

@torch.no_grad()
def by_differences(function, x, h=1e-5):
    assert x.dtype == torch.float64 and h > 0 and function(x).numel() == 1
    gradient = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        move = torch.zeros_like(x)
        move[place] = h
        gradient[place] = (function(x + move) - function(x - move)) / (2 * h)
    return gradient
""",
}

HERE = torch.tensor([[1.0, 2.0], [3.0, -1.0]], dtype=torch.float64)


def gives(*wanted):
    """Whether the gradient of the sum of squares, (2, 4, 6, -2), comes out otherwise."""

    def is_so(answer):
        result = answer(lambda x: (x**2).sum(), HERE.clone(), 0.25)
        return result.flatten().tolist() == list(wanted)

    return is_so


def ignores_h(answer):
    return torch.equal(*(answer(lambda x: (x**3).sum(), HERE.clone(), h) for h in (0.5, 0.25)))


def moves_x(answer):
    x = HERE.clone()
    answer(torch.sum, x, 0.25)
    return x.requires_grad or not torch.equal(x, HERE)


def calls_with_others(answer):
    asked = []
    answer(lambda x: asked.append((x.shape, x.dtype)) or x.sum(), HERE.clone(), 0.25)
    return set(asked) != {(HERE.shape, HERE.dtype)}


WRONG = {
    "not_halved": (quotient("(function(above) - function(below)) / h"), gives(4, 8, 12, -4)),
    "sign": (quotient("(function(below) - function(above)) / (2 * h)"), gives(-2, -4, -6, 2)),
    "one_sided": (
        quotient("(function(above) - function(x)) / h"),
        gives(2.25, 4.25, 6.25, -1.75),
    ),
    "all_at_once": (both(".view(-1)[i]", ""), gives(10, 10, 10, 10)),
    "piled_up": (both(".view(-1)[i]", ".view(-1)[: i + 1]"), gives(2, 6, 12, 10)),
    "first_only": (changed("    return", "        return"), gives(2, 0, 0, 0)),
    "h_ignored": [
        (changed("    gradient = ", "    h = 1e-5\n    gradient = "), ignores_h),
        """
def by_differences(function, x, h=1e-5):
    return torch.autograd.functional.jacobian(function, x)
""",
    ],
    "x_changed": [
        (edited(IN_PLACE, "        x.view(-1)[i] += h\n        grad", "        grad"), moves_x),
        (changed("x.clone(), x.clone()", "x, x.clone()"), moves_x),
        (changed("    return", "    x.requires_grad_()\n    return"), moves_x),
    ],
    "other_input": [
        (changed("x.clone(), x.clone()", "x.float(), x.float()"), calls_with_others),
        (changed("x.clone(), x.clone()", "x.flatten(), x.flatten()"), calls_with_others),
    ],
    "differs": [
        quotient("(function(x) - function(below)) / h"),
        quotient(QUOTIENT + " / 2"),
        quotient("function(above) - function(below)"),
        changed("        above,", "        gradient = torch.zeros_like(x)\n        above,"),
        quotient("(function(above) - function(below)) / 2 * h"),
        quotient("abs(function(above) - function(below)) / (2 * h)"),
        edited(
            UNITS,
            "(function(x + move) - function(x - move)) / (2 * h)",
            "(8 * (function(x + move) - function(x - move))"
            " - function(x + 2 * move) + function(x - 2 * move)) / (12 * h)",
        ),
        changed("range(x.numel())", "range(x.numel() - 1)"),
        changed("range(x.numel())", "range(len(x))"),
        changed("torch.zeros_like(x)", "x.clone()", "[i] = (", "[i] += ("),
        changed("h=1e-5", "h=0.1"),
        changed("return gradient", "return gradient.view(-1)"),
        changed("return gradient", "return gradient.squeeze()"),
        changed("return gradient", "return gradient if x.dim() else gradient.view(1)"),
    ],
    "not_a_tensor": [
        changed("return gradient", "return gradient.tolist()"),
        changed("    return gradient", "    gradient"),
    ],
    "not_finite": quotient("(function(above) - function(below)) / (h - h)"),
    "mode_left": changed("    gradient = ", "    torch.set_grad_enabled(False)\n    gradient = "),
}

STOPPED = {
    "IndexError": BY_ROW_AND_COLUMN,
    "TypeError": changed("range(x.numel())", "x.numel()"),
}

EQUAL = {
    "0: 1e-05 -> -1e-05": "a central difference is the same from both sides",
    "0: 1e-05 -> 2e-05": "twice a tiny way is still a tiny way",
}
