"""What lesson 06, Choose the step, imports."""

from course_utils.lessons.optimize.exercises import adam_step, largest_rate, momentum_step
from course_utils.lessons.optimize.explorers import OptimizerRace, StepSize
from course_utils.lessons.optimize.figures.parabola import plot_slides
from course_utils.lessons.optimize.figures.race import draw_race
from course_utils.lessons.optimize.race import SURFACES, best_rate, race
from course_utils.lessons.optimize.step_size import slide, step_curve
from course_utils.network.digits import batches
from course_utils.network.lenet import Net
from course_utils.network.optimizers import RULES
from course_utils.network.trained import partly_trained_net

__all__ = [
    "RULES",
    "SURFACES",
    "Net",
    "OptimizerRace",
    "StepSize",
    "adam_step",
    "batches",
    "best_rate",
    "draw_race",
    "largest_rate",
    "momentum_step",
    "partly_trained_net",
    "plot_slides",
    "race",
    "slide",
    "step_curve",
]
