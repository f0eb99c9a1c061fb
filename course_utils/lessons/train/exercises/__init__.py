"""The exercises of the lesson, one a file."""

from course_utils.lessons.train.exercises.accuracy import accuracy

__all__ = ["accuracy"]
