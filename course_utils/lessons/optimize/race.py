"""Three small losses of two numbers, and how each optimizer goes down them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import isfinite

from course_utils.network.neuron import Neuron
from course_utils.network.optimizers import RULES, Rule, check_momentum, check_rate

STEPS = 300  # what every optimizer may spend
CLOSE = 0.01  # on the floor: the loss is at most this much above its minimum
LOST = 1e6  # a loss above this has no way back that a learner would wait for

Point = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """A loss of two numbers.

    Attributes:
        name: What it looks like.
        formula: The loss in words a learner can check.
        axes: What the two numbers are called.
        value: The loss at a point; also for tensors of points.
        gradient: Its two slopes at a point.
        start: Where every optimizer begins.
        floor: The smallest loss there is.
        window: Left, right, bottom and top of the part worth looking at.
    """

    name: str
    formula: str
    axes: tuple[str, str]
    value: Callable
    gradient: Callable[[float, float], Point]
    start: Point
    floor: float
    window: tuple[float, float, float, float]


def _neuron_loss(w, b):
    z = 2 * w + b
    error = (z + abs(z)) / 2 - 1  # relu(z) − target
    return error * error


def _neuron_gradient(w: float, b: float) -> Point:
    neuron = Neuron(w=w, b=b)
    slope = neuron.loss_by_z
    return slope * neuron.x, slope


SURFACES = (
    Surface(
        "ravine",
        "x²/2 + 25·y²/2",
        ("x", "y"),
        lambda x, y: (x * x + 25 * y * y) / 2,
        lambda x, y: (x, 25 * y),
        start=(-4.0, 1.0),
        floor=0.0,
        window=(-5.0, 3.0, -2.0, 2.0),
    ),
    Surface(
        "saddle",
        "x²/2 − y²/2 + y⁴/4",
        ("x", "y"),
        lambda x, y: x * x / 2 - y * y / 2 + y * y * y * y / 4,
        lambda x, y: (x, y * y * y - y),
        start=(-2.0, 0.001),
        floor=-0.25,
        window=(-2.5, 1.5, -1.5, 1.5),
    ),
    Surface(
        "one neuron",
        "(relu(2·w + b) − 1)²",
        ("w", "b"),
        _neuron_loss,
        _neuron_gradient,
        start=(0.75, 0.5),
        floor=0.0,
        window=(-0.5, 1.0, -0.75, 0.75),
    ),
)


@dataclass(frozen=True)
class Descent:
    """One optimizer's way down a surface.

    Attributes:
        rule: The optimizer's name.
        path: The start and the point after each step.
        losses: The loss at each of them.
        arrived: After how many steps the loss was on the floor, never to leave it again within
            the steps taken; None if it is not there at the end.
        lost: After how many steps the loss was beyond all bounds; None if it stayed within.
        stuck: Whether it ended off the floor at a point where the gradient is exactly 0.
    """

    rule: str
    path: tuple[Point, ...]
    losses: tuple[float, ...]
    arrived: int | None
    lost: int | None
    stuck: bool


def descend(
    surface: Surface, rule: Rule, rate: float, momentum: float = 0.9, steps: int = STEPS
) -> Descent:
    """Let one optimizer go down a surface from its start.

    Args:
        rate: The learning rate.
        momentum: For the rules that have one; Adam's first beta. RMSProp and SGD ignore it.
        steps: How many it may take. It stops earlier only when it is lost.

    Raises:
        ValueError: The rate is negative or no number, or the momentum is not from 0 to below 1.

    Example:
        >>> down = descend(SURFACES[0], RULES[0], rate=0.04)
        >>> down.path[1]
        (-3.84, 0.0)
        >>> down.arrived
        82
    """
    check_rate(rate)
    check_momentum(momentum)
    settings = rule.settings(momentum)
    point, memory = surface.start, (None, None)
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
    return Descent(rule.name, tuple(path), tuple(losses), arrived, lost, flat)


def _arrival(losses: list[float], close: float) -> int | None:
    """The first step from which on every loss is close to the floor."""
    above = [number for number, loss in enumerate(losses) if loss > close]
    first = above[-1] + 1 if above else 0
    return first if first < len(losses) else None


@dataclass(frozen=True)
class Race:
    """All optimizers from one start, with one rate.

    Attributes:
        surface: Where.
        rate: The learning rate of all.
        momentum: Of those that have one.
        descents: One for each rule.
    """

    surface: Surface
    rate: float
    momentum: float
    descents: tuple[Descent, ...]

    @property
    def first(self) -> tuple[Descent, ...]:
        """Who arrived after the fewest steps, several if equal; empty if nobody did."""
        times = [down.arrived for down in self.descents if down.arrived is not None]
        return tuple(down for down in self.descents if times and down.arrived == min(times))


@cache
def race(surface: Surface, rate: float, momentum: float = 0.9) -> Race:
    """Send every rule down a surface; computed once for each setting.

    Raises:
        ValueError: As `descend`.
    """
    downs = tuple(descend(surface, rule, rate, momentum) for rule in RULES)
    return Race(surface, rate, momentum, downs)


def best_rate(
    surface: Surface, rule: Rule, rates: tuple[float, ...], momentum: float = 0.9
) -> tuple[float, int] | None:
    """The rate with which a rule arrives soonest, and its steps; None if it never arrives.

    Of equally good rates, the smallest.
    """
    downs = [(rate, descend(surface, rule, rate, momentum).arrived) for rate in sorted(rates)]
    found = [(rate, steps) for rate, steps in downs if steps is not None]
    return min(found, key=lambda pair: pair[1]) if found else None
