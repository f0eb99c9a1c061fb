"""The graph that a forward pass builds, read from `grad_fn` as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from course_utils.network.refusal import Shape

Names = nn.Module | Mapping[str, Tensor] | None


@dataclass(frozen=True)
class Node:
    """One function of the graph, which turns the gradient that arrives into those it sends on.

    Attributes:
        name: As PyTorch says it, `AddmmBackward0`, but without a namespace: `AccumulateGrad`.
        parameter: For a leaf that was given a name, this name; several joined by " = " where
            layers share it.
        shape: For a leaf, the shape of its tensor and of its gradient; else None.
    """

    name: str
    parameter: str | None = None
    shape: Shape | None = None

    @property
    def is_leaf(self) -> bool:
        """Whether a gradient ends here, in the `.grad` of a tensor."""
        return self.shape is not None

    @property
    def label(self) -> str:
        """`conv1.bias (6,)` for a leaf, `AddmmBackward0` for an operation."""
        return f"{self.parameter or 'tensor'} {self.shape}" if self.is_leaf else self.name


@dataclass(frozen=True, repr=False)
class Graph:
    """The functions behind a loss; a sequence of `Node` whose first is the loss's own.

    Attributes:
        nodes: Each function once, in an order in which every edge leads to a later one.
        edges: Pairs of places in `nodes`, from the loss towards the leaves, those of one node
            in the order of its `next_functions`.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]

    @property
    def leaves(self) -> tuple[int, ...]:
        """The places of the leaves."""
        return tuple(i for i, node in enumerate(self.nodes) if node.is_leaf)

    def following(self) -> list[list[int]]:
        """For each node, where its edges lead."""
        lists: list[list[int]] = [[] for _ in self.nodes]
        for start, end in self.edges:
            lists[start].append(end)
        return lists

    def longest_path(self) -> tuple[int, ...]:
        """The longest path from the loss through operations alone; of equals, the first found."""
        following = self.following()
        steps = [1] * len(self.nodes)
        onward: list[int | None] = [None] * len(self.nodes)
        for i in reversed(range(len(self.nodes))):
            for j in following[i]:
                if not self.nodes[j].is_leaf and steps[j] >= steps[i]:
                    steps[i], onward[i] = steps[j] + 1, j
        path, at = [], 0
        while at is not None:
            path.append(at)
            at = onward[at]
        return tuple(path)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, place):
        return self.nodes[place]

    def __repr__(self) -> str:
        width = max(len(node.label) for node in self.nodes)
        lines = []
        for i, (node, ends) in enumerate(zip(self.nodes, self.following(), strict=True)):
            arrow = f"→ {', '.join(map(str, ends))}" if ends else ""
            lines.append(f"{i:>3}  {node.label:<{width}}  {arrow}".rstrip())
        return "\n".join(lines)


def autograd_graph(loss: Tensor, net: Names = None) -> Graph:
    """Walk from `loss` along `grad_fn` and `next_functions` to the leaves; nothing is computed.

    Args:
        loss: A tensor of any shape, computed from others that require a gradient.
        net: A network or a dictionary of tensors, for the names of the leaves. A leaf that is
            in neither is named by its shape alone.

    Raises:
        ValueError: It has no `grad_fn`.

    Example:
        >>> import torch
        >>> w, b = torch.tensor(0.75, requires_grad=True), torch.tensor(0.5, requires_grad=True)
        >>> autograd_graph((w * 2 + b).relu(), {"w": w, "b": b})
          0  ReluBackward0  → 1
          1  AddBackward0   → 2, 3
          2  MulBackward0   → 4
          3  b ()
          4  w ()
    """
    functions, edges = walk_functions(loss)
    names = _names(net)
    return Graph(tuple(_node(function, names) for function in functions), tuple(edges))


def walk_functions(loss: Tensor) -> tuple[list, list[tuple[int, int]]]:
    """PyTorch's own nodes behind `loss`, each once and after all that lead to it, with edges."""
    _require_graph(loss)
    leads_to = {loss.grad_fn: []}
    awaited = {loss.grad_fn: 0}
    found = [loss.grad_fn]
    for function in found:  # the list grows on the way
        leads_to[function] = ends = [end for end, _ in function.next_functions if end is not None]
        for end in ends:
            if end in awaited:
                awaited[end] += 1
            else:
                awaited[end] = 1
                found.append(end)
    functions = _sorted(leads_to, awaited)
    place = {function: i for i, function in enumerate(functions)}
    edges = [(i, place[end]) for i, function in enumerate(functions) for end in leads_to[function]]
    return functions, edges


def _sorted(leads_to: dict, awaited: dict) -> list:
    """Each function after all that lead to it; among those that are free, the first found first."""
    order = [next(iter(leads_to))]
    for function in order:  # this list grows too
        for end in leads_to[function]:
            awaited[end] -= 1
            if not awaited[end]:
                order.append(end)
    return order


def _node(function, names: dict[Tensor, str]) -> Node:
    variable = getattr(function, "variable", None)
    name = function.name().rpartition("::")[2]
    if variable is None:
        return Node(name)
    return Node(name, names.get(variable), tuple(variable.shape))


def _names(net: Names) -> dict[Tensor, str]:
    """Names by tensor; a tensor that has several bears them all."""
    if isinstance(net, nn.Module):
        pairs = net.named_parameters(remove_duplicate=False)
    else:
        pairs = (net or {}).items()
    names: dict[Tensor, str] = {}
    for name, tensor in pairs:
        names[tensor] = f"{names[tensor]} = {name}" if tensor in names else name
    return names


def _require_graph(loss: Tensor) -> None:
    if loss.grad_fn is None:
        raise ValueError(
            "There is no graph behind this tensor: it was not computed, or not from anything that "
            "requires a gradient, or under torch.no_grad(), or it was detached."
        )
