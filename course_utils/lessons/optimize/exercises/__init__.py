"""The exercises of the lesson, one a file."""

from course_utils.lessons.optimize.exercises.adam_step import adam_step
from course_utils.lessons.optimize.exercises.largest_rate import largest_rate
from course_utils.lessons.optimize.exercises.momentum_limit import momentum_limit
from course_utils.lessons.optimize.exercises.momentum_step import momentum_step

__all__ = ["adam_step", "largest_rate", "momentum_limit", "momentum_step"]
