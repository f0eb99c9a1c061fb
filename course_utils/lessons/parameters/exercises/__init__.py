"""The exercises of the lesson, one a file."""

from course_utils.lessons.parameters.exercises.count_layer import count_layer

__all__ = ["count_layer"]
