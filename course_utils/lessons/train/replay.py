"""One moment of a training: the kernels, what is taken for what, and one digit in every layer."""

from dataclasses import dataclass

from torch import Tensor, nn

from course_utils.lessons.train.training import Epoch, History
from course_utils.network.lenet import lenet_names
from course_utils.network.trace import trace

Layers = tuple[tuple[str, Tensor], ...]


@dataclass(frozen=True, eq=False)
class Moment:
    """A training after some epochs, and one image in the network of that moment.

    Attributes:
        history: The whole training.
        epoch: The entry of this moment.
        image: (32, 32).
        label: What it shows.
        layers: Name and values of C1, S2, C3, S4, F5, F6 and OUTPUT for the image.
        probabilities: (10,), the softmax of the scores.
    """

    history: History
    epoch: Epoch
    image: Tensor
    label: int
    layers: Layers
    probabilities: Tensor

    @property
    def kernels(self) -> Tensor:
        """(6, 5, 5), the weights of conv1."""
        return self.epoch.weights["conv1.weight"][:, 0]

    @property
    def moved(self) -> float:
        """How far the weight of conv1 that has moved furthest is from where it began."""
        start = self.history.epochs[0].weights["conv1.weight"][:, 0]
        return float((self.kernels - start).abs().max())


def moment(history: History, number: int, image: Tensor, label: int) -> Moment:
    """What a training had made of the lesson's `Net` after `number` epochs.

    Args:
        history: Of a `Net`.
        number: From 0 to the recipe's epochs.
        image: (1, 32, 32).
        label: What it shows.
    """
    layers = layers_of(history.net(number), image)
    return Moment(
        history=history,
        epoch=history.epochs[number],
        image=image[0],
        label=int(label),
        layers=layers,
        probabilities=layers[-1][1].softmax(dim=0),
    )


def layers_of(net: nn.Module, image: Tensor) -> Layers:
    """LeNet's layers after their ReLU, by name, for one image of shape (1, 32, 32)."""
    kind = next(net.parameters()).dtype
    passed = trace(net, image.unsqueeze(0).to(kind), keep_outputs=True)
    shown = []
    for i, name in enumerate(lenet_names(passed)):
        if name:
            relu = i + 1 < len(passed) and passed[i + 1].operation == "relu"
            shown.append((name, passed[i + relu].output[0]))
    return tuple(shown)
