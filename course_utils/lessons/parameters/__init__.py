"""What lesson 02, Know its parameters, imports."""

from course_utils.lessons.parameters.exercises import (
    count_layer,
    count_parameters,
    freeze,
    register,
    single_image,
)
from course_utils.lessons.parameters.explorers import WhereTheNumbersLive
from course_utils.lessons.parameters.figures.initial_weights import (
    plot_image_gradient,
    plot_layer_weights,
)
from course_utils.lessons.parameters.initial_weights import layer_weights
from course_utils.lessons.parameters.table import LenetSizes
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import Net
from course_utils.network.trace import trace

__all__ = [
    "LenetSizes",
    "Net",
    "WhereTheNumbersLive",
    "count_layer",
    "count_parameters",
    "freeze",
    "layer_weights",
    "one_of_each",
    "plot_image_gradient",
    "plot_layer_weights",
    "register",
    "single_image",
    "trace",
]
