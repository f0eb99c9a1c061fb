"""One moment of a training: the kernels, what is taken for what, and one digit in every layer."""

from dataclasses import dataclass

from torch import Tensor, nn

from course_utils.lessons.train.evaluation import Evaluation
from course_utils.lessons.train.training import History
from course_utils.network.lenet import lenet_names
from course_utils.network.trace import trace

Layers = tuple[tuple[str, Tensor], ...]


@dataclass(frozen=True, eq=False)
class Moment:
    """A training after some epochs, and one image in the network of that moment.

    Attributes:
        number: How many epochs are done.
        total: Of how many.
        evaluation: The network's answers to digits that it does not train on.
        kernels: (6, 5, 5), the weights of conv1.
        moved: How far the weight of conv1 that has moved furthest is from where it began.
        image: (32, 32).
        label: What it shows.
        layers: Name and values of C1, S2, C3, S4, F5, F6 and OUTPUT for the image.
        probabilities: (10,), the softmax of the scores.
    """

    number: int
    total: int
    evaluation: Evaluation
    kernels: Tensor
    moved: float
    image: Tensor
    label: int
    layers: Layers
    probabilities: Tensor


def moment(
    history: History, number: int, evaluation: Evaluation, image: Tensor, label: int
) -> Moment:
    """What a training had made of the lesson's `Net` after `number` epochs.

    Args:
        history: Of a `Net`.
        number: From 0 to the recipe's epochs.
        evaluation: Of the network of that moment.
        image: (1, 32, 32).
        label: What it shows.
    """
    layers = layers_of(history.net(number), image)
    kernels, first = (history.weights[n]["conv1.weight"][:, 0] for n in (number, 0))
    return Moment(
        number=number,
        total=history.epochs,
        evaluation=evaluation,
        kernels=kernels,
        moved=float((kernels - first).abs().max()),
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
