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


@dataclass(frozen=True, eq=False)
class LossCurve:
    """A loss of `torch.nn` as a function of one number, an error or a score.

    Attributes:
        name: Its class: `L1Loss`.
        values: (N,), the number.
        losses: (N,), the loss at each.
    """

    name: str
    values: Tensor
    losses: Tensor


def error_curves(values: Tensor) -> tuple[LossCurve, ...]:
    """L1Loss, MSELoss and SmoothL1Loss of single errors, (N,)."""
    zeros = torch.zeros_like(values)
    criteria = (nn.L1Loss, nn.MSELoss, nn.SmoothL1Loss)
    return tuple(
        LossCurve(c.__name__, values, c(reduction="none")(values, zeros)) for c in criteria
    )


def score_curves(values: Tensor, classes: int = 10) -> tuple[LossCurve, ...]:
    """BCEWithLogitsLoss of scores whose answer is yes, and CrossEntropyLoss of the right score.

    Args:
        values: (N,), the score.
        classes: How many classes cross entropy has; the scores of the wrong ones are 0.

    Example:
        >>> [round(float(curve.losses), 4) for curve in score_curves(torch.tensor([0.0]))]
        [0.6931, 2.3026]
    """
    scores = torch.zeros(len(values), classes, dtype=values.dtype)
    scores[:, 0] = values
    labels = torch.zeros(len(values), dtype=torch.int64)
    losses = {
        nn.BCEWithLogitsLoss: (values, torch.ones_like(values)),
        nn.CrossEntropyLoss: (scores, labels),
    }
    return tuple(
        LossCurve(loss.__name__, values, loss(reduction="none")(*given))
        for loss, given in losses.items()
    )
