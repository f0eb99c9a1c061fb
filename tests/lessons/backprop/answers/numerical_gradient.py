"""Answers to `numerical_gradient`."""

import torch

MINE = """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        above, below = x.clone(), x.clone()
        above.view(-1)[i] += h
        below.view(-1)[i] -= h
        gradient.view(-1)[i] = (function(above) - function(below)) / (2 * h)
    return gradient
"""
QUOTIENT = "(function(above) - function(below)) / (2 * h)"


def changed(old, new, source=MINE):
    assert old in source
    return source.replace(old, new)


def quotient(new):
    return changed(QUOTIENT, new)


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

RIGHT = {
    "moved and put back": IN_PLACE,
    "with unit tensors": """
def by_differences(function, x, h=1e-5):
    moves = h * torch.eye(x.numel(), dtype=x.dtype).view(-1, *x.shape)
    slopes = [(function(x + move) - function(x - move)) / (2 * h) for move in moves]
    return torch.stack(slopes).view_as(x)
""",
    "place by place, in Python numbers": """
import itertools

def by_differences(function, x, h=1e-5):
    found = []
    for place in itertools.product(*map(range, x.shape)):
        there, here = x.clone(), x.clone()
        there[place] = x[place] + h
        here[place] = x[place] - h
        found.append(((function(there) - function(here)) / h / 2).item())
    return torch.tensor(found).reshape(x.shape)
""",
    "two halves, with asserts": """
def by_differences(function, x, h=1e-5):
    assert x.dtype == torch.float64 and h > 0
    here = function(x)
    assert here.numel() == 1
    gradient = torch.empty_like(x)
    for i in range(x.numel()):
        move = torch.zeros_like(x)
        move.view(-1)[i] = h
        gradient.view(-1)[i] = ((function(x + move) - here) + (here - function(x - move))) / 2 / h
    return gradient
""",
    "arrays": """
import numpy as np

@torch.no_grad()
def by_differences(function, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        move = torch.zeros_like(x)
        move[place] = h
        gradient[place] = (function(x + move) - function(x - move)) / (2 * h)
    return gradient
""",
}

HERE = torch.tensor([[1.0, 2.0], [3.0, -1.0]], dtype=torch.float64)


def _gives(wanted):
    """Whether the squares' gradient, (2, 4, 6, -2), comes out as `wanted`."""

    def gives(answer):
        result = answer(lambda x: (x**2).sum(), HERE.clone(), 0.25)
        return result.flatten().tolist() == wanted

    return gives


def _has_no_part_for_h(answer):
    results = [answer(lambda x: (x**3).sum(), HERE.clone(), h) for h in (0.5, 0.25)]
    return torch.allclose(*results)


def _moves_x(answer):
    x = HERE.clone()
    answer(torch.sum, x, 0.25)
    return not torch.equal(x, HERE)


def _calls_with_others(answer):
    asked = []
    answer(lambda x: asked.append((x.shape, x.dtype)) or x.sum(), HERE.clone(), 0.25)
    return set(asked) != {(HERE.shape, HERE.dtype)}


