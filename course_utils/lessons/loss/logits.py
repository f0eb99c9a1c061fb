"""Ten scores of an image, one of them pushed, and what two losses make of them.

A logit is a score that has not been through softmax. Cross entropy of logits z for the right
class y is log Σ exp(z) − z[y], which is −log softmax(z)[y]: C. M. Bishop, "Pattern Recognition and
Machine Learning", Springer, 2006, section 4.3.4, page 209.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Mix:
    """The scores of one image, one of them pushed to a value, and the losses they give.

    Attributes:
        logits: (C,), float64, the pushed one included.
        label: The right class.
        pushed: The class whose logit was pushed.
        softmax_first: Whether the losses are given softmax(logits) in place of the logits.
        values: (N,), values of the pushed logit, for the curves.
    """

    logits: Tensor
    label: int
    pushed: int
    softmax_first: bool
    values: Tensor

    @property
    def value(self) -> float:
        """Where the pushed logit stands."""
        return float(self.logits[self.pushed])

    @property
    def answer(self) -> int:
        """The class with the highest score; softmax keeps the order."""
        return int(self.logits.argmax())

    @cached_property
    def given(self) -> Tensor:
        """(C,), what the losses are given: the logits, or their softmax."""
        return self.logits.softmax(0) if self.softmax_first else self.logits

    @cached_property
    def shares(self) -> Tensor:
        """(C,), the probabilities that cross entropy makes of what it is given."""
        return self.given.softmax(0)

    @property
    def cross_entropy(self) -> float:
        """−log of the right class's probability."""
        return float(_cross_entropy(self.given, self.label))

    @property
    def mse(self) -> float:
        """The mean squared difference from 1 for the right class and 0 for the others."""
        return float(_mse(self.given, self.label))

    @property
    def slope(self) -> float:
        """How much cross entropy changes for each unit that the pushed logit is raised."""
        by_given = self.shares - F.one_hot(torch.tensor(self.label), len(self.logits))
        if not self.softmax_first:
            return float(by_given[self.pushed])
        probability = self.given[self.pushed]
        return float(probability * (by_given[self.pushed] - (by_given * self.given).sum()))

    @property
    def floor(self) -> float:
        """What cross entropy cannot fall below with softmax first.

        Probabilities lie between 0 and 1. At best the right class has 1 and the others 0, and
        cross entropy takes these for logits.
        """
        return math.log(math.e + len(self.logits) - 1) - 1

    def entropies(self, softmax_first: bool) -> Tensor:
        """(N,), cross entropy with the pushed logit at each of `values`."""
        return _cross_entropy(self._rows(softmax_first), self.label)

    def squared(self) -> Tensor:
        """(N,), the mean squared error with the pushed logit at each of `values`."""
        return _mse(self._rows(self.softmax_first), self.label)

    def _rows(self, softmax_first: bool) -> Tensor:
        rows = self.logits.repeat(len(self.values), 1)
        rows[:, self.pushed] = self.values.to(rows)
        return rows.softmax(1) if softmax_first else rows


def mix(
    logits: Tensor,
    label: int,
    pushed: int,
    value: float,
    softmax_first: bool = False,
    values: Tensor | None = None,
) -> Mix:
    """Push one of an image's logits to a value and measure the losses.

    Args:
        logits: (C,), left as they are; no gradient is recorded.
        label: The right class, 0 to C − 1.
        pushed: The class whose logit is replaced.
        value: By what.
        softmax_first: Give softmax(logits) to the losses, as a network does that ends in a
            softmax it should not have.
        values: (N,), where to compute the curves; nowhere if not given.

    Example:
        >>> mix(torch.zeros(10), label=3, pushed=3, value=0.0).cross_entropy
        2.302585092994046
        >>> pushed = mix(torch.zeros(10), label=3, pushed=3, value=100.0, softmax_first=True)
        >>> round(pushed.cross_entropy, 4), round(pushed.floor, 4)
        (1.4612, 1.4612)
    """
    logits = logits.detach().to(torch.float64, copy=True)
    logits[pushed] = value
    return Mix(logits, label, pushed, softmax_first, torch.empty(0) if values is None else values)


def _cross_entropy(rows: Tensor, label: int) -> Tensor:
    return rows.logsumexp(-1) - rows[..., label]


def _mse(rows: Tensor, label: int) -> Tensor:
    return ((rows - F.one_hot(torch.tensor(label), rows.shape[-1])) ** 2).mean(-1)
