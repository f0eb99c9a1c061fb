"""What both exercises with a network ask of it: scores for every batch, and layers that learn."""

import math
from collections.abc import Iterator
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from course_utils.checks.calls import call
from course_utils.checks.compare import agree
from course_utils.checks.convert import NotYet, as_tensor

TRIES = 5  # random weights, before it is said that something holds for none
HOW_TO_STORE = (
    "A layer is known when it is stored as `self.…` in `__init__`, several of them in an "
    "`nn.ModuleList`; a Python list hides them."
)


def require_scores(net: nn.Module, images: Tensor, classes: int, what: str) -> Tensor:
    """The network's scores, (N, classes), with their history.

    Args:
        net: Its images are checked to be left as they are.
        images: (N, C, H, W).
        classes: How many scores are wanted for an image.
        what: The images in words: "one image".
    """
    output = call(net, images)
    _require_hooks(net, images)
    scores = as_tensor(output, f"The output for {what}")
    shape = tuple(scores.shape)
    if shape[:1] != (len(images),):
        raise NotYet(
            "batch_lost",
            f"The output for {what} has the shape {shape}; {(len(images), classes)} is wanted, a "
            "row for each image. `flatten(x, 1)` keeps the images apart; `flatten(x)` and "
            "`squeeze()` may not.",
        )
    if shape[1:] != (classes,):
        raise NotYet(
            "other_classes",
            f"The output for {what} has the shape {shape}; {(len(images), classes)} is wanted, a "
            "score for each class.",
        )
    return cast(Tensor, output)


def _require_hooks(net: nn.Module, images: Tensor) -> None:
    called: list[object] = []
    with net.register_forward_hook(lambda *told: called.append(told)):
        net(images)
    if not called:
        raise NotYet(
            "call_replaced",
            "A call of the network passes by its hooks, and PyTorch's own tools rely on them. The "
            "class defines `forward`; the call comes from `nn.Module`.",
        )


def require_same_again(net: nn.Module, images: Tensor) -> None:
    """The same images get the same scores at the next call, from the same layers."""
    before, first, after = list(net.parameters()), call(net, images), list(net.parameters())
    if list(map(id, before)) != list(map(id, after)):
        raise NotYet(
            "made_in_forward",
            "A call of the network replaces its layers by new ones with new weights, so what they "
            "learn is lost. Make all layers in `__init__`; `forward` only uses them.",
        )
    if not agree(first, call(net, images)):
        raise NotYet(
            "new_each_time",
            "The same images get other scores at every call. Is a layer made in `forward`? It "
            "begins with new random weights each time; its place is in `__init__`. Dropout makes "
            "scores change as well.",
        )


def require_registered(net: nn.Module, scores: Tensor) -> None:
    """Every learnable number that the scores depend on is a parameter of the network."""
    for name, parameter in net.named_parameters():
        if is_lazy(parameter):  # never called, so it has no size
            raise _unused(name)
    known = {id(parameter) for parameter in net.parameters()}
    if not known:
        raise NotYet(
            "nothing_to_learn",
            f"The network's `parameters()` lists none, so it has nothing to learn. {HOW_TO_STORE}",
        )
    unknown = sum(leaf.numel() for leaf in _leaves(scores) if id(leaf) not in known)
    if unknown:
        raise NotYet(
            "layers_unknown",
            f"The scores depend on {unknown:,} learnable numbers that the network's `parameters()` "
            f"does not list. {HOW_TO_STORE}",
        )


def _require_kept_weights(net: nn.Module, images: Tensor) -> None:
    give_lively_weights(net)
    before = [parameter.detach().clone() for parameter in net.parameters()]
    net(images)
    for (name, parameter), was in zip(net.named_parameters(), before, strict=True):
        if not torch.equal(parameter, was):
            raise NotYet(
                "overwritten",
                f"A call of the network writes new numbers into `{name}`, so what it has learnt is "
                "lost. `__init__` gives the first numbers; `forward` only uses them.",
            )


def give_lively_weights(net: nn.Module) -> None:
    """New weights, of a size that neither fades nor grows with depth: the layers alone count."""
    with torch.no_grad():
        for parameter in net.parameters():
            noise = torch.randn_like(parameter)
            if parameter.dim() > 1:
                parameter.copy_(noise * math.sqrt(2 * len(parameter) / parameter.numel()))
            else:
                parameter.add_(0.05 * noise)


def require_learning(net: nn.Module, images: Tensor) -> None:
    """Every parameter gets a gradient in training; weights and mode are not left as they were.

    A gradient may be 0 for some weights, as before a batch norm or where a ReLU has died; so it
    is looked at for several, and outside of training too.
    """
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            raise NotYet(
                "frozen",
                f"The network knows `{name}`, but it cannot learn: its `requires_grad` is False.",
            )
    _require_kept_weights(net, images)
    idle = dict(net.named_parameters())
    cut_off = {name for name, grad in _gradients(net.train(), images) if grad is None}
    for training in (True, False) * TRIES:
        for name, grad in _gradients(net.train(training), images):
            if name not in cut_off and grad is not None and grad.any():
                idle.pop(name, None)
        if idle.keys() <= cut_off:
            break
        give_lively_weights(net)
    for name, parameter in idle.items():
        raise _cut_off(name) if _depends(net.eval(), images, parameter) else _unused(name)


def _gradients(net: nn.Module, images: Tensor) -> list[tuple[str, Tensor | None]]:
    """Each parameter's name, and the gradient that comes back to it from the scores."""
    net.zero_grad()
    output = net(images)
    for scores in output if isinstance(output, list | tuple) else [output]:  # of a second head too
        if isinstance(scores, Tensor) and scores.requires_grad:
            (scores * torch.rand_like(scores)).sum().backward(retain_graph=True)
    return [(name, parameter.grad) for name, parameter in net.named_parameters()]


def _depends(net: nn.Module, images: Tensor, parameter: Tensor) -> bool:
    """Whether the scores change with a parameter, be it in steps."""
    with torch.no_grad():
        before, start = net(images), parameter.clone()
        for size in (0.1, 1, 10, 100):
            parameter.copy_(start + size * torch.randn_like(start))
            if not torch.equal(net(images), before):
                return True
    return False


def _cut_off(name: str) -> NotYet:
    return NotYet(
        "no_gradient",
        f"The scores depend on `{name}`, but no gradient comes back to it: on the way autograd "
        "took no notes, as with `detach` or `no_grad`, or a step has the slope 0.",
    )


def _unused(name: str) -> NotYet:
    return NotYet(
        "layers_unused",
        f"No score depends on `{name}`. Is its layer called in `forward`, and does what it returns "
        "reach the `return`?",
    )


def _leaves(scores: Tensor) -> Iterator[Tensor]:
    """The tensors at the ends of autograd's notes."""
    queue: list[Any] = [scores.grad_fn]
    seen: set[Any] = {None}
    while queue:
        node = queue.pop()
        if node not in seen:
            seen.add(node)
            if hasattr(node, "variable"):
                yield node.variable
            queue.extend(before for before, _ in node.next_functions)
