"""Ten scores under the glass: what cross entropy and the squared error make of them.

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

WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def softmax_floor(classes: int) -> float:
    """The least that cross entropy can be if it is given probabilities in place of logits.

    Probabilities lie between 0 and 1. At best the right class has 1 and the others 0, and
    cross entropy takes these for logits: log(e + classes − 1) − 1.

    Example:
        >>> round(softmax_floor(10), 4)
        1.4612
    """
    if classes < 1:
        raise ValueError(f"There is at least one class; this says {classes}.")
    return math.log(math.e + classes - 1) - 1


@dataclass(frozen=True, eq=False)
class Mix:
    """The scores of one image, one of them pushed to a value, and the losses they give.

    Attributes:
        logits: (C,), float64, the pushed one included.
        label: The right class.
        pushed: The class whose logit was pushed.
        softmax_first: Whether the losses are given softmax(logits) in place of the logits.
        values: (N,), values of the pushed logit, for the two curves.
        on_logits: (N,), cross entropy at each of them, given the logits.
        on_softmax: (N,), cross entropy at each of them, given softmax(logits).
    """

    logits: Tensor
    label: int
    pushed: int
    softmax_first: bool
    values: Tensor
    on_logits: Tensor
    on_softmax: Tensor

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
        """(C,), each class's share in the sum of exponentials of what is given."""
        return self.given.softmax(0)

    @property
    def cross_entropy(self) -> float:
        """−log of the right class's share."""
        return float(self.given.logsumexp(0) - self.given[self.label])

    @property
    def slope(self) -> float:
        """How much cross entropy changes for each unit that the pushed logit is raised."""
        by_given = self.shares - self._target
        if not self.softmax_first:
            return float(by_given[self.pushed])
        probability = self.given[self.pushed]
        return float(probability * (by_given[self.pushed] - (by_given * self.given).sum()))

    @cached_property
    def squares(self) -> Tensor:
        """(C,), squared differences from the target: 1 for the right class, 0 for the others."""
        return (self.given - self._target) ** 2

    @property
    def mse(self) -> float:
        """Their mean."""
        return float(self.squares.mean())

    @property
    def floor(self) -> float:
        """What cross entropy cannot fall below with softmax first."""
        return softmax_floor(len(self.logits))

    @property
    def unusable(self) -> tuple[int, ...]:
        """Classes whose logit is no finite number."""
        return tuple((~self.logits.isfinite()).nonzero().flatten().tolist())

    @cached_property
    def _target(self) -> Tensor:
        return F.one_hot(torch.tensor(self.label), len(self.logits)).to(self.logits)


def mix(
    logits: Tensor,
    label: int,
    pushed: int,
    value: float,
    softmax_first: bool = False,
    values: Tensor | None = None,
) -> Mix:
    """Push one of an image's logits to a value and measure the losses.

    Logits that are NaN or infinite are no error here: the losses follow by the rules of
    arithmetic, and `unusable` names the classes.

    Args:
        logits: (C,) or (1, C), left as they are; no gradient is recorded.
        label: The right class, 0 to C − 1.
        pushed: The class whose logit is replaced.
        value: By what.
        softmax_first: Give softmax(logits) to the losses, as a network does that ends in a
            softmax it should not have.
        values: (N,), where to compute the two curves; nowhere if not given.

    Raises:
        TypeError: The logits are no tensor, or a class is no whole number.
        ValueError: They have another shape, or there is no such class.

    Example:
        >>> mix(torch.zeros(10), label=3, pushed=3, value=0.0).cross_entropy
        2.302585092994046
        >>> pushed = mix(torch.zeros(10), label=3, pushed=3, value=100.0, softmax_first=True)
        >>> round(pushed.cross_entropy, 4)
        1.4612
    """
    logits = one_row(logits)
    label = checked_class(label, len(logits), "The label")
    pushed = checked_class(pushed, len(logits), "The pushed class")
    logits[pushed] = value
    values = torch.empty(0) if values is None else values
    rows = logits.repeat(len(values), 1)
    rows[:, pushed] = values.to(rows)
    on_logits, on_softmax = (_cross_entropies(z, label) for z in (rows, rows.softmax(1)))
    return Mix(logits, label, pushed, bool(softmax_first), values, on_logits, on_softmax)


def one_row(logits: Tensor) -> Tensor:
    """A float64 copy of one image's logits, (C,), without a gradient.

    Raises:
        TypeError: They are no tensor.
        ValueError: Their shape is neither (C,) nor (1, C).
    """
    if not isinstance(logits, Tensor):
        raise TypeError(
            f"Logits are a tensor of shape (C,) or (1, C); this is {type(logits).__name__}."
        )
    if not (logits.dim() == 1 or (logits.dim() == 2 and len(logits) == 1)) or not logits.numel():
        raise ValueError(
            "The logits of one image have shape (C,) or (1, C); "
            f"these have {tuple(logits.shape)}. Choose one image: output[0]."
        )
    return logits.detach().reshape(-1).to(torch.float64, copy=True)


def checked_class(number: int, classes: int, what: str = "The class") -> int:
    """A class as an int, if it is one of 0 to `classes` − 1.

    Raises:
        TypeError: It is no whole number.
        ValueError: There is no such class.
    """
    if isinstance(number, Tensor) and number.numel() == 1 and number.dtype in WHOLE:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(
            f"{what} is a whole number from 0 to {classes - 1}; this is {number!r:.60}."
        )
    if not 0 <= number < classes:
        raise ValueError(
            f"{what} is {number}, but {classes} scores belong to the classes 0 to {classes - 1}."
        )
    return number


def _cross_entropies(rows: Tensor, label: int) -> Tensor:
    return rows.logsumexp(1) - rows[:, label]
