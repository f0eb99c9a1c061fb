"""How well a network reads images: loss, accuracy, confusions, and what a shift does."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.lessons.train.shifts import shift

AT_ONCE = 128  # images in one forward pass; more take longer, for the memory they need


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


def evaluate_net(net: nn.Module, images: Tensor, labels: Tensor) -> Evaluation:
    """Let `net` answer, in evaluation mode and without recording for autograd.

    Args:
        net: Takes (N, 1, H, W), returns (N, C) scores. Its mode is put back; weights and
            gradients are not touched.
        images: (N, 1, H, W), at least one.
        labels: (N,), int64 from 0 to C − 1.

    Raises:
        ValueError: There is no image, not one label an image, or a label with no score.
    """
    if not len(images) or len(images) != len(labels):
        raise ValueError(
            "To evaluate_net, give at least one image and as many labels as images; "
            f"these are {len(images)} and {len(labels)}."
        )
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        with torch.no_grad():
            scores = torch.cat([net(some) for some in images.split(AT_ONCE)])
    finally:
        for module, mode in modes.items():
            module.training = mode
    if labels.min() < 0 or labels.max() >= scores.shape[1]:
        raise ValueError(
            f"The network has scores for 0 to {scores.shape[1] - 1}; "
            f"the labels go from {labels.min()} to {labels.max()}."
        )
    return Evaluation(labels, scores.softmax(dim=1), F.cross_entropy(scores, labels).item())


def accuracy_by_shift(
    net: nn.Module, images: Tensor, labels: Tensor, distances: Sequence[int]
) -> tuple[float, ...]:
    """The accuracy when every image is moved by so many pixels.

    For each distance the mean over four directions: right, left, down, up.

    Args:
        net: As for `evaluate_net`.
        images: (N, 1, H, W).
        labels: (N,).
        distances: In pixels; 0 leaves the images as they are.
    """
    found = []
    for distance in distances:
        ways = ((1, 0), (-1, 0), (0, 1), (0, -1)) if distance else ((0, 0),)
        seen = [
            evaluate_net(net, shift(images, distance * x, distance * y), labels).accuracy
            for x, y in ways
        ]
        found.append(sum(seen) / len(seen))
    return tuple(found)
