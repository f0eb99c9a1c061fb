"""What several exercises of the lesson ask of an answer that is handed a network."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_utils.checks.calls import call
from course_utils.checks.compare import Mistake, recognise
from course_utils.checks.convert import NotYet

LEARN = "has other parameters that learn"


def call_with_network(
    answer: Callable, net: nn.Module, *inputs: object, gradients: bool = True
) -> object:
    """Return what `answer(net, *inputs)` returns for copies of a network and of other inputs.

    Args:
        gradients: Whether the copy's parameters have a `.grad` already.

    Raises:
        NotYet: The network was not left as it was (`network_changed`), or as `call`.
    """

    def ask(net: nn.Module, *inputs: object) -> object:
        for tensor in net.parameters():
            tensor.grad = torch.ones_like(tensor) if gradients else None
        before = state_of(net)
        result = answer(net, *inputs)
        require_same(before, state_of(net))
        return result

    return call(ask, net, *inputs)


def state_of(net: nn.Module) -> dict[str, list]:
    """What can be changed in a network, by what a message says of a change."""
    modules, tensors = list(net.modules()), list(net.parameters())
    kinds = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")
    hooks = [tuple(getattr(module, kind)) for module in modules for kind in kinds]
    return {
        "has other modules": list(map(id, modules)),
        "has other parameters or buffers": list(map(id, (*tensors, *net.buffers()))),
        "is in another mode, training or evaluation": [module.training for module in modules],
        "holds numbers of another dtype": [one.dtype for one in (*tensors, *net.buffers())],
        "holds other numbers": [one.detach().clone() for one in (*tensors, *net.buffers())],
        LEARN: [tensor.requires_grad for tensor in tensors],
        "has other gradients in `.grad`": [
            tensor.grad if tensor.grad is None else tensor.grad.clone() for tensor in tensors
        ],
        "has other hooks": hooks,
    }


def require_same(before: dict[str, list], after: dict[str, list]) -> None:
    """Raise `NotYet` where two states differ, with what differs."""
    for change, was in before.items():
        now = after[change]
        if len(was) != len(now) or not all(map(_is_same, was, now)):
            raise NotYet(
                "network_changed",
                f"After the call the network {change}; it belongs to whoever handed it over, and "
                "should be left as it was.",
            )


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return torch.equal(one, other)
    return type(one) is type(other) and one == other


def name_mistake(came: list, wanted: list, known: dict[Mistake, list]) -> None:
    """Raise `NotYet` if what came is what one mistake gives on every input."""
    if mistake := recognise(came, wanted, known):
        raise NotYet(mistake.code, mistake.sentence)
