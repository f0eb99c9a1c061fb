"""How far one step goes: down a parabola, and along a network's own gradient."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from math import isfinite

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.network.optimizers import check_rate, sgd


@dataclass(frozen=True)
class Slide:
    """Plain gradient descent on the parabola curvature · w² / 2.

    Attributes:
        curvature: How fast the slope changes.
        rate: The learning rate.
        places: The weight at the start and after each step.
    """

    curvature: float
    rate: float
    places: tuple[float, ...]

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss at each place."""
        return tuple(self.curvature * place * place / 2 for place in self.places)


def slide(curvature: float, rate: float, start: float = 1.0, steps: int = 8) -> Slide:
    """Go down a parabola by `steps` steps of plain gradient descent.

    Raises:
        ValueError: The curvature is not above 0, or the rate is negative or no number.

    Example:
        >>> slide(curvature=4.0, rate=0.125, steps=3).places
        (1.0, 0.5, 0.25, 0.125)
    """
    check_rate(rate)
    if not (isfinite(curvature) and curvature > 0):
        raise ValueError(
            f"A parabola with a lowest point has a curvature above 0; this one has {curvature}."
        )
    places = [float(start)]
    for _ in range(steps):
        places.append(sgd(places[-1], curvature * places[-1], rate=rate)[0])
    return Slide(curvature, rate, tuple(places))


@dataclass(frozen=True, eq=False)
class StepCurve:
    """The loss after one step of plain gradient descent, for many learning rates.

    Attributes:
        loss: Before the step.
        slope: The squared length of the gradient, all parameters together.
        rates: (N,), float64.
        losses: (N,), float64: the loss after a step with each of the rates; inf and NaN included.
    """

    loss: float
    slope: float
    rates: Tensor
    losses: Tensor

    @property
    def promised(self) -> Tensor:
        """(N,): what the loss would be if the slope stayed as it is, loss − rate · slope."""
        return self.loss - self.rates * self.slope

    def after(self, rate: float) -> tuple[float, float]:
        """The loss after a step with this rate, and the promised one.

        Raises:
            ValueError: The curve was not measured at this rate.
        """
        at = (self.rates == rate).nonzero()
        if not len(at):
            raise ValueError(f"This curve was not measured at {rate}.")
        return float(self.losses[at[0, 0]]), float(self.promised[at[0, 0]])

    @property
    def best(self) -> tuple[float, float]:
        """The rate with the lowest loss after the step, and that loss."""
        losses = self.losses.nan_to_num(nan=float("inf"), posinf=float("inf"))
        at = int(losses.argmin())
        return float(self.rates[at]), float(self.losses[at])


def step_curve(
    net: nn.Module,
    images: Tensor,
    target: Tensor,
    rates: Iterable[float],
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> StepCurve:
    """Try one step against the gradient with each of several learning rates.

    Every step starts from the network as it is, on a copy; the network is left as it was.

    Args:
        net: All its parameters move that a gradient reaches.
        images: What it is shown.
        target: What the criterion compares its output with.
        rates: Learning rates, from 0 up.
        criterion: Gives one number.

    Raises:
        ValueError: A rate is negative or no number, or the loss before the step is no number.

    Example:
        >>> net = nn.Linear(1, 1, bias=False)
        >>> _ = net.weight.data.fill_(1.0)
        >>> zero = torch.zeros(1, 1)
        >>> curve = step_curve(net, torch.ones(1, 1), zero, [0.25, 0.5, 1.0], F.mse_loss)
        >>> curve.losses.tolist(), curve.promised.tolist()
        ([0.25, 0.0, 1.0], [0.0, -1.0, -3.0])
    """
    rates = [float(rate) for rate in rates]
    for rate in rates:
        check_rate(rate)
    moved = deepcopy(net)
    with torch.enable_grad():
        loss = criterion(moved(images), target)
        if not loss.isfinite():
            raise ValueError(
                f"The loss before the step is {loss.item()}: there is no gradient to follow. "
                "Start from a new network, and take a smaller learning rate."
            )
        loss.backward()
    steps = [(p, p.detach().clone(), p.grad) for p in moved.parameters() if p.grad is not None]
    slope = sum(float(gradient.double().square().sum()) for _, _, gradient in steps)
    losses = []
    for rate in rates:
        with torch.no_grad():
            for parameter, start, gradient in steps:
                parameter.copy_(start.add(gradient, alpha=-rate))
            losses.append(criterion(moved(images), target).item())
    exact = torch.float64
    return StepCurve(
        loss.item(), slope, torch.tensor(rates, dtype=exact), torch.tensor(losses, dtype=exact)
    )
