"""Answers to `linear_backward`."""

import torch

from course_utils.checks.calls import watch_calls


def back(x="grad_out @ weight", w="grad_out.T @ x", b="grad_out.sum(dim=0)"):
    return f"def my_backward(grad_out, x, weight):\n    return {x}, {w}, {b}"


RIGHT = {
    "einsum": back(
        'torch.einsum("no,oi->ni", grad_out, weight)',
        'torch.einsum("no,ni->oi", grad_out, x)',
        'torch.einsum("no->o", grad_out)',
    ),
    "row by row": """
def my_backward(grad_out, x, weight):
    of_weight, of_bias, of_x = torch.zeros_like(weight), torch.zeros(len(weight)), []
    for above, row in zip(grad_out, x):
        of_weight += torch.outer(above, row)
        of_bias += above
        of_x.append(weight.T @ above)
    return [torch.stack(of_x), of_weight, of_bias]
""",
    "a named tuple, with asserts": """
from typing import NamedTuple

class Gradients(NamedTuple):
    x: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor

def my_backward(grad_out, x, weight):
    assert grad_out.shape == (x.shape[0], weight.shape[0]) and x.shape[1] == weight.shape[1]
    found = Gradients(torch.mm(grad_out, weight), grad_out.t().mm(x), grad_out.sum(0))
    assert found.weight.shape == weight.shape
    return found
""",
    "numpy": """
import numpy as np

def my_backward(grad_out, x, weight):
    above, x, weight = grad_out.numpy(), x.numpy(), weight.numpy()
    return above @ weight, above.T @ x, np.sum(above, axis=0)
""",
}

AUTOGRAD = """
def my_backward(grad_out, x, weight):
    leaves = [x.clone().requires_grad_(), weight.clone().requires_grad_()]
    leaves.append(torch.zeros(len(weight), requires_grad=True))
    return WAY
"""
LAYER = """
def my_backward(grad_out, x, weight):
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data = weight.clone()
    own = x.clone().requires_grad_()
    layer(own).backward(grad_out)
    return own.grad, layer.weight.grad, layer.bias.grad
"""

ABOVE, X, WEIGHT = torch.tensor([[1.0], [3.0]]), torch.ones(2, 2), torch.tensor([[2.0, 5.0]])


def _gives(place, wanted):
    return lambda answer: torch.equal(answer(ABOVE, X, WEIGHT)[place], torch.tensor(wanted))


def _changes_an_input(answer):
    given = [tensor.clone() for tensor in (ABOVE, X, WEIGHT)]
    answer(*given)
    return not all(map(torch.equal, given, (ABOVE, X, WEIGHT)))


def _asks_autograd(answer):
    with watch_calls() as called:
        answer(ABOVE, X, WEIGHT)
    return torch.autograd.backward in called or torch.autograd.grad in called


_OF_WEIGHT, _OF_BIAS = [[4.0, 4.0]], [4.0]

WRONG = {
    "sign": [
        (back(x="-(grad_out @ weight)"), _gives(0, [[-2.0, -5.0], [-6.0, -15.0]])),
        (back(w="-grad_out.T @ x"), _gives(1, [[-4.0, -4.0]])),
        (back(b="-grad_out.sum(dim=0)"), _gives(2, [-4.0])),
    ],
    "batch_mean": [
        (back(b="grad_out.mean(dim=0)"), _gives(2, [2.0])),
        (back(w="grad_out.T @ x / len(x)"), _gives(1, [[2.0, 2.0]])),
    ],
    "other_order": [
        (back("grad_out.T @ x", "grad_out.sum(0)", "grad_out @ weight"), _gives(0, _OF_WEIGHT)),
        (back("grad_out.sum(0)", "grad_out @ weight", "grad_out.T @ x"), _gives(0, _OF_BIAS)),
        (back(w="grad_out.sum(0)", b="grad_out.T @ x"), _gives(1, _OF_BIAS)),
    ],
    "weight_transposed": (back(w="x.T @ grad_out"), _gives(1, [[4.0], [4.0]])),
    "bias_not_summed": (back(b="grad_out.clone()"), _gives(2, [[1.0], [3.0]])),
    "differs": [
        back(x="weight.sum(dim=0).expand_as(x)"),
        back(x="(grad_out @ weight).squeeze()"),
        back(x="(grad_out @ weight).clamp(min=0)"),
        back(x="(grad_out @ weight).half()"),
        back(x="grad_out @ (weight if weight.shape[0] != weight.shape[1] else weight.T)"),
        back(w="weight - 0.1 * grad_out.T @ x"),
        back(w="grad_out.abs().T @ x"),
        back(w="grad_out.unsqueeze(2) * x.unsqueeze(1)"),
        back(w="grad_out[:1].T @ x[:1]"),
        back(w="(x.T @ grad_out).reshape(weight.shape)"),
        back(b="grad_out[0]"),
        back(b="grad_out.sum(dim=1)"),
        back(b="torch.ones(1, len(x)) @ grad_out"),
        back(b="grad_out.sum(dim=0).squeeze()"),
        back(b="grad_out.sum(dim=0) if len(x) > 1 else grad_out"),
    ],
    "forbidden": [
        (
            AUTOGRAD.replace("WAY", "torch.autograd.grad(F.linear(*leaves), leaves, grad_out)"),
            _asks_autograd,
        ),
        "from torch.autograd import grad\n"
        + AUTOGRAD.replace("WAY", "grad(F.linear(*leaves), leaves, grad_out)"),
        (LAYER, _asks_autograd),
        """
def my_backward(grad_out, x, weight):
    return torch.func.vjp(F.linear, x, weight, torch.zeros(len(weight)))[1](grad_out)
""",
        """
def my_backward(grad_out, x, weight):
    function = torch.func.jacfwd(F.linear, (0, 1, 2))
    found = function(x, weight, torch.zeros(len(weight)))
    return [torch.tensordot(grad_out, one, 2) for one in found]
""",
        """
def my_backward(grad_out, x, weight):
    bias = torch.zeros(len(weight), requires_grad=True)
    out = F.linear(x, weight, bias)
    return grad_out @ weight, grad_out.T @ x, out.grad_fn(grad_out)[0].sum(dim=0)
""",
    ],
    "input_changed": [
        (
            "def my_backward(grad_out, x, weight):\n    x *= 2\n"
            "    return grad_out @ weight, grad_out.T @ x / 2, grad_out.sum(0)",
            _changes_an_input,
        ),
        (back(b="grad_out.cumsum_(dim=0)[-1].clone()"), _changes_an_input),
    ],
    "input_marked": "def my_backward(grad_out, x, weight):\n    y = x.requires_grad_().detach()\n"
    "    return grad_out @ weight, grad_out.T @ y, grad_out.sum(0)",
    "mode_left": "def my_backward(grad_out, x, weight):\n    torch.set_grad_enabled(False)\n"
    "    return grad_out @ weight, grad_out.T @ x, grad_out.sum(0)",
    "not_several": [
        "def my_backward(grad_out, x, weight):\n    return grad_out @ weight",
        "def my_backward(grad_out, x, weight):\n    return grad_out @ weight, grad_out.T @ x",
        "def my_backward(grad_out, x, weight):\n    grad_out @ weight, grad_out.T @ x",
    ],
    "not_a_tensor": back(b="grad_out.sum(dim=0).tolist()"),
    "not_a_function": "my_backward = nn.Linear",
}

STOPPED = {
    "RuntimeError": back(x="grad_out @ weight.T"),
    "TypeError": "def my_backward(grad_out, x): return grad_out, x, x",
}

EQUAL = {}
