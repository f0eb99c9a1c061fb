"""What `accumulated` watches: what a call changes, and how many images are in memory at once."""

import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from typing import ClassVar

import torch
from torch import Tensor, nn

from course_utils.checks.calls import call
from course_utils.checks.convert import NotYet


class Layers(nn.Module):
    """A small network that notes how many images it is shown, in a list for it and its copies."""

    within = (2, 2, 2)  # the shape of an image in the tanh, whose result a graph keeps once
    shown: ClassVar[list[int]] = []

    def __init__(self):
        super().__init__()
        self.first = nn.Parameter(torch.randn(16, 8) / 4)
        self.second = nn.Parameter(torch.randn(8, 3) / 3)

    def forward(self, x):
        self.shown.append(len(x))
        x = torch.tanh((x.flatten(1) @ self.first).view(-1, *self.within))
        return x.flatten(1) @ self.second


def gradients_after(
    in_pieces: Callable,
    net: nn.Module,
    criterion: nn.Module,
    images: Tensor,
    target: Tensor,
    size: int,
    old: float | None,
) -> list[Tensor | None]:
    """Every `.grad` that the learner's call leaves in a copy of the network.

    Before the call every number of every gradient is `old`, or there is none. Raises `NotYet`
    where something else is changed too.
    """
    net, images, target = deepcopy(net), images.clone(), target.clone()
    for parameter in net.parameters():
        parameter.grad = None if old is None else torch.full_like(parameter, old)
    before = _state(net, criterion, images, target)
    try:
        call(lambda: in_pieces(net, criterion, images, target, size))
    except AttributeError as error:
        if old is None and "NoneType" in str(error):
            error.args = (f"{error}, where every `.grad` is None before the call",)
        raise
    after = _state(net, criterion, images, target)
    if changed := [what for what in before if before[what] != after[what]]:
        raise NotYet("more_changed", f"After the call, {changed[0]}; only `.grad` is to be filled.")
    return [parameter.grad for parameter in net.parameters()]


def _state(net: nn.Module, criterion: nn.Module, images: Tensor, target: Tensor) -> dict[str, list]:
    """What a backward pass leaves alone, under the words that say that it is changed."""
    return {
        "the weights are others": [tensor.tolist() for tensor in net.state_dict().values()],
        "the mode, `train` or `eval`, is another": [module.training for module in net.modules()],
        "`requires_grad` is another": [parameter.requires_grad for parameter in net.parameters()],
        "the criterion is another": [criterion.training, criterion.reduction],
        "the images are others": [images.requires_grad, images.tolist()],
        "the target is another": [target.tolist()],
    }


class _Kept:
    """What a graph keeps of a tensor for `backward()`; gone as soon as the graph lets it go."""

    def __init__(self, tensor: Tensor):
        self.tensor = tensor.detach()  # with its history, the graph would keep itself


@contextmanager
def watch_graphs(shape: tuple[int, ...]) -> Generator[list[int]]:
    """List how many images are kept in graphs at one time, each time that a tensor is added.

    Args:
        shape: One image's, in a tensor (N, *shape) that every graph keeps once.

    Example:
        >>> images = torch.ones(3, 2, requires_grad=True)
        >>> with watch_graphs((2,)) as kept:
        ...     losses = [images.exp().sum(), images.exp().sum()]
        >>> kept
        [3, 6]
    """
    counts: list[int] = []
    alive: weakref.WeakSet[_Kept] = weakref.WeakSet()

    def keep(tensor: Tensor) -> _Kept:
        alive.add(one := _Kept(tensor))
        of_images = [len(other.tensor) for other in alive if other.tensor.shape[1:] == shape]
        counts.append(sum(of_images))
        return one

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda one: one.tensor):
        yield counts
