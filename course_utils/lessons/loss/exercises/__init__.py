"""The exercises of the lesson, one a file."""

from course_utils.lessons.loss.exercises.mse import mse

__all__ = ["mse"]
