"""How well a network reads images: loss, accuracy, confusions, and what a shift does."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.lessons.train.shifts import shift
from course_utils.network.digits import Digits

AT_ONCE = 64  # images in one forward pass; more take longer, for the memory they need


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's answers to labelled images.

    Attributes:
        labels: (N,), what the images show.
        probabilities: (N, C), the softmax of the network's scores.
        loss: The mean cross entropy.
    """

    labels: Tensor
    probabilities: Tensor
    loss: float

    @property
    def answers(self) -> Tensor:
        """(N,), for each image the class with the highest probability."""
        return self.probabilities.argmax(dim=1)

    @property
    def right(self) -> int:
        """How many answers are right."""
        return int((self.answers == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """The share of right answers, from 0 to 1."""
        return self.right / len(self.labels)

    @property
    def confusion(self) -> Tensor:
        """(C, C), whole numbers: row the class shown, column the answer."""
        classes = self.probabilities.shape[1]
        cells = self.labels * classes + self.answers
        return cells.bincount(minlength=classes**2).view(classes, classes)

    @property
    def mistakes(self) -> Tensor:
        """(M,), positions of the wrong answers, the most confident first."""
        wrong = (self.answers != self.labels).nonzero()[:, 0]
        confidence = self.probabilities[wrong].amax(dim=1)
        return wrong[confidence.argsort(descending=True, stable=True)]


def evaluate_net(net: nn.Module, digits: Digits) -> Evaluation:
    """Let `net` answer, in evaluation mode and without recording for autograd.

    Args:
        net: Takes (N, 1, H, W), returns (N, C) scores. Its mode is put back; weights and
            gradients are not touched.
        digits: At least one.
    """
    images, labels = digits.images, digits.labels
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        with torch.no_grad():
            scores = torch.cat([net(some) for some in images.split(AT_ONCE)])
    finally:
        for module, mode in modes.items():
            module.training = mode
    return Evaluation(labels, scores.softmax(dim=1), F.cross_entropy(scores, labels).item())


def accuracy_by_shift(
    net: nn.Module, digits: Digits, distances: Sequence[int]
) -> tuple[float, ...]:
    """The accuracy when every image is moved by so many pixels.

    For each distance the mean over four directions: right, left, down, up.

    Args:
        net: As for `evaluate_net`.
        digits: Left as they are.
        distances: In pixels; 0 leaves the images as they are.
    """

    def accuracy_at(distance: int) -> float:
        ways = {(distance, 0), (-distance, 0), (0, distance), (0, -distance)}
        moved = [Digits(shift(digits.images, *way), digits.labels) for way in ways]
        return sum(evaluate_net(net, some).accuracy for some in moved) / len(moved)

    return tuple(map(accuracy_at, distances))
