"""How each optimizer goes down a surface, and how fast with which settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import isfinite

import torch
from torch import Tensor

from course_utils.lessons.optimize.surfaces import SURFACES, Point, Surface
from course_utils.network.optimizers import RULES, Rule, check_momentum, check_rate

STEPS = 300  # what every optimizer may spend
RATES = (0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.07, 0.08, 0.1, 0.2, 0.3, 0.5, 1.0)
MOMENTA = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CLOSE = 0.01  # on the floor: the loss is at most this much above its minimum
LOST = 1e6  # a loss above this has no way back that a learner would wait for


@dataclass(frozen=True)
class Descent:
    """One optimizer's path down a surface.

    Attributes:
        rule: The optimizer's name.
        settings: Its rate and, where it has one, its momentum, in words.
        path: The start and the point after each step.
        losses: The loss at each of them.
        arrived: After how many steps the loss was on the floor, never to leave it again within
            the steps taken; None if it is not there at the end.
        lost: After how many steps the loss was beyond all bounds; None if it stayed within.
        stuck: Whether it ended off the floor at a point where the gradient is exactly 0.
    """

    rule: str
    settings: str
    path: tuple[Point, ...]
    losses: tuple[float, ...]
    arrived: int | None
    lost: int | None
    stuck: bool


@cache
def descend(
    surface: Surface,
    rule: Rule,
    rate: float,
    momentum: float = 0.9,
    steps: int = STEPS,
    start: Point | None = None,
) -> Descent:
    """Let one optimizer go down a surface; computed once for each setting.

    Args:
        surface: Where.
        rule: The optimizer.
        rate: The learning rate.
        momentum: For the rules that have one; Adam's first beta. RMSProp and SGD ignore it.
        steps: How many it may take. It stops earlier only when it is lost.
        start: Where it begins; at the surface's own start if not given.

    Raises:
        ValueError: The rate is negative or no number, or the momentum is not from 0 to below 1.

    Example:
        >>> down = descend(SURFACES[0], RULES[0], rate=0.04)
        >>> down.path[1]
        (-3.84, 0.0)
        >>> down.arrived, down.settings
        (82, 'rate 0.04')
    """
    check_rate(rate)
    check_momentum(momentum)
    settings = rule.settings(momentum)
    point, memory = start or surface.start, (None, None)
    path, losses, lost = [point], [surface.value(*point)], None
    for number in range(1, steps + 1):
        slopes = surface.gradient(*point)
        moved = [
            rule.step(at, slope, kept, rate, **settings)
            for at, slope, kept in zip(point, slopes, memory, strict=True)
        ]
        point, memory = tuple(at for at, _ in moved), tuple(kept for _, kept in moved)
        path.append(point)
        losses.append(surface.value(*point))
        if not isfinite(losses[-1]) or losses[-1] > LOST:
            lost = number
            break
    arrived = None if lost else _arrival(losses, surface.floor + CLOSE)
    flat = arrived is None and lost is None and surface.gradient(*point) == (0.0, 0.0)
    words = f"rate {rate:g}" + (f", momentum {momentum:g}" if settings else "")
    return Descent(rule.name, words, tuple(path), tuple(losses), arrived, lost, flat)


def _arrival(losses: list[float], close: float) -> int | None:
    """The first step from which on every loss is close to the floor."""
    above = [number for number, loss in enumerate(losses) if loss > close]
    first = above[-1] + 1 if above else 0
    return first if first < len(losses) else None


def descend_best(
    surface: Surface,
    rule: Rule,
    rates: Iterable[float] = RATES,
    momenta: Iterable[float] = MOMENTA,
) -> Descent | None:
    """The descent that arrives soonest, of all these settings; None if none arrives.

    Of equally good ones, that with the smallest momentum, then the smallest rate.
    """
    downs = [descend(surface, rule, r, m) for m in sorted(momenta) for r in sorted(rates)]
    there = [down for down in downs if down.arrived is not None]
    return min(there, key=lambda down: down.arrived or 0) if there else None


@dataclass(frozen=True)
class Race:
    """Several descents from one start."""

    surface: Surface
    descents: tuple[Descent, ...]

    @property
    def first(self) -> tuple[Descent, ...]:
        """Who arrived after the fewest steps, several if equal; empty if nobody did."""
        times = [down.arrived for down in self.descents if down.arrived is not None]
        return tuple(down for down in self.descents if times and down.arrived == min(times))


def race(surface: Surface, rate: float, momentum: float = 0.9, start: Point | None = None) -> Race:
    """Send every rule down a surface, all with the same settings.

    Raises:
        ValueError: As `descend`.
    """
    runs = (descend(surface, rule, rate, momentum, start=start) for rule in RULES)
    return Race(surface, tuple(runs))


def fair_race(surface: Surface) -> Race:
    """Send every rule down a surface, each with its own best settings."""
    found = [descend_best(surface, rule) for rule in RULES]
    return Race(surface, tuple(down for down in found if down))


@dataclass(frozen=True, eq=False)
class SettingsMap:
    """How long momentum needs for each pair of settings.

    Attributes:
        rates: (R,), each a fixed factor above the one before.
        momenta: (M,), in equal distances.
        steps: (M, R): the steps to the floor; NaN where it is not reached.
        curvature: The largest of the surface, which sets the limit 2·(1 + momentum)/curvature.
    """

    rates: Tensor
    momenta: Tensor
    steps: Tensor
    curvature: float

    @property
    def best(self) -> tuple[float, float, int]:
        """Rate, momentum and steps of the pair that needs the fewest."""
        row, column = divmod(int(self.steps.nan_to_num(float("inf")).argmin()), len(self.rates))
        return (
            float(self.rates[column]),
            float(self.momenta[row]),
            int(self.steps[row, column]),
        )


@cache
def map_settings() -> SettingsMap:
    """SGD with momentum in the ravine, for 49 rates from 0.01 to 0.16 and 48 momenta up to 0.94."""
    ravine, momentum = SURFACES[0], RULES[1]
    rates = 0.01 * 2 ** (torch.arange(49, dtype=torch.float64) / 12)
    momenta = torch.arange(48, dtype=torch.float64) / 50
    steps = [
        [descend(ravine, momentum, rate, share).arrived for rate in rates.tolist()]
        for share in momenta.tolist()
    ]
    known = [[float("nan") if one is None else float(one) for one in row] for row in steps]
    return SettingsMap(rates, momenta, torch.tensor(known), curvature=25.0)
