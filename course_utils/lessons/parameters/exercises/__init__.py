"""The exercises of the lesson, one a file."""

from course_utils.lessons.parameters.exercises.count_layer import count_layer
from course_utils.lessons.parameters.exercises.count_parameters import count_parameters
from course_utils.lessons.parameters.exercises.freeze import freeze
from course_utils.lessons.parameters.exercises.register import register
from course_utils.lessons.parameters.exercises.single_image import single_image

__all__ = ["count_layer", "count_parameters", "freeze", "register", "single_image"]
