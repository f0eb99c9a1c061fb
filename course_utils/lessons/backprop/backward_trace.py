"""One backward pass, watched: which gradient arrives where, in which order, how large."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import hypot

import torch
from torch import Tensor

from course_utils.lessons.backprop.graph import Graph, Names, autograd_graph, walk_functions
from course_utils.network.refusal import Shape


@dataclass(frozen=True)
class Arrival:
    """A gradient that has come to a node.

    Attributes:
        node: The node's place in the graph.
        shape: Of the gradient; of the first, where a node has several outputs.
        norm: Square root of the sum of all its squares.
    """

    node: int
    shape: Shape
    norm: float


@dataclass(frozen=True)
class BackwardTrace:
    """What one backward pass did; a sequence of `Arrival` in the order of events."""

    graph: Graph
    arrivals: tuple[Arrival, ...]

    def __len__(self) -> int:
        return len(self.arrivals)

    def __iter__(self) -> Iterator[Arrival]:
        return iter(self.arrivals)

    def __getitem__(self, index):
        return self.arrivals[index]


def backward_trace(loss: Tensor, net: Names = None) -> BackwardTrace:
    """Run `loss.backward()` and note every gradient as it arrives at its node.

    Afterwards the `.grad` of every leaf is what it was before, and the graph is kept, so that
    `loss.backward()` can still be called. Hooks of your own run as in any backward pass.

    Args:
        loss: One number, with a graph that has not been freed.
        net: A network or a dictionary of tensors, for the names of the leaves.

    Raises:
        ValueError: It has no graph.
        RuntimeError: PyTorch's own: it is more than one number, or its graph has been freed.

    Example:
        >>> w = torch.tensor(3.0, requires_grad=True)
        >>> trace = backward_trace((w - 1) ** 2, {"w": w})
        >>> [(trace.graph[arrival.node].label, arrival.norm) for arrival in trace]
        [('PowBackward0', 1.0), ('SubBackward0', 4.0), ('w ()', 4.0)]
        >>> w.grad is None
        True
    """
    graph = autograd_graph(loss, net)
    functions, _ = walk_functions(loss)
    arrivals: list[Arrival] = []
    leaves = [functions[i].variable for i in graph.leaves]
    grads = [leaf.grad for leaf in leaves]
    hooks = [f.register_prehook(partial(_note, arrivals, i)) for i, f in enumerate(functions)]
    try:
        for leaf in leaves:
            leaf.grad = None
        loss.backward(retain_graph=True)
    finally:
        for hook in hooks:
            hook.remove()
        for leaf, grad in zip(leaves, grads, strict=True):
            leaf.grad = grad
    return BackwardTrace(graph, tuple(arrivals))


def _note(arrivals: list[Arrival], place: int, gradients: tuple[Tensor | None, ...]) -> None:
    came = [gradient.detach() for gradient in gradients if gradient is not None]
    if came:
        norm = hypot(*(torch.linalg.vector_norm(gradient).item() for gradient in came))
        arrivals.append(Arrival(place, tuple(came[0].shape), norm))
