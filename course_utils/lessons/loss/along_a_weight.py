"""The loss along one weight: all else stays, one number takes many values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from course_utils.lessons.loss.logits import WHOLE
from course_utils.network.neuron import Neuron


@dataclass(frozen=True, eq=False)
class Slice:
    """A loss as a function of one weight.

    Attributes:
        name: Which weight: `fc3.weight[3, 17]`.
        values: (N,), float64, ascending: what the weight was set to.
        losses: (N,), float64: the loss at each of them.
        present: The value the weight has.
        present_loss: The loss there.
    """

    name: str
    values: Tensor
    losses: Tensor
    present: float
    present_loss: float

    @property
    def lowest(self) -> tuple[float, float] | None:
        """The value with the smallest finite loss, and that loss; None if no loss is finite."""
        finite = self.losses.isfinite()
        if not finite.any():
            return None
        at = int(self.losses[finite].argmin())
        return float(self.values[finite][at]), float(self.losses[finite][at])


def weight_slice(
    net: nn.Module,
    images: Tensor,
    labels: Tensor,
    name: str,
    index: int | tuple[int, ...],
    values: Iterable[float],
) -> Slice:
    """Measure cross entropy while one weight of a network takes several values.

    Args:
        net: Takes `images`, returns (N, C) logits. Its weights, gradients, buffers and mode and
            the random state are left as they were: the values are tried on a copy.
        images: (N, …), as the network takes them.
        labels: (N,), whole numbers from 0 to C − 1.
        name: One of the names of `net.named_parameters()`.
        index: Place of the weight in that parameter.
        values: What to set it to, at least two finite numbers; sorted.

    Raises:
        TypeError: The labels are no tensor of whole numbers.
        ValueError: There is no such parameter, no such place, no such class, or the shapes of
            labels, scores or values do not fit.

    Example:
        >>> net = nn.Linear(1, 2)
        >>> images, labels = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
        >>> weight_slice(net, images, labels, "weight", (0, 0), [-1.0, 0.0, 1.0]).lowest[0]
        1.0
    """
    parameters = dict(net.named_parameters())
    if name not in parameters:
        raise ValueError(f"No parameter is named {name!r}; there are {', '.join(parameters)}.")
    index = index if isinstance(index, tuple) else (index,)
    copy = parameters[name].detach().clone()
    _check_place(name, copy, index)
    values = _checked_values(values)
    present = float(copy[index])

    def scores_at(value: float) -> Tensor:
        copy[index] = value
        buffers = {own: buffer.clone() for own, buffer in net.named_buffers()}
        # The same random numbers for every value, and none of them taken from the reader.
        with torch.no_grad(), torch.random.fork_rng(devices=range(torch.cuda.device_count())):
            return functional_call(net, {**buffers, name: copy}, (images,))

    labels = checked_labels(labels, scores_at(present))

    def loss_at(value: float) -> float:
        return float(F.cross_entropy(scores_at(value), labels))

    losses = torch.tensor([loss_at(value) for value in values.tolist()], dtype=torch.float64)
    present_loss = loss_at(present)
    place = ", ".join(map(str, index))
    return Slice(f"{name}[{place}]" if place else name, values, losses, present, present_loss)


def neuron_slice(neuron: Neuron, values: Iterable[float]) -> Slice:
    """Measure the neuron's loss while its weight w takes several values.

    Example:
        >>> neuron_slice(Neuron(), [0.0, 0.25, 0.5]).losses.tolist()
        [0.25, 0.0, 0.25]
    """
    values = _checked_values(values)
    losses = [replace(neuron, w=value).loss for value in values.tolist()]
    return Slice("w", values, torch.tensor(losses, dtype=values.dtype), neuron.w, neuron.loss)


def checked_labels(labels: Tensor, scores: Tensor) -> Tensor:
    """The labels as int64, if there is one for each row of `scores` and each is a class.

    Raises:
        TypeError: They are no tensor of whole numbers.
        ValueError: The shapes do not fit, or a label is no class.
    """
    if not isinstance(labels, Tensor) or labels.dtype not in WHOLE:
        kind = labels.dtype if isinstance(labels, Tensor) else type(labels).__name__
        raise TypeError(
            f"Labels are a tensor of whole numbers, one class for each image; these are {kind}. "
            "labels.long() makes floats whole."
        )
    if scores.dim() != 2 or labels.shape != scores.shape[:1]:
        raise ValueError(
            "Scores (N, C) go with labels (N,); "
            f"these are {tuple(scores.shape)} and {tuple(labels.shape)}."
        )
    classes = scores.shape[1]
    wrong = labels[(labels < 0) | (labels >= classes)]
    if len(wrong):
        raise ValueError(
            f"{classes} scores belong to the classes 0 to {classes - 1}; "
            f"a label is {int(wrong[0])}."
        )
    return labels.long()


def _check_place(name: str, parameter: Tensor, index: tuple[int, ...]) -> None:
    sizes = tuple(parameter.shape)
    inside = all(0 <= i < size for i, size in zip(index, sizes, strict=False))
    if len(index) != len(sizes) or not inside:
        raise ValueError(f"{name} has shape {sizes}; it has no place {list(index)}.")


def _checked_values(values: Iterable[float]) -> Tensor:
    found = torch.as_tensor(list(values), dtype=torch.float64).sort().values
    if found.dim() != 1 or len(found) < 2 or not found.isfinite().all():
        raise ValueError(f"A slice needs at least two finite values; these are {values!r:.60}.")
    return found
