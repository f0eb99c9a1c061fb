"""Three small losses of two numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from math import dist

from course_utils.network.neuron import Neuron

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
        apart: How far the starts on offer lie apart, across and upwards.
    """

    name: str
    formula: str
    axes: tuple[str, str]
    value: Callable
    gradient: Callable[[float, float], Point]
    start: Point
    floor: float
    window: tuple[float, float, float, float]
    apart: Point

    @property
    def grid(self) -> tuple[list[float], list[float]]:
        """Where the starts on offer lie, across and upwards."""
        left, right, bottom, top = self.window
        return _spread(left, right, self.apart[0]), _spread(bottom, top, self.apart[1])

    @property
    def starts(self) -> list[Point]:
        """Where an optimizer may begin: `start`, then the grid but for its point nearest to it."""
        across, up = self.grid
        every = [(x, y) for y in up for x in across]
        nearest = min(every, key=lambda point: dist(point, self.start))
        return [self.start, *(point for point in every if point != nearest)]


def _spread(low: float, high: float, apart: float) -> list[float]:
    return [low + i * apart for i in range(round((high - low) / apart) + 1)]


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
        apart=(1.0, 0.5),
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
        apart=(0.5, 0.5),
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
        apart=(0.25, 0.25),
    ),
)
