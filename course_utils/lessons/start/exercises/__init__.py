"""The exercise of the lesson."""

from course_utils.lessons.start.exercises.ink import ink

__all__ = ["ink"]
