"""Losses term by term: squared errors, what broadcasting makes of them, and the usual losses."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class SquaredErrors:
    """Outputs and targets, number by number.

    Attributes:
        output: (n,), float64.
        target: (n,), float64.
    """

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
        TypeError: One of them is no tensor.
        ValueError: There is nothing to compare, or the shapes differ.

    Example:
        >>> found = squared_errors(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 1.0]))
        >>> found.squares.tolist(), found.mean
        ([1.0, 4.0], 2.5)
    """
    output, target = _detached(output, "output"), _detached(target, "target")
    if output.shape != target.shape:
        raise ValueError(_mismatch(output, target))
    if not output.numel():
        raise ValueError(f"There is nothing to compare in shape {tuple(output.shape)}.")
    return SquaredErrors(output.flatten(), target.flatten())


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every output against every target, as broadcasting pairs a column with a row.

    Attributes:
        output: (n,), the column.
        target: (n,), the row.
    """

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

    Args:
        output: (n, 1); left as it is.
        target: (n,).

    Raises:
        TypeError: One of them is no tensor.
        ValueError: They have other shapes.

    Example:
        >>> same = torch.tensor([1.0, 2.0])
        >>> pairs = pair_up(same.view(-1, 1), same)
        >>> pairs.mean, pairs.meant
        (0.5, 0.0)
    """
    output, target = _detached(output, "output"), _detached(target, "target")
    if target.dim() != 1 or not len(target) or output.shape != (len(target), 1):
        raise ValueError(
            "A column (n, 1) and a row (n,) are needed; "
            f"these are {tuple(output.shape)} and {tuple(target.shape)}."
        )
    return Pairs(output.flatten(), target)


@dataclass(frozen=True, eq=False)
class LossCurve:
    """A loss of `torch.nn` as a function of one number.

    Attributes:
        name: Its class: `L1Loss`.
        values: (N,), the number: an error, or a score.
        losses: (N,), the loss at each.
    """

    name: str
    values: Tensor
    losses: Tensor


def error_curves(values: Tensor) -> tuple[LossCurve, ...]:
    """L1Loss, MSELoss and SmoothL1Loss of a single error.

    Args:
        values: (N,), output − target.

    Example:
        >>> [float(curve.losses) for curve in error_curves(torch.tensor([-2.0]))]
        [2.0, 4.0, 1.5]
    """
    zeros = torch.zeros_like(values)
    criteria = (nn.L1Loss, nn.MSELoss, nn.SmoothL1Loss)
    return tuple(
        LossCurve(c.__name__, values, c(reduction="none")(values, zeros)) for c in criteria
    )


def score_curves(values: Tensor, classes: int = 10) -> tuple[LossCurve, ...]:
    """BCEWithLogitsLoss of one score whose answer is yes, and CrossEntropyLoss of the right score.

    Args:
        values: (N,), the score.
        classes: How many classes cross entropy has; the scores of the wrong ones are 0.

    Example:
        >>> [round(float(curve.losses), 4) for curve in score_curves(torch.tensor([0.0]))]
        [0.6931, 2.3026]
    """
    yes = torch.ones_like(values)
    scores = torch.zeros(len(values), classes, dtype=values.dtype)
    scores[:, 0] = values
    labels = torch.zeros(len(values), dtype=torch.int64)
    return (
        LossCurve("BCEWithLogitsLoss", values, nn.BCEWithLogitsLoss(reduction="none")(values, yes)),
        LossCurve(
            "CrossEntropyLoss", values, nn.CrossEntropyLoss(reduction="none")(scores, labels)
        ),
    )


def _detached(numbers: Tensor, what: str) -> Tensor:
    if not isinstance(numbers, Tensor):
        raise TypeError(f"The {what} is a tensor of numbers; this is {type(numbers).__name__}.")
    return numbers.detach().to(torch.float64, copy=True)


def _mismatch(output: Tensor, target: Tensor) -> str:
    shapes = f"output {tuple(output.shape)} and target {tuple(target.shape)}"
    if output.numel() != target.numel():
        return (
            f"Every output needs one target; {shapes} hold "
            f"{output.numel()} and {target.numel()} numbers."
        )
    return (
        f"Output and target need the same shape; these are {shapes}. "
        "target.view_as(output) gives the target the output's shape."
    )
