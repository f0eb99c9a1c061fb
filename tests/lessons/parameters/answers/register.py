"""Answers to `register`."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from tests.support.edits import edited

MINE = """
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.scale = nn.Parameter(torch.ones(4))

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.scale * x
"""
SCALE = "nn.Parameter(torch.ones(4))"
LAYERS = "nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])"
LIST = LAYERS[14:-1]
REGISTERED = "self.layers = " + LAYERS
BY_HAND = f"self.layers = {LIST}\n        for i, layer in enumerate(self.layers): "
changed = partial(edited, MINE)


RIGHT = {
    "three names": """
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))
        self.third, self.second, self.first = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x):
        for layer in (self.first, self.second, self.third):
            x = layer(x).relu()
        return x * self.scale
""",
    "an instance": MINE + "\nStack = Stack()",
    "registered by call": changed(
        *(REGISTERED, BY_HAND + "self.add_module(f'layer{i}', layer)"),
        *("self.scale = " + SCALE, f"self.register_parameter('scale', {SCALE})"),
    ),
    "lists of parameters": """
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Linear(4, 4) for _ in range(3)]
        self.biases = nn.ParameterList(layer.bias for layer in layers)
        self.weights = nn.ParameterList(layer.weight for layer in layers)
        self.scale = nn.Parameter(torch.tensor([1.0, 1.0, 1.0, 1.0]))

    def forward(self, x):
        for weight, bias in zip(self.weights, self.biases):
            x = F.linear(x, weight, bias).clamp(min=0)
        return torch.mul(self.scale, x)
""",
    "lazy layers, and a network inside": """
import functools

class Stack(nn.Module):
    def __init__(self, width):
        super().__init__()
        parts = [part for _ in range(3) for part in (nn.LazyLinear(width), nn.ReLU())]
        self.inner = nn.Sequential(*parts)
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.scale * self.inner(x)

