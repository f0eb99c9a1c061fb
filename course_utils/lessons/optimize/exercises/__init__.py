"""The exercises of the lesson, one a file."""

from course_utils.lessons.optimize.exercises.largest_rate import largest_rate

__all__ = ["largest_rate"]
