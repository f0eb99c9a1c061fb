"""What lesson 04, Send the error back, imports."""

from course_utils.lessons.backprop.differences import check_gradients
from course_utils.lessons.backprop.exercises import (
    accumulated,
    graph_built_when,
    linear_backward,
    neuron_gradient,
    numerical_gradient,
)
from course_utils.lessons.backprop.explorers import Accumulation, BackpropStepper, NeuronStepper
from course_utils.lessons.backprop.figures.chain_rule import draw_neuron
from course_utils.lessons.backprop.figures.gradients import plot_gradient_sizes
from course_utils.lessons.backprop.gradients import gradient_sizes
from course_utils.lessons.backprop.graph import autograd_graph
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import Net
from course_utils.network.neuron import Neuron

__all__ = [
    "Accumulation",
    "BackpropStepper",
    "Net",
    "Neuron",
    "NeuronStepper",
    "accumulated",
    "autograd_graph",
    "check_gradients",
    "draw_neuron",
    "gradient_sizes",
    "graph_built_when",
    "linear_backward",
    "neuron_gradient",
    "numerical_gradient",
    "one_of_each",
    "plot_gradient_sizes",
]