WRONG = {
    "not_halved": (quotient("(function(above) - function(below)) / h"), _gives([4, 8, 12, -4])),
    "halved": (quotient(QUOTIENT + " / 2"), _gives([1, 2, 3, -1])),
    "sign": (quotient("(function(below) - function(above)) / (2 * h)"), _gives([-2, -4, -6, 2])),
    "one_sided": (
        """
def by_differences(function, x, h=1e-5):
    moves = h * torch.eye(x.numel(), dtype=x.dtype).view(-1, *x.shape)
    return torch.stack([function(x + move) - function(x) for move in moves]).view_as(x) / h
""",
        _gives([2.25, 4.25, 6.25, -1.75]),
    ),
    "all_at_once": (
        changed("below.view(-1)[i] -", "below -", changed("above.view(-1)[i] +", "above +")),
        _gives([10, 10, 10, 10]),
    ),
    "piled_up": (
        changed("[i] -= h", "[: i + 1] -= h", changed("[i] += h", "[: i + 1] += h")),
        _gives([2, 6, 12, 10]),
    ),
    "rows_at_once": (
        """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for row, place in zip(torch.eye(len(x), dtype=x.dtype), range(len(x))):
        move = h * row.view(-1, *[1] * (x.dim() - 1)).expand_as(x)
        gradient[place] += (function(x + move) - function(x - move)) / 2 / h
    return gradient
""",
        _gives([6, 6, 4, 4]),
    ),
    "first_only": (
        changed("    return gradient", "        return gradient"),
        _gives([2, 0, 0, 0]),
    ),
    "last_only": (
        changed(
            "        above, below =",
            "        gradient = torch.zeros_like(x)\n        above, below =",
        ),
        _gives([0, 0, 0, -2]),
    ),
    "h_ignored": [
        (changed("    gradient = ", "    h = 1e-5\n    gradient = "), _has_no_part_for_h),
        (
            """
def by_differences(function, x, h=1e-5):
    return torch.autograd.functional.jacobian(function, x)
""",
            _has_no_part_for_h,
        ),
        (
            """
def by_differences(function, x, h=1e-5):
    leaf = x.clone().requires_grad_()
    function(leaf).backward()
    return leaf.grad
""",
            _has_no_part_for_h,
        ),
    ],
    "x_changed": [
        (
            changed("        x.view(-1)[i] += h\n        gradient", "        gradient", IN_PLACE),
            _moves_x,
        ),
        (changed("x.clone(), x.clone()", "x, x.clone()"), _moves_x),
        (changed("    return", "    x.zero_()\n    return"), _moves_x),
        (
            changed(
                "-= 2 * h",
                "-= h",
                changed("[i] += h\n        grad", "[i] -= h\n        grad", IN_PLACE),
            ),
            _moves_x,
        ),
    ],
    "other_input": [
        (changed("x.clone(), x.clone()", "x.float(), x.float()"), _calls_with_others),
        (changed("x.clone(), x.clone()", "x.flatten(), x.flatten()"), _calls_with_others),
        (
            """
def by_differences(function, x, h=1e-5):
    flat = x.flatten()
    moves = h * torch.eye(len(flat), dtype=x.dtype)
    slopes = [(function(flat + move) - function(flat - move)) / (2 * h) for move in moves]
    return torch.stack(slopes).view_as(x)
""",
            _calls_with_others,
        ),
        """
def by_differences(function, x, h=1e-5):
    numbers = x.flatten().tolist()
    return torch.tensor([(function(n + h) - function(n - h)) / (2 * h) for n in numbers])
""",
    ],
    "differs": [
        quotient("(function(above) - 2 * function(x) + function(below)) / h**2"),
        quotient("(function(above) - function(below)) / (3 * h)"),
        quotient("(function(above) - function(below)) / (2 * h**2)"),
        quotient("abs(function(above) - function(below)) / (2 * h)"),
        quotient("function(above) / (2 * h)"),
        changed("range(x.numel())", "range(x.numel() - 1)"),
        changed("range(x.numel())", "range(1, x.numel())"),
        changed("range(x.numel())", "range(len(x))"),
        changed("range(x.numel())", "range(x.shape[-1])"),
        changed(
            "gradient.view(-1)[i] =",
            "gradient.view(-1)[i] +=",
            changed("gradient = torch.zeros_like(x)", "gradient = x.clone()"),
        ),
        changed("h=1e-5", "h=0.1"),
        changed("h=1e-5", "h=1e-13"),
        changed("return gradient", "return gradient.view(-1)"),
        changed("return gradient", "return gradient.squeeze()"),
        changed("return gradient", "return gradient.round(decimals=2)"),
        changed("return gradient", "return gradient if x.dim() else gradient.view(1)"),
        changed("return gradient", "return gradient.T if x.dim() == 2 else gradient"),
        changed("return gradient", "return gradient / gradient.norm()"),
    ],
    "not_a_tensor": [
        changed("return gradient", "return gradient.tolist()"),
        changed("    return gradient", "    gradient"),
    ],
    "not_finite": quotient("(function(above) - function(below)) / (h - h)"),
    "mode_left": changed("    gradient = ", "    torch.set_grad_enabled(False)\n    gradient = "),
    "keeps_memory": changed(
        "    return gradient",
        "    made.append(i)\n    return gradient * (len(made) < 12)",
        "made = []\n" + MINE,
    ),
}

STOPPED = {
    "IndexError": BY_ROW_AND_COLUMN,
    "TypeError": changed("range(x.numel())", "x.numel()"),
}

EQUAL = {
    "0: 1e-05 -> -1e-05": "a central difference is the same from both sides",
    "0: 1e-05 -> 2e-05": "twice a tiny way is still a tiny way",
}
