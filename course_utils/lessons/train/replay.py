"""One moment of a training: the kernels, what is taken for what, and one digit in every layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
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
        evaluations: After each epoch, the first from before training, the network's answers to
            digits that it does not train on.
        kernels: (2, 6, 5, 5), the weights of conv1 before training and now.
        label: What the image shows.
        answer: What the image is read as, if some image with this label is.
        image: (32, 32).
        layers: Name and values of C1, S2, C3, S4, F5, F6 and OUTPUT for the image.
    """

    number: int
    evaluations: Sequence[Evaluation]
    kernels: Tensor
    label: int
    answer: int
    image: Tensor
    layers: Layers

    @property
    def evaluation(self) -> Evaluation:
        return self.evaluations[self.number]

    @property
    def times(self) -> int:
        """How often the label is read as the answer."""
        return int(self.evaluation.confusion[self.label, self.answer])


def moment(
    history: History,
    evaluations: Sequence[Evaluation],
    images: Tensor,
    number: int,
    label: int,
    answer: int,
) -> Moment:
    """What a training of the lesson's `Net` had come to, and the first image with a given answer.

    Args:
        history: The training.
        evaluations: Of `images`, after each epoch, the first from before training.
        images: (N, 1, 32, 32).
        number: How many epochs are done.
        label: What the image shows.
        answer: What it is read as; if none is, it is the first image with that label.
    """
    found = evaluations[number]
    shown = found.labels == label
    read = shown & (found.answers == answer)
    image = images[(read if read.any() else shown).nonzero()[0, 0]]
    kernels = torch.stack([history.weights[n]["conv1.weight"][:, 0] for n in (0, number)])
    layers = layers_of(history.net(number), image)
    return Moment(number, evaluations, kernels, label, answer, image[0], layers)


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
