"""One backward pass, watched: which gradient arrives where, in which order, how large."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from math import hypot

import torch
from torch import Tensor

from course_utils.lessons.backprop.graph import (
    Graph,
    Names,
    Node,
    autograd_graph,
    check_is_scalar,
    walk_functions,
)
from course_utils.network.refusal import Shape

__all__ = ["Arrival", "BackwardTrace", "Graph", "Node", "autograd_graph", "backward_trace"]


@dataclass(frozen=True)
class Arrival:
    """A gradient that has come to a node.

    Attributes:
        node: The node's place in the graph.
        shape: Of the gradient; of the first, where a node has several outputs.
        norm: Square root of the sum of all its squares.
        gradient: A copy of it, if the trace was asked to keep gradients.
    """

    node: int
    shape: Shape
    norm: float
    gradient: Tensor | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, repr=False)
class BackwardTrace:
    """What one backward pass did; a sequence of `Arrival` in the order of events.

    Attributes:
        loss: The number it started from.
        graph: The graph it went through.
        arrivals: One record for each node.
        changed: Names of the leaves whose values the pass has changed; compared bit by bit.
    """

    loss: float
    graph: Graph
    arrivals: tuple[Arrival, ...]
    changed: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.arrivals)

    def __iter__(self) -> Iterator[Arrival]:
        return iter(self.arrivals)

    def __getitem__(self, index):
        return self.arrivals[index]

    def __repr__(self) -> str:
        labels = [self.graph[arrival.node].label for arrival in self]
        shapes = [str(arrival.shape) for arrival in self]
        wide, broad = max(map(len, labels)), max(map(len, shapes))
        rows = zip(labels, shapes, self, strict=True)
        return "\n".join(
            f"{i:>3}  {label:<{wide}}  {shape:<{broad}}  {arrival.norm:.4f}"
            for i, (label, shape, arrival) in enumerate(rows, start=1)
        )


def backward_trace(loss: Tensor, net: Names = None, keep_gradients: bool = False) -> BackwardTrace:
    """Run `loss.backward()` and note every gradient as it arrives at its node.

    The pass is a rehearsal: afterwards the `.grad` of every leaf is what it was before, and the
    graph is kept, so that `loss.backward()` can still be called. Weights, mode and random state
    are not touched. Hooks of your own run as in any backward pass, and a tensor that was asked
    to `retain_grad()` receives its gradient.

    Args:
        loss: One number, with a graph that has not been freed. It may be NaN or infinite: then
            so are gradients behind it, and the record says which.
        net: A network or a dictionary of tensors, for the names of the leaves.
        keep_gradients: Also keep a copy of the gradient that arrives.

    Raises:
        TypeError: `loss` is no tensor.
        ValueError: It has no graph, is more than one number, or its graph has been freed.

    Example:
        >>> w = torch.tensor(3.0, requires_grad=True)
        >>> backward_trace((w - 1) ** 2, {"w": w})
          1  PowBackward0  ()  1.0000
          2  SubBackward0  ()  4.0000
          3  w ()          ()  4.0000
        >>> w.grad is None
        True
    """
    graph = autograd_graph(loss, net)
    check_is_scalar(loss)
    functions, _ = walk_functions(loss)
    leaves = {i: functions[i].variable for i in graph.leaves}
    before = {i: leaf.detach().clone() for i, leaf in leaves.items()}
    arrivals = _rehearse(loss, functions, list(leaves.values()), keep_gradients)
    changed = tuple(
        graph[i].label for i, leaf in leaves.items() if not _same_bits(before[i], leaf.detach())
    )
    return BackwardTrace(loss.item(), graph, tuple(arrivals), changed)


def _rehearse(loss: Tensor, functions: list, leaves: list[Tensor], keep: bool) -> list[Arrival]:
    arrivals: list[Arrival] = []

    def note(place: int, gradients: tuple[Tensor | None, ...]) -> None:
        came = [gradient.detach() for gradient in gradients if gradient is not None]
        if came:
            norm = hypot(*(_norm(gradient) for gradient in came))
            kept = came[0].clone() if keep else None
            arrivals.append(Arrival(place, tuple(came[0].shape), norm, kept))

    grads = [leaf.grad for leaf in leaves]
    hooks = [f.register_prehook(partial(note, i)) for i, f in enumerate(functions)]
    try:
        for leaf in leaves:
            leaf.grad = None
        loss.backward(retain_graph=True)
    except RuntimeError as error:
        if "backward through the graph a second time" in str(error):
            raise ValueError(_FREED) from error
        raise
    finally:
        for hook in hooks:
            hook.remove()
        for leaf, grad in zip(leaves, grads, strict=True):
            leaf.grad = grad
    return arrivals


_FREED = (
    "This graph has been freed by an earlier backward(). Compute the loss again, or call that "
    "backward() with retain_graph=True."
)


def _norm(gradient: Tensor) -> float:
    dense = gradient.to_dense() if gradient.layout != torch.strided else gradient
    return torch.linalg.vector_norm(dense).item()


def _same_bits(one: Tensor, other: Tensor) -> bool:
    return torch.equal(one, other) or torch.allclose(one, other, rtol=0, atol=0, equal_nan=True)
