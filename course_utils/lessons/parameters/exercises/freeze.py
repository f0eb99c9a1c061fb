"""Exercise: freeze the convolutions of any network, and nothing else."""

# The check tells apart, and the networks are chosen for it:
# - a convolution from what is called so: other names, a linear layer called `convert`
# - every convolution from those at the top or the first: some inside other modules
# - all its tensors from its weight alone; a convolution without a bias
# - nothing else from all, from batch norm: other layers with weights of their own
# - frozen from thawed: layers that are frozen already, also where there is no convolution
# - frozen from an attribute of a module, a misspelt one, other values, other parameters

from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy
from functools import partial

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn

from course_utils.checks.calls import call
from course_utils.checks.compare import Mistake
from course_utils.checks.convert import NotYet, as_function
from course_utils.checks.exercise import exercise
from course_utils.lessons.parameters.exercises.shared import (
    LEARN,
    name_mistake,
    require_same,
    state_of,
)
from course_utils.network.lenet import Net


def _freeze(net: nn.Module, is_chosen=lambda name, module: isinstance(module, nn.Conv2d)) -> None:
    """Freeze every parameter that is chosen by its name and its module."""
    for name, tensor in net.named_parameters():
        if is_chosen(name, net.get_submodule(name.rpartition(".")[0])):
            tensor.requires_grad_(False)


MISTAKES = (
    Mistake(
        "nothing_frozen",
        "Whatever could learn before the call can still learn after it. Does a line set "
        "`requires_grad` on what the network itself holds, not on a copy?",
        lambda net: net,
    ),
    Mistake(
        "all_frozen",
        "Every parameter is frozen; only those of convolutions should be.",
        lambda net: net.requires_grad_(False),
    ),
    Mistake(
        "biases_learn",
        "The weights of the convolutions are frozen, but their biases still learn.",
        lambda net: _freeze(net, lambda name, m: isinstance(m, nn.Conv2d) and "weight" in name),
    ),
    Mistake(
        "inner_learn",
        "Convolutions inside other modules still learn: `net.children()` does not reach them, "
        "`net.modules()` does.",
        lambda net: _freeze(net, lambda name, m: isinstance(m, nn.Conv2d) and name.count(".") == 1),
    ),
    Mistake(
        "by_name",
        "What has `conv` in its name is frozen; in another network a convolution may have any "
        "name, and another layer one with `conv`.",
        lambda net: _freeze(net, lambda name, module: "conv" in name),
    ),
    Mistake(
        "thawed",
        "The convolutions are frozen, but other layers that were frozen before now learn again.",
        lambda net: _freeze(net.requires_grad_(True)),
    ),
)


def _networks() -> dict[str, nn.Module]:
    inner = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(nn.Conv2d(2, 3, 1)))
    rest = {"head": nn.Conv2d(3, 2, 1), "convert": nn.Linear(3, 2)}
    nested = nn.Sequential(OrderedDict(body=inner, **rest))
    first, head = nn.Linear(3, 3).requires_grad_(False), nn.Conv2d(2, 2, 2)
    head.get_parameter("bias").requires_grad_(False)
    inner = nn.Sequential(first, nn.Conv2d(1, 2, 3), nn.Linear(2, 2))
    partly = nn.Sequential(OrderedDict(body=inner, head=head, convert=nn.Linear(2, 2)))
    linear = nn.Sequential(nn.Linear(3, 3).requires_grad_(False), nn.ReLU(), nn.Linear(3, 2))
    return {
        "`Net()`": Net(),
        "a network with convolutions inside other modules": nested,
        "a network of which a part is frozen already": partly,
        "a network without convolutions, its first layer frozen already": linear,
    }


def _learning(net: nn.Module) -> Tensor:
    return torch.tensor([tensor.requires_grad for tensor in net.parameters()])


def _learning_after(function: Callable, net: nn.Module) -> Tensor:
    copy = deepcopy(net)
    function(copy)
    return _learning(copy)


def _learning_after_answer(answer: Callable, start: nn.Module) -> Tensor:
    """The same, with an eye on everything else in the network."""
    net = deepcopy(start)
    for module in net.modules():
        if not isinstance(module, nn.Conv2d):  # what is frozen may lose its gradient
            for tensor in module.parameters(recurse=False):
                tensor.grad = torch.ones_like(tensor)
    before = state_of(net)
    try:
        call(partial(answer, net))
    except AttributeError as error:
        if "NoneType" in str(error) and _has_no_bias(net):
            raise NotYet(
                "no_bias",
                "Convolutions with a bias are frozen. One that was made with `bias=False` has "
                "None in its place; its `parameters()` gives the tensors that are there.",
            ) from error
        raise
    after = state_of(net)
    if before[LEARN] == after[LEARN] != _learning_after(_freeze, start).tolist():
        _explain_what_has_no_effect(net, start)
    require_same({**before, LEARN: after[LEARN]}, after)
    return _learning(net)


def _has_no_bias(net: nn.Module) -> bool:
    return any(isinstance(module, nn.Conv2d) and module.bias is None for module in net.modules())


def _explain_what_has_no_effect(net: nn.Module, start: nn.Module) -> None:
    """Name an attribute that was set, but that PyTorch never reads."""
    things = (*net.parameters(), *net.modules())
    before = (*start.parameters(), *start.modules())
    for thing, was in zip(things, before, strict=False):
        for name in vars(thing).keys() - vars(was).keys():
            kind = "tensor" if isinstance(thing, Tensor) else f"`{type(thing).__name__}`"
            if callable(getattr(type(thing), name, None)):
                told = f"`{name}` is a method of a {kind}: call it, `{name}(…)`, do not set it."
                raise NotYet("method_set", told)
            raise NotYet(
                "no_effect",
                f"`{name}` was set on a {kind}, where PyTorch never reads it; each tensor has a "
                "`requires_grad` of its own.",
            )


def _require_frozen(answer: Callable, networks: dict[str, nn.Module]) -> None:
    came = [_learning_after_answer(answer, net) for net in networks.values()]
    wanted = [_learning_after(_freeze, net) for net in networks.values()]
    same = list(map(torch.equal, came, wanted))
    if all(same):
        return
    known = {m: [_learning_after(m.function, net) for net in networks.values()] for m in MISTAKES}
    name_mistake(came, wanted, known)
    first = same.index(False)
    words, net = list(networks.items())[first]
    place = int((came[first] != wanted[first]).nonzero()[0])
    name = [name for name, _ in net.named_parameters()][place]
    layer = type(net.get_submodule(name.rpartition(".")[0])).__name__
    holds = f"It is right for {sum(same)} of {len(same)} networks. " if any(same) else ""
    state = "can learn, and should not" if came[first][place] else "is frozen, and should not be"
    raise NotYet("differs", f"{holds}In {words}, `{name}` of a `{layer}` {state}.")


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
    solution="""
import torch.nn as nn


def freeze_convolutions(net):
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            module.requires_grad_(False)
""",
    why="`net.modules()` finds a convolution wherever it sits, and its class tells it from other "
    "layers under any name. `requires_grad_(False)` on the module freezes the tensors that it has, "
    "with a bias or without.",
    mistakes=MISTAKES,
)
def freeze(freeze_convolutions):
    freeze_convolutions = as_function(freeze_convolutions, "`freeze_convolutions`")
    _require_frozen(freeze_convolutions, _networks())
    layers = nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2), nn.Conv2d(2, 2, 1)
    words = "a network whose first convolution has no bias"
    _require_frozen(freeze_convolutions, {words: nn.Sequential(*layers)})
    return "The convolutions are frozen, however deep they sit; everything else is as before."
