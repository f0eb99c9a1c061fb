"""Exercise: layers in a Python list and a plain tensor, made visible to `parameters()`."""

# The check tells apart, and its inputs are chosen for it:
# - what `parameters()` finds from what only computes: by shapes, under any name, in any order
# - three layers from one at three places; all of them from some; learning from frozen
# - what is made in `__init__` from what is made in `forward`: before and after a call, two calls
# - ReLU after each layer, then `scale` times that, from other results: a scale below 0, large
#   numbers, one row, both modes
# - what can learn from what is detached: the gradient at every tensor and at the rows

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations, product

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.checks.calls import call
from course_utils.checks.compare import agree
from course_utils.checks.convert import NotYet, as_module, as_tensor
from course_utils.checks.exercise import exercise
from course_utils.pictures.words import count

Roles = tuple[tuple[Tensor, ...], tuple[Tensor, ...], Tensor]  # weights and biases in order, scale


def _require_steady(net: nn.Module, rows: Tensor) -> None:
    before = len(list(net.parameters()))
    first, second = (
        as_tensor(call(net, rows), "The result for 40 rows", (40, 4)) for _ in range(2)
    )
    if before != len(list(net.parameters())) or not agree(first, second):
        raise NotYet(
            "made_in_forward",
            "A second call with the same rows finds other parameters or gives another result. What "
            "is made in `forward` begins anew at each call: make it in `__init__`.",
        )


def _require_registered(net: nn.Module) -> None:
    found = dict(net.named_parameters())
    if not found:
        raise NotYet(
            "nothing_registered",
            "`parameters()` finds nothing in it. Which of the seven things in `Store`, above, did "
            "it find?",
        )
    shapes = Counter(tuple(tensor.shape) for tensor in found.values())
    if shapes != {(4, 4): 3, (4,): 4}:
        _look_for_hidden_layers(net)
        _look_for_hidden_scale(net)
        counts = ", ".join(f"{number} of shape {shape}" for shape, number in sorted(shapes.items()))
        raise NotYet(
            "other_tensors",
            f"`parameters()` finds {count(len(found), 'tensor')}: {counts}. Wanted are three "
            "weights (4, 4), three biases (4,) and `scale` (4,).",
        )
    for name, tensor in found.items():
        if not tensor.requires_grad:
            raise NotYet("frozen", f"`{name}` has `requires_grad=False`; all seven should learn.")


def _look_for_hidden_layers(net: nn.Module) -> None:
    for name, value in vars(net).items():
        if name not in vars(nn.Module()) and type(value) in (list, tuple, dict):
            held = list(value.values() if type(value) is dict else value)
            layers = [entry for entry in held if isinstance(entry, nn.Module)]
            if hidden := len({*layers} - {*net.modules()}):
                raise NotYet(
                    "layers_in_list",
                    f"{hidden} of {len(layers)} layers in `self.{name}` are not registered: a "
                    f"module does not look into a plain {type(value).__name__}.",
                )


def _look_for_hidden_scale(net: nn.Module) -> None:
    for name, _ in net.named_buffers():
        raise NotYet("scale_is_buffer", f"`{name}` is a buffer: it is kept, but does not learn.")
    for name in (name for name, value in vars(net).items() if isinstance(value, Tensor)):
        raise NotYet(
            "scale_is_plain",
            f"`{name}` is a plain tensor, which `parameters()` does not find, even with "
            "`requires_grad=True`.",
        )


def _fill(net: nn.Module) -> None:
    """With other numbers: every layer passes something on, a vector has both signs."""
    own = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for i, tensor in enumerate(net.parameters()):
            matrix = torch.eye(4) + torch.randn(4, 4, generator=own) / 2
            vector = torch.tensor([1.5, -1.0, 0.5, -2.0]) + i / 10
            tensor.copy_(matrix if tensor.dim() == 2 else vector)


