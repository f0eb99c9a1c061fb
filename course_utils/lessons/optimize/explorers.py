"""Explorers of lesson 06: the size of one step, and five optimizers in a race."""

from typing import Any

from torch import Tensor

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.lessons.optimize.figures.race import draw_race, point_words
from course_utils.lessons.optimize.figures.step_size import draw_step
from course_utils.lessons.optimize.race import RATES, Race, race
from course_utils.lessons.optimize.step_size import step_curve
from course_utils.lessons.optimize.surfaces import SURFACES
from course_utils.network.trained import partly_trained_net


class StepSize(Explorer):
    """Choose a learning rate: see the loss after one step, and what the gradient promised.

    Args:
        images: (N, 1, 32, 32).
        target: (N,), their labels. The loss is cross entropy, measured in float64.
    """

    rates = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    steps = (0, 60, 120)

    def __init__(self, images: Tensor, target: Tensor):
        fine = {10 ** (power / 24) for power in range(-84, 49)}
        every = sorted(fine | set(self.rates))
        curves = {
            steps: step_curve(partly_trained_net(steps).double(), images.double(), target, every)
            for steps in self.steps
        }
        super().__init__(
            {
                "rate": Range("Learning rate", self.rates, value=0.05),
                "steps": Range("Trained for", self.steps, value=60, labels=_counted),
            },
            compute=lambda rate, steps: (curves[steps], rate, _trained(steps)),
            draw=lambda record: draw_step(*record),
            note="Controls: learning rate, steps of training before. Run the cell to move them.",
        )


def _trained(steps: int) -> str:
    return f"after {steps} steps" if steps else "untrained"


def _counted(steps: int) -> str:
    return f"{steps} steps"


class OptimizerRace(Explorer):
    """Five optimizers from one start: choose the surface, the start, the rate, the momentum.

    Args:
        surface: The name of the one to begin with.
        rate: The learning rate to begin with, one of `RATES`.
    """

    def __init__(self, surface: str = "ravine", rate: float = 0.05):
        names = [surface.name for surface in SURFACES]
        self._starts = SURFACES[names.index(surface)].starts
        super().__init__(
            {
                "surface": Range(
                    "Surface", range(len(names)), value=names.index(surface), labels=names
                ),
                "rate": Range("Learning rate", RATES, value=rate),
                "momentum": Range("Momentum", (0.0, 0.5, 0.9, 0.99), value=0.9),
                "start": Range("Start", [0], labels=lambda start: point_words(self._starts[start])),
            },
            compute=self._race,
            draw=draw_race,
            adapt=self._offer_starts,
            note="Controls: surface, learning rate, momentum, start. Run the cell to move them.",
        )

    def _offer_starts(self, surface: int, **others: Any) -> None:
        """Begin at the surface's own start when it is another surface."""
        control, starts = self.controls["start"], SURFACES[surface].starts
        if len(control.options) == 1 or self._starts != starts:
            self._starts = starts
            control.value, control.options = 0, range(len(starts))

    def _race(self, surface: int, rate: float, momentum: float, start: int) -> Race:
        return race(SURFACES[surface], rate, momentum, SURFACES[surface].starts[start])
