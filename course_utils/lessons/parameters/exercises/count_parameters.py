"""Exercise: how many numbers in a network can learn."""

# The check tells apart, and the networks are chosen for it:
# - what learns from what is frozen: none, some and all frozen, a bias alone, a whole layer
# - numbers from tensors, from first dimensions and from what is not 0: weights, biases, a single 0
# - parameters from what `state_dict()` holds: a buffer
# - the network's own parameters from those of its known layers: a parameter beside them
# - a tensor that two layers share, once: two layers with one weight, one layer at two places
# - each module's tensors, once: modules in modules in modules
# - a count from a change: mode, values, frozen parameters, gradients, hooks stay

from functools import partial

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn

from course_utils.checks.calls import Given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function, as_whole_number
from course_utils.checks.exercise import exercise
from course_utils.lessons.parameters.exercises.shared import call_with_network
from course_utils.network.lenet import Net


def _numbers(tensors) -> int:
    return sum(tensor.numel() for tensor in tensors)


def _learning(net: nn.Module) -> list[Tensor]:
    return [tensor for tensor in net.parameters() if tensor.requires_grad]


def _of_each(net: nn.Module, kinds: type | tuple = nn.Module, recurse: bool = False):
    """The tensors of every module by itself."""
    modules = [module for module in net.modules() if isinstance(module, kinds)]
    return [tensor for module in modules for tensor in module.parameters(recurse)]


MISTAKES = (
    Mistake(
        "tensors_counted",
        "The tensors are counted; each holds many numbers.",
        lambda net: len(_learning(net)),
    ),
    Mistake(
        "all_tensors_counted",
        "The tensors are counted, frozen ones too; each holds many numbers.",
        lambda net: len(list(net.parameters())),
    ),
    Mistake(
        "frozen_counted",
        "Frozen parameters are counted; they have `requires_grad=False`.",
        lambda net: _numbers(net.parameters()),
    ),
    Mistake(
        "shared_twice",
        "A tensor that two layers share is counted twice; it exists once.",
        lambda net: _numbers(t for t in _of_each(net) if t.requires_grad),
    ),
    Mistake(
        "inner_again",
        "What sits inside another module is counted again for each module around it.",
        lambda net: _numbers(t for t in _of_each(net, recurse=True) if t.requires_grad),
    ),
    Mistake(
        "biases_forgotten",
        "Only tensors with two or more dimensions are counted; the biases are parameters too.",
        lambda net: _numbers(t for t in _learning(net) if t.dim() > 1),
    ),
    Mistake(
        "known_layers_alone",
        "It counts layer by layer: a parameter beside the layers is left out, and a tensor that "
        "two layers share counts twice.",
        lambda net: _numbers(t for t in _of_each(net, (nn.Linear, nn.Conv2d)) if t.requires_grad),
    ),
    Mistake(
        "state_counted",
        "Everything in `state_dict()` is counted: buffers and frozen parameters too.",
        lambda net: _numbers(net.state_dict().values()),
    ),
    Mistake(
        "always_zero",
        "It is 0 for every network. Before the first `backward()` each `.grad` is None, and the "
        "tensors of `state_dict()` say that they need none; those of `parameters()` tell.",
        lambda net: _numbers(t for t in net.state_dict().values() if t.requires_grad),
    ),
)


class _Network(nn.Module):
    """Two layers, one of them further inside; a parameter of its own, and a buffer."""

    def __init__(self, size: int, shared: bool):
        super().__init__()
        self.first = nn.Linear(size, size)
        second = nn.Linear(size, size)
        self.inner = nn.Sequential(nn.ReLU(), nn.Sequential(second))
        self.scale = nn.Parameter(torch.ones(size))
        self.register_buffer("seen", torch.zeros(size))
        if shared:
            second.weight = self.first.weight


def _given(what: str, net: nn.Module, *frozen: str) -> Given:
    for name, tensor in net.named_parameters():
        tensor.requires_grad_(not name.startswith(frozen or "-"))
    return Given((net,), {}, f"`count_trainable(net)` with {what}")


def _pair(how: str, size: int, *frozen: str, shared: bool = False) -> Given:
    words = f"two `nn.Linear({size}, {size})`{how}, a parameter of {size} numbers and a buffer"
    return _given(words, _Network(size, shared), *frozen)


def _networks() -> list[Given]:
    return [
        _given("`nn.Linear(2, 3)`", nn.Linear(2, 3)),
        _given("`nn.Linear(2, 3)` whose bias is frozen", nn.Linear(2, 3), "bias"),
        _given("`Net()`", Net()),
        _given("`nn.Conv2d(2, 3, 2)` with all frozen", nn.Conv2d(2, 3, 2), ""),
        _pair("", 4),
        _pair(", the first frozen", 5, "first"),
        _pair(" that share their weight", 3, shared=True),
        _pair(" that share a frozen weight", 6, "first.weight", shared=True),
        _pair(" that share their weight, a bias frozen", 2, "first.bias", shared=True),
        _pair(" that share their weight, a bias frozen", 5, "inner", shared=True),
        _given("`nn.ReLU()`", nn.ReLU()),
    ]


def _rare_networks() -> list[Given]:
    layer, single, frozen = nn.Linear(2, 2).double(), nn.Module(), nn.Module()
    single.temperature, frozen.temperature = (nn.Parameter(torch.tensor(0.0)) for _ in range(2))
    twice = nn.Sequential(layer, nn.Sequential(layer)).eval()
    others = nn.ModuleList([nn.Embedding(4, 3), nn.LSTM(3, 2), nn.ParameterList([torch.ones(2)])])
    return [
        _given("one `nn.Linear(2, 2)` in float64 at two places", twice),
        _given("one parameter, a single number without a dimension", single),
        _given("one frozen parameter, a single number without a dimension", frozen, ""),
        _given("`nn.Embedding(4, 3)`, `nn.LSTM(3, 2)` and a list of parameters", others, "0"),
    ]


@exercise(
    starter="""
count_trainable = ...
""",
    hints=(
        "`net.parameters()` gives every parameter tensor once; `numel()` counts its numbers.",
        "Every parameter says itself whether it learns: look at its `requires_grad`.",
    ),
    solution="""
def count_trainable(net):
    total = 0
    for parameter in net.parameters():
        if parameter.requires_grad:
            total += parameter.numel()
    return total
""",
    why="`net.parameters()` reaches every module, however deep, and gives a shared tensor once. "
    "Whether a tensor learns is its own `requires_grad`, so a layer may be frozen in part.",
    mistakes=MISTAKES,
)
def count_parameters(count_trainable):
    count_trainable = as_function(count_trainable, "`count_trainable`")
    agree = partial(
        check_agreement,
        count_trainable,
        lambda net: _numbers(_learning(net)),
        name="count_trainable",
        show_wanted=True,
        read=as_whole_number,
    )
    fresh = partial(call_with_network, gradients=False)  # as before the first `backward()`
    agree(_networks(), MISTAKES, observe=fresh)
    agree(_rare_networks(), observe=call_with_network)
    return "Frozen parameters are left out, shared ones count once, in every network tried."
