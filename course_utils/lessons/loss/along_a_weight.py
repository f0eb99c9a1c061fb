"""The loss along one weight: all else stays, one number takes many values."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from course_utils.network.neuron import Neuron


@dataclass(frozen=True, eq=False)
class Slice:
    """A loss as a function of one weight.

    Attributes:
        name: Which weight: `fc3.weight[3, 17]`.
        values: (N,): what the weight was set to.
        losses: (N,): the loss at each of them.
        present: The value the weight has.
        present_loss: The loss there.
    """

    name: str
    values: Tensor
    losses: Tensor
    present: float
    present_loss: float

    @property
    def lowest(self) -> tuple[float, float]:
        """The value with the smallest loss, and that loss."""
        at = int(self.losses.argmin())
        return float(self.values[at]), float(self.losses[at])


def weight_slice(
    net: nn.Module,
    images: Tensor,
    labels: Tensor,
    name: str,
    index: tuple[int, ...],
    values: Tensor,
) -> Slice:
    """Measure cross entropy while one weight of a network takes several values.

    Args:
        net: Takes `images`, returns (N, C) logits; left as it was, the values are tried on a copy.
        images: (N, …), as the network takes them.
        labels: (N,), whole numbers from 0 to C − 1.
        name: One of the names of `net.named_parameters()`.
        index: Place of the weight in that parameter.
        values: (M,), what to set it to.

    Raises:
        ValueError: There is no such parameter.

    Example:
        >>> net = nn.Linear(1, 2)
        >>> images, labels = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
        >>> values = torch.tensor([-1.0, 0.0, 1.0])
        >>> weight_slice(net, images, labels, "weight", (0, 0), values).lowest[0]
        1.0
    """
    parameters = dict(net.named_parameters())
    if name not in parameters:
        raise ValueError(f"No parameter is named {name!r}; there are {', '.join(parameters)}.")
    copy = parameters[name].detach().clone()
    present = float(copy[index])

    def loss_at(value: float) -> float:
        copy[index] = value
        with torch.no_grad():
            return float(F.cross_entropy(functional_call(net, {name: copy}, (images,)), labels))

    losses = torch.tensor([loss_at(value) for value in values.tolist()])
    place = ", ".join(map(str, index))
    return Slice(f"{name}[{place}]", values, losses, present, loss_at(present))


def neuron_slice(neuron: Neuron, values: Tensor) -> Slice:
    """Measure the neuron's loss while its weight w takes several values.

    Example:
        >>> neuron = Neuron(x=2.0, w=0.75, b=0.5, target=1.0)
        >>> neuron_slice(neuron, torch.tensor([0.0, 0.25, 0.5])).losses.tolist()
        [0.25, 0.0, 0.25]
    """
    losses = torch.tensor([replace(neuron, w=value).loss for value in values.tolist()])
    return Slice("w", values, losses, neuron.w, neuron.loss)
