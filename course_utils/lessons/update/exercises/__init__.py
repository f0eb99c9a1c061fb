"""The exercises of the lesson, one a file."""

from course_utils.lessons.update.exercises.step_order import step_order

__all__ = ["step_order"]
