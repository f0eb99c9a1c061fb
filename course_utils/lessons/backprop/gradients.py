"""Gradients examined: do they add up, and how large are they in each layer?"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Accumulated:
    """What stood in `conv1.bias.grad` after one call of `backward()`, two calls, …

    Attributes:
        zeroed: Whether `zero_grad()` was called before each call.
        grads: (6,) after each call.
    """

    zeroed: bool
    grads: tuple[Tensor, ...]


def accumulate(
    net: nn.Module, images: Tensor, labels: Tensor, calls: int, zeroed: bool
) -> Accumulated:
    """Call forward and `backward()` several times on the same images, without any update.

    All of it happens on a copy: `net` and its gradients are left as they were.

    Args:
        net: A network with a `conv1`.
        images, labels: What the network is given, and what cross entropy compares with.
        calls: How many times, at least once.
        zeroed: Call `zero_grad()` before each call.
    """
    twin: nn.Module = copy.deepcopy(net)
    twin.zero_grad()
    grads = []
    for _ in range(calls):
        if zeroed:
            twin.zero_grad()
        nn.functional.cross_entropy(twin(images), labels).backward()
        grad = twin.get_parameter("conv1.bias").grad
        grads += [] if grad is None else [grad.clone()]
    return Accumulated(zeroed, tuple(grads))


@dataclass(frozen=True)
class LayerSizes:
    """The size of two gradients in every linear layer, from the first layer to the last.

    A size is that of a typical number: the root of the mean of the squares.

    Attributes:
        outputs: Of the gradient that arrives at the layer's output: it travels back.
        weights: Of the gradient of the layer's weight: it stays there.
    """

    outputs: tuple[float, ...]
    weights: tuple[float, ...]


def gradient_sizes(net: nn.Module, images: Tensor, labels: Tensor) -> LayerSizes:
    """The sizes of the gradients in a network's linear layers, for cross entropy.

    Example:
        >>> sizes = gradient_sizes(nn.Linear(2, 2), torch.tensor([[3.0, 3.0]]), torch.tensor([0]))
        >>> round(sizes.weights[0] / sizes.outputs[0], 4)
        3.0
    """
    outputs: list[Tensor] = []
    layers = [layer for layer in net.modules() if isinstance(layer, nn.Linear)]
    hooks = [
        layer.register_forward_hook(lambda layer, inputs, output: outputs.append(output))
        for layer in layers
    ]
    loss = nn.functional.cross_entropy(net(images), labels)
    for hook in hooks:
        hook.remove()
    weights = [layer.weight for layer in layers]
    sizes = [g.square().mean().sqrt().item() for g in torch.autograd.grad(loss, outputs + weights)]
    return LayerSizes(tuple(sizes[: len(layers)]), tuple(sizes[len(layers) :]))
