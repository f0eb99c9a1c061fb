"""The exercises of the lesson, one a file."""

from course_utils.lessons.backprop.exercises.accumulated import accumulated
from course_utils.lessons.backprop.exercises.graph_built_when import graph_built_when
from course_utils.lessons.backprop.exercises.linear_backward import linear_backward
from course_utils.lessons.backprop.exercises.neuron_gradient import neuron_gradient
from course_utils.lessons.backprop.exercises.numerical_gradient import numerical_gradient

__all__ = [
    "accumulated",
    "graph_built_when",
    "linear_backward",
    "neuron_gradient",
    "numerical_gradient",
]
