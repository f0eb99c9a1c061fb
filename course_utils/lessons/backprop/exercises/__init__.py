"""The exercises of the lesson, one a file."""

from course_utils.lessons.backprop.exercises.graph_built_when import graph_built_when
from course_utils.lessons.backprop.exercises.neuron_gradient import neuron_gradient

__all__ = ["graph_built_when", "neuron_gradient"]
