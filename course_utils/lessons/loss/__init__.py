"""What lesson 03, Measure the loss, imports."""

from course_utils.lessons.loss.along_a_weight import neuron_slice, weight_slice
from course_utils.lessons.loss.exercises import (
    cross_entropy,
    match_target,
    mse,
    untrained_loss,
    which_loss,
)
from course_utils.lessons.loss.explorers import LogitMixer
from course_utils.lessons.loss.figures.along_a_weight import plot_slice
from course_utils.lessons.loss.figures.logits import plot_minus_log
from course_utils.lessons.loss.figures.squared_errors import draw_pairs, draw_squares, plot_family
from course_utils.lessons.loss.squared_errors import pair_up, squared_errors
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import Net
from course_utils.network.neuron import Neuron

__all__ = [
    "LogitMixer",
    "Net",
    "Neuron",
    "cross_entropy",
    "draw_pairs",
    "draw_squares",
    "load_digits",
    "match_target",
    "mse",
    "neuron_slice",
    "one_of_each",
    "pair_up",
    "plot_family",
    "plot_minus_log",
    "plot_slice",
    "squared_errors",
    "untrained_loss",
    "weight_slice",
    "which_loss",
]
