"""What lesson 06, Choose the step, imports."""

from course_utils.lessons.optimize.exercises import (
    adam_step,
    largest_rate,
    momentum_limit,
    momentum_step,
)
from course_utils.lessons.optimize.explorers import OptimizerRace, StepSize
from course_utils.lessons.optimize.figures.parabola import plot_slides
from course_utils.lessons.optimize.figures.race import draw_race
from course_utils.lessons.optimize.figures.settings import plot_settings, plot_trainings
from course_utils.lessons.optimize.race import (
    Race,
    descend,
    descend_best,
    fair_race,
    map_settings,
    race,
)
from course_utils.lessons.optimize.step_size import slide, step_curve
from course_utils.lessons.optimize.surfaces import SURFACES
from course_utils.network.digits import batches
from course_utils.network.lenet import Net
from course_utils.network.optimizers import RULES
from course_utils.network.trained import partly_trained_net

__all__ = [
    "RULES",
    "SURFACES",
    "Net",
    "OptimizerRace",
    "Race",
    "StepSize",
    "adam_step",
    "batches",
    "descend",
    "descend_best",
    "draw_race",
    "fair_race",
    "largest_rate",
    "map_settings",
    "momentum_limit",
    "momentum_step",
    "partly_trained_net",
    "plot_settings",
    "plot_slides",
    "plot_trainings",
    "race",
    "slide",
    "step_curve",
]