def _possible_roles(net: nn.Module, scales: Sequence[Tensor]) -> Iterator[Roles]:
    """Every part that the tensors may play, since their names and their order are free."""
    weights = [tensor for tensor in net.parameters() if tensor.dim() == 2]
    for scale in scales:
        biases = [one for one in net.parameters() if one.dim() == 1 and one is not scale]
        yield from product(permutations(weights), permutations(biases), [scale])


def _stack(roles: Roles, x: Tensor) -> Tensor:
    weights, biases, scale = roles
    for weight, bias in zip(weights, biases, strict=True):
        x = F.relu(F.linear(x, weight, bias))
    return scale * x


def _require_result(net: nn.Module, possible: list[Roles]) -> Roles:
    """Return the parts that the tensors play."""
    rows = 3 * torch.randn(40, 4)
    cases = [("for 40 rows", rows), ("for one row", rows[:1]), ("for large numbers", 1e6 * rows)]
    for when, x in [*cases, ("in evaluation mode", rows)]:
        net.train(when != "in evaluation mode")
        result, large = as_tensor(call(net, x), f"The result {when}"), x.abs().max()
        possible = [one for one in possible if agree(result / large, _stack(one, x) / large)]
        if not possible:
            raise NotYet(
                "other_result",
                f"All seven tensors are registered, but {when} the result is not what they give: "
                "each layer and then ReLU, three times, and at the end `scale` times that.",
            )
    return possible[0]


def _require_gradients(net: nn.Module, roles: Roles) -> None:
    rows, slopes = (3 * torch.randn(40, 4)).requires_grad_(), torch.randn(40, 4)
    found = {"the rows": rows, **{f"`{name}`": one for name, one in net.named_parameters()}}
    gradients = []
    for result in (net(rows), _stack(roles, rows)):
        total = (result * slopes).sum() + 0 * rows.sum()  # goes back even from a detached result
        gradients.append(torch.autograd.grad(total, [*found.values()], materialize_grads=True))
    for what, mine, right in zip(found, *gradients, strict=True):
        if not agree(mine, right):
            raise NotYet(
                "no_gradient",
                f"The result is right, but the gradient of {what} is not: after `detach` or under "
                "`no_grad` autograd takes no notes.",
            )


@exercise(
    starter="""
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4) for _ in range(3)]
        self.scale = torch.ones(4)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.scale * x
""",
    hints=(
        "`[name for name, _ in Stack().named_parameters()]` shows what is registered.",
        "A Python list hides its layers. Which list of `torch.nn` does not?",
        "A tensor that is to be learnt has to say so: wrap it.",
    ),
    solution="""
import torch
import torch.nn as nn


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(3))
        self.scale = nn.Parameter(torch.ones(4))

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.scale * x
""",
    why="A module registers the parameters and modules that are given to its attributes, and "
    "`nn.ModuleList` is a module that holds others in order. `nn.Parameter` makes a tensor one to "
    "be learnt, so that `forward` need not change.",
)
def register(Stack):
    net, rows = as_module(Stack, "`Stack`"), torch.randn(40, 4)
    _require_steady(net, rows)
    _require_registered(net)
    ones = torch.ones(4)
    begun = [one for one in net.parameters() if one.dtype == ones.dtype and torch.equal(one, ones)]
    if not begun:
        raise NotYet(
            "other_scale",
            "All seven tensors are registered, but none begins as `torch.ones(4)`; `scale` should.",
        )
    _fill(net)
    filled = [tensor.clone() for tensor in net.parameters()]
    roles = _require_result(net, [*_possible_roles(net, begun)])
    if not all(map(torch.equal, filled, net.parameters())):
        raise NotYet(
            "overwritten",
            "A call writes new numbers into what `parameters()` finds, so whatever has been learnt "
            "is lost. `__init__` gives the first numbers; `forward` only uses them.",
        )
    _require_gradients(net, roles)
    return "All seven tensors are registered, and the result is as before."
