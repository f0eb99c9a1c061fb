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


def _small() -> nn.Module:
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU()),
        nn.Conv2d(2, 3, 3, bias=False),
        nn.Flatten(),
        nn.Linear(12, 5),
    )


def _of_convolutions(net: nn.Module, frozen: bool) -> list[bool]:
    """Whether each parameter that is (not) a convolution's is frozen."""
    inside = {
        tensor
        for module in net.modules()
        if isinstance(module, nn.Conv2d)
        for tensor in module.parameters()
    }
    return [not tensor.requires_grad for tensor in net.parameters() if (tensor in inside) == frozen]


def _misspelt(net: nn.Module) -> bool:
    things = [*net.modules(), *net.parameters()]
    return any("require_grad" in vars(thing) for thing in things)


def _freeze_mistakes(net: nn.Module) -> None:
    wanted, spared = _of_convolutions(net, True), _of_convolutions(net, False)
    if not any(wanted + spared):
        if _misspelt(net):
            raise NotYet("misspelt", "`require_grad` is an attribute that PyTorch never reads.")
        if any("requires_grad" in vars(module) for module in net.modules()):
            raise NotYet(
                "attribute_of_layer",
                "`requires_grad` was set on a layer, where nobody reads it; it belongs to tensors.",
            )
        if not net.training or not all(module.training for module in net.modules()):
            raise NotYet("eval_mode", "`eval()` changes how some layers compute; it freezes none.")
        raise NotYet("nothing_frozen", "Every parameter still learns.")
    if all(wanted + spared):
        raise NotYet("all_frozen", "Every parameter is frozen; only the convolutions' should be.")
    if any(spared):
        raise NotYet("others_frozen", "A parameter that is no convolution's is frozen.")


@exercise(
    starter="""
def freeze_convolutions(net):
    ...
""",
    hints=(
        "`net.modules()` visits every module, those inside others included.",
        "`isinstance(module, nn.Conv2d)` tells whether a module is a convolution.",
        "`requires_grad_(False)` on a module does it for all of its parameters.",
    ),
)
def freeze(freeze_convolutions):
    freeze_convolutions = a_function(freeze_convolutions, "`freeze_convolutions`")
    for net in (Net(), _small()):
        before = [tensor.detach().clone() for tensor in net.parameters()]
        freeze_convolutions(net)
        after = list(net.parameters())
        if len(before) != len(after) or not all(map(torch.equal, before, after)):
            raise NotYet("numbers_changed", "The parameters changed; freezing leaves their values.")
        _freeze_mistakes(net)
        wanted = _of_convolutions(net, True)
        if wanted == [True, False] * (len(wanted) // 2):
            raise NotYet("biases_learn", "The biases of the convolutions still learn.")
        if not all(wanted):
            raise NotYet(
                "some_learn",
                f"{wanted.count(False)} of the convolutions' {len(wanted)} tensors still learn.",
            )
        if not all(module.training for module in net.modules()):
            raise NotYet("mode_changed", "The network is in another mode than before.")
    return "The convolutions are frozen, however deep they sit; everything else learns."
