"""Exercises of lesson 02: counting, registering and freezing parameters; a batch of one."""

import torch
from torch import Tensor, nn

from course_utils.exercises.compare import (
    Mistake,
    a_function,
    a_whole_number,
    recognise,
)
from course_utils.exercises.exercise import NotYet, exercise
from course_utils.network.lenet import Net


class _Scaled(nn.Module):
    """Nested, with a parameter of its own, a buffer, and a layer that has two names."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(5))
        self.first = nn.Linear(4, 4)
        self.again = self.first
        self.rest = nn.Sequential(nn.BatchNorm1d(4), nn.Sequential(nn.Linear(4, 3)))

    def forward(self, x):
        return self.rest(self.again(self.first(x)))


def _nets() -> list[nn.Module]:
    tied = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3))
    tied[2].weight = tied[0].weight
    frozen, scaled = Net(), _Scaled()
    frozen.conv1.requires_grad_(False)
    frozen.fc2.bias.requires_grad_(False)
    scaled.rest.requires_grad_(False)
    return [Net(), frozen, tied, scaled, _Scaled(), nn.ReLU()]


def _every(net: nn.Module, duplicates: bool = False) -> list[Tensor]:
    return [tensor for _, tensor in net.named_parameters(remove_duplicate=not duplicates)]


def _learning(tensors: list[Tensor]) -> list[Tensor]:
    return [tensor for tensor in tensors if tensor.requires_grad]


def _numbers(tensors) -> int:
    return sum(tensor.numel() for tensor in tensors)


def _by_layers(net: nn.Module) -> list[Tensor]:
    kinds = (nn.Linear, nn.Conv2d, nn.BatchNorm1d)
    layers = [module for module in net.modules() if isinstance(module, kinds)]
    return list({tensor for layer in layers for tensor in layer.parameters()})


_NET_MISTAKES = [
    Mistake(
        "tensors_counted",
        "The tensors are counted; each holds many numbers.",
        lambda net: len(_learning(_every(net))),
    ),
    Mistake(
        "frozen_counted",
        "Frozen parameters are counted; they have `requires_grad=False`.",
        lambda net: _numbers(_every(net)),
    ),
    Mistake(
        "frozen_alone",
        "The frozen parameters are counted, and not those that learn.",
        lambda net: _numbers(_every(net)) - _numbers(_learning(_every(net))),
    ),
    Mistake(
        "shared_twice",
        "A tensor that two layers share is counted twice; it exists once.",
        lambda net: _numbers(_learning(_every(net, duplicates=True))),
    ),
    Mistake(
        "both",
        "Frozen parameters are counted, and a tensor shared by two layers counts twice.",
        lambda net: _numbers(_every(net, duplicates=True)),
    ),
    Mistake(
        "biases_forgotten",
        "Only tensors with two or more dimensions are counted; the biases are parameters too.",
        lambda net: _numbers(t for t in _learning(_every(net)) if t.dim() > 1),
    ),
    Mistake(
        "first_dimension",
        "`len` of a tensor is its first dimension; a tensor holds more numbers than that.",
        lambda net: sum(len(tensor) for tensor in _learning(_every(net))),
    ),
    Mistake(
        "known_layers_alone",
        "Parameters outside of the known kinds of layers are left out; a module may have its own.",
        lambda net: _numbers(_learning(_by_layers(net))),
    ),
    Mistake(
        "buffers_counted",
        "`state_dict()` has the buffers too, and does not say what learns.",
        lambda net: _numbers(net.state_dict().values()),
    ),
]


@exercise(
    starter="""
count_trainable = ...
""",
    hints=(
        "`net.parameters()` gives every parameter tensor once; `numel()` counts its numbers.",
        "Every parameter says itself whether it learns: look at its `requires_grad`.",
    ),
)
def count_parameters(count_trainable):
    count_trainable = a_function(count_trainable, "`count_trainable`")
    came = []
    for net in _nets():
        came.append(((net,), a_whole_number(count_trainable(net), "The count")))
    recognise(came, _NET_MISTAKES)
    for (net,), count in came:
        if count != _numbers(_learning(_every(net))):
            raise NotYet(
                "other_count",
                f"A network with {_numbers(_every(net)):,} parameters, some of them frozen or "
                f"shared in other cases, counts {count:,} here.",
            )
    return "Frozen parameters are left out, shared ones count once, in every network tried."
