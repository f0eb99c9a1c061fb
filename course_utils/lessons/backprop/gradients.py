"""Gradients examined: do they add up, and how large are they in each layer?"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.lessons.backprop.graph import check_has_graph, check_is_scalar


@dataclass(frozen=True)
class Accumulated:
    """A parameter's `.grad` after one call of `backward()`, two calls, …

    Attributes:
        parameter: Its name.
        zeroed: Whether `zero_grad()` was called before each call.
        loss: The loss, the same at each call.
        grads: What stood in `.grad` after each call.
    """

    parameter: str
    zeroed: bool
    loss: float
    grads: tuple[Tensor, ...]


def accumulate(
    net: nn.Module,
    images: Tensor,
    target: Tensor,
    criterion: Callable[[Tensor, Tensor], Tensor],
    calls: int = 4,
    zeroed: bool = False,
    parameter: str = "conv1.bias",
) -> Accumulated:
    """Call forward and `backward()` several times on the same images, without any update.

    All of it happens on a copy: `net`, its gradients and the random state are left as they were.

    Args:
        net: Any network.
        images, target: What the network is given and what the criterion compares with.
        criterion: Takes the network's output and `target`, returns one number.
        calls: How many times, at least once.
        zeroed: Call `zero_grad()` before each call.
        parameter: Whose `.grad` is recorded.

    Raises:
        ValueError: There are no calls, no such parameter, or it requires no gradient.
    """
    if calls < 1:
        raise ValueError(
            f"At least one call of backward() is needed to see a gradient, not {calls}."
        )
    twin = copy.deepcopy(net)
    twin.zero_grad()
    watched = _learnable(twin, parameter)
    grads = []
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        for _ in range(calls):
            if zeroed:
                twin.zero_grad()
            loss = criterion(twin(images), target)
            loss.backward()
            if watched.grad is not None:
                grads.append(watched.grad.clone())
    return Accumulated(parameter, zeroed, loss.item(), tuple(grads))


def _learnable(net: nn.Module, name: str) -> nn.Parameter:
    parameters = dict(net.named_parameters())
    if name not in parameters:
        raise ValueError(f"This network has no parameter {name!r}; it has {', '.join(parameters)}.")
    if not parameters[name].requires_grad:
        raise ValueError(
            f"{name} requires no gradient, so none arrives there. "
            "Turn it on with requires_grad_(True)."
        )
    return parameters[name]


@dataclass(frozen=True)
class LayerGradient:
    """How large the gradient of one weight tensor is: root of the mean square of its numbers."""

    name: str
    size: float


def gradient_sizes(loss: Tensor, net: nn.Module) -> tuple[LayerGradient, ...]:
    """The size of the gradient in every weight of `net`, in the order of its layers.

    Biases are left out; weights are the parameters of two dimensions or more. The graph is kept,
    and `.grad` is left as it was.

    Args:
        loss: One number, computed by `net`.
        net: The network.

    Raises:
        TypeError, ValueError: `loss` has no graph or is more than one number.

    Example:
        >>> net = nn.Linear(2, 1, bias=False)
        >>> [layer] = gradient_sizes(net(torch.tensor([[1.0, 7.0]])).sum(), net)
        >>> layer.size
        5.0
    """
    check_has_graph(loss, net)
    check_is_scalar(loss)
    weights = {n: p for n, p in net.named_parameters() if p.dim() > 1 and p.requires_grad}
    gradients = torch.autograd.grad(
        loss, list(weights.values()), retain_graph=True, materialize_grads=True
    )
    return tuple(
        LayerGradient(name, gradient.square().mean().sqrt().item())
        for name, gradient in zip(weights, gradients, strict=True)
    )
