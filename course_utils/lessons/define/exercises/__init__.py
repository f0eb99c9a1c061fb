"""The exercises of the lesson, one a file."""

from course_utils.lessons.define.exercises.conv_size import conv_size

__all__ = ["conv_size"]
