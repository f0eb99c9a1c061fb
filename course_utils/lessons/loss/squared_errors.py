"""Losses term by term: squared errors, what broadcasting makes of them, and the usual losses."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class SquaredErrors:
    """Outputs and targets, (n,) each, number by number."""

    output: Tensor
    target: Tensor

    @property
    def errors(self) -> Tensor:
        """(n,), output − target."""
        return self.output - self.target

    @property
    def squares(self) -> Tensor:
        """(n,), the errors squared."""
        return self.errors**2

    @property
    def mean(self) -> float:
        """The mean squared error."""
        return float(self.squares.mean())


def squared_errors(output: Tensor, target: Tensor) -> SquaredErrors:
    """Compare outputs with targets of the same shape, number by number.

    Args:
        output: Any shape; left as it is, no gradient is recorded.
        target: The same shape.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> found = squared_errors(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 1.0]))
        >>> found.squares.tolist(), found.mean
        ([1.0, 4.0], 2.5)
    """
    if output.shape != target.shape:
        raise ValueError(
            f"Output and target need the same shape; these are {tuple(output.shape)} and "
            f"{tuple(target.shape)}. target.view_as(output) gives the target the output's shape."
        )
    return SquaredErrors(output.detach().flatten(), target.detach().flatten())


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every output against every target, (n,) each, as broadcasting pairs a column with a row."""

    output: Tensor
    target: Tensor

    @property
    def squares(self) -> Tensor:
        """(n, n), the squared difference of output i and target j."""
        return (self.output.unsqueeze(1) - self.target) ** 2

    @property
    def mean(self) -> float:
        """The mean of all n·n squares: what is computed."""
        return float(self.squares.mean())

    @property
    def meant(self) -> float:
        """The mean of the n squares on the diagonal: what was meant."""
        return float(self.squares.diagonal().mean())


def pair_up(output: Tensor, target: Tensor) -> Pairs:
    """What PyTorch makes of outputs (n, 1) and targets (n,).

    Raises:
        ValueError: They have other shapes.

    Example:
        >>> same = torch.tensor([1.0, 2.0])
        >>> pairs = pair_up(same.view(-1, 1), same)
        >>> pairs.mean, pairs.meant
        (0.5, 0.0)
    """
    if target.dim() != 1 or output.shape != (len(target), 1):
        raise ValueError(
            "A column (n, 1) and a row (n,) are needed; "
            f"these are {tuple(output.shape)} and {tuple(target.shape)}."
        )
    return Pairs(output.detach().flatten(), target.detach())


def error_losses(errors: Tensor) -> dict[str, Tensor]:
    """What three losses charge for each of some errors (N,), by the name of the loss."""
    zeros = torch.zeros_like(errors)
    criteria = (nn.L1Loss, nn.MSELoss, nn.SmoothL1Loss)
    return {loss.__name__: loss(reduction="none")(errors, zeros) for loss in criteria}


def score_losses(scores: Tensor, classes: int = 10) -> dict[str, Tensor]:
    """What two losses charge for each of some scores (N,) of the right answer, by name.

    Args:
        scores: For binary cross entropy that of the answer yes.
        classes: How many classes cross entropy has; the scores of the wrong ones are 0.

    Example:
        >>> [round(float(loss), 4) for loss in score_losses(torch.tensor([0.0])).values()]
        [0.6931, 2.3026]
    """
    rows = torch.zeros(len(scores), classes, dtype=scores.dtype)
    rows[:, 0] = scores
    labels = torch.zeros(len(scores), dtype=torch.int64)
    yes = torch.ones_like(scores)
    return {
        "BCEWithLogitsLoss": nn.BCEWithLogitsLoss(reduction="none")(scores, yes),
        "CrossEntropyLoss": nn.CrossEntropyLoss(reduction="none")(rows, labels),
    }