Stack = functools.partial(Stack, 4)
""",
}


def _net(answer):
    return answer if isinstance(answer, nn.Module) else answer()


def _finds_nothing(answer):
    return not list(_net(answer).parameters())


def _changes_with_a_call(answer):
    net, rows = _net(answer), torch.randn(40, 4)
    before = len(list(net.parameters()))
    same = torch.equal(net(rows), net(rows))
    return not same or before != len(list(net.parameters()))


def _hides_layers(answer):
    net = _net(answer)
    lists = [value for value in vars(net).values() if type(value) in (list, tuple)]
    return any(entry not in set(net.modules()) for entries in lists for entry in entries)


def _is_frozen(answer):
    return not all(tensor.requires_grad for tensor in _net(answer).parameters())


def _has_plain_scale(answer):
    return any(isinstance(value, torch.Tensor) for value in vars(_net(answer)).values())


def _gets_too_few_gradients(answer):
    net, rows = _net(answer), torch.randn(40, 4, requires_grad=True)
    total = net(rows).sum()
    if total.requires_grad:
        total.backward()
    return any(tensor.grad is None for tensor in (rows, *net.parameters()))


def _finds_other_tensors(answer):
    shapes = sorted(tuple(tensor.shape) for tensor in _net(answer).parameters())
    return shapes != [(4,)] * 4 + [(4, 4)] * 3


def _begins_with_other_scale(answer):
    return not any(torch.equal(tensor, torch.ones(4)) for tensor in _net(answer).parameters())


def _writes(net):
    net.requires_grad_(False).scale.fill_(3)
    net(torch.ones(1, 4))
    return not torch.equal(net.scale, torch.full((4,), 3.0))


def _gives_other_result(answer):
    torch.manual_seed(0)
    net, rows = _net(answer).eval(), 1e6 * torch.randn(40, 4)
    with torch.no_grad():
        for tensor in net.parameters():
            tensor.normal_()
    x = rows
    for layer in net.layers:
        x = F.relu(layer(x))
    pairs = (net(rows), net.scale * x), (net(rows[:1]), net.scale * x[:1])
    return not all(one.shape == other.shape and torch.allclose(one, other) for one, other in pairs)


WRONG = {
    "nothing_registered": [
        (changed(LAYERS, LIST, SCALE, "torch.ones(4).float()"), _finds_nothing),
        (changed(LAYERS, LIST, SCALE, "[torch.ones(4)][0]"), _finds_nothing),
    ],
    "layers_in_list": [
        (changed(LAYERS, LIST), _hides_layers),
        (changed(REGISTERED, BY_HAND + "self.add_module('layer', layer)"), _hides_layers),
        (changed(REGISTERED, BY_HAND + "self.last = layer"), _hides_layers),
    ],
    "other_tensors": [
        (changed(*edit), _finds_other_tensors)
        for edit in (
            ("range(3)", "range(2)"),
            (LAYERS, "nn.ModuleList([nn.Linear(4, 4)] * 3)"),
            ("nn.Linear(4, 4)", "nn.Linear(4, 4, bias=False)"),
            (SCALE, SCALE + "\n        self.more = nn.Parameter(torch.ones(2))"),
            (SCALE, "nn.Parameter(torch.ones(1))"),
            ("return self.scale", f"return {SCALE}", "self.scale = " + SCALE, ""),
        )
    ],
    "made_in_forward": [
        (
            changed(REGISTERED, "", "for layer", f"{REGISTERED}\n        for layer"),
            _changes_with_a_call,
        ),
        (
            changed("self.scale = " + SCALE, "", "return", f"self.scale = {SCALE}\n        return"),
            _changes_with_a_call,
        ),
        (changed(REGISTERED, "", "in self.layers", f"in {LIST}"), _changes_with_a_call),
    ],
    "scale_is_plain": [
        (changed(SCALE, "torch.ones(4)"), _has_plain_scale),
        (changed(SCALE, "torch.ones(4, requires_grad=True)"), _has_plain_scale),
    ],
    "scale_is_buffer": (
        changed("self.scale = " + SCALE, "self.register_buffer('scale', torch.ones(4))"),
        lambda answer: bool(list(answer().buffers())),
    ),
    "frozen": [
        (changed(SCALE, "nn.Parameter(torch.ones(4), requires_grad=False)"), _is_frozen),
        (changed(SCALE, SCALE + "\n        self.layers[1].requires_grad_(False)"), _is_frozen),
    ],
    "other_scale": [
        (changed(SCALE, f"nn.Parameter(torch.{numbers}(4))"), _begins_with_other_scale)
        for numbers in ("zeros", "rand")
    ],
    "other_result": [
        (changed(*edit), _gives_other_result)
        for edit in (
            ("F.relu(layer(x))", "layer(x)"),
            ("F.relu(layer(x))", "F.relu6(layer(x))"),
            ("F.relu(layer(x))", "layer(F.relu(x))"),
            ("self.scale * x", "F.relu(self.scale * x)"),
            ("self.scale * x", "self.scale * x.clamp(max=1e3)"),
            ("self.scale * x", "self.scale + x"),
            ("self.scale * x", "self.scale.abs() * x"),
            ("self.scale * x", "(self.scale * x).squeeze()"),
            ("self.scale * x", "self.scale * x * (1 if self.training else 2)"),
            ("return self.scale * x", "return x"),
            ("in self.layers", "in [*self.layers, self.layers[0]]"),
        )
    ],
    "overwritten": (
        changed("        for", "        self.scale.data.fill_(1)\n        for"),
        lambda answer: _writes(answer()),
    ),
    "no_gradient": [
        (changed("self.scale * x", "self.scale.detach() * x"), _gets_too_few_gradients),
        (changed("layer(x)", "layer(x.detach())"), _gets_too_few_gradients),
        changed(
            "    def", "    @torch.no_grad()\n    def", "@torch.no_grad()\n    def __", "def __"
        ),
    ],
    "input_changed": changed("        for", "        x *= 1.5\n        for"),
    "mode_left": changed("        return", "        torch.set_grad_enabled(False)\n        return"),
    "wrong_shape": changed("self.scale * x", "(self.scale * x).sum(1)"),
    "not_a_module": ["Stack = [nn.Linear(4, 4)]", changed("(nn.Module)", "", SCALE, "1")],
}

STOPPED = {
    "AttributeError": changed("super().__init__()", "pass"),
    "NotImplementedError": changed("def forward", "def Forward"),
    "TypeError": changed("def forward(self, x)", "def forward(x)"),
}

EQUAL = {}
