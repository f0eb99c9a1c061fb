"""The exercises of the lesson, one a file."""

from course_utils.lessons.update.exercises.sgd_step import sgd_step
from course_utils.lessons.update.exercises.step_order import step_order

__all__ = ["sgd_step", "step_order"]
