"""What lesson 01, Define the network, imports."""

from course_utils.lessons.define.exercises import (
    call_or_forward,
    colour_net,
    conv_size,
    fc1_features,
    network,
)
from course_utils.lessons.define.explorers import ConvolutionMicroscope, NumberMicroscope, ShapeWalk
from course_utils.lessons.define.figures.architecture import draw_architecture
from course_utils.lessons.define.figures.neuron import plot_neuron
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import walk
from course_utils.network.trace import trace
from course_utils.pictures.activations import plot_activations

__all__ = [
    "ConvolutionMicroscope",
    "NumberMicroscope",
    "ShapeWalk",
    "call_or_forward",
    "colour_net",
    "conv_size",
    "draw_architecture",
    "fc1_features",
    "load_digits",
    "network",
    "one_of_each",
    "plot_activations",
    "plot_neuron",
    "trace",
    "walk",
]
