"""What lesson 05, Update the weights, imports."""

from course_utils.lessons.update.exercises import sgd_step, step_order
from course_utils.lessons.update.explorers import TrainingStepMachine
from course_utils.lessons.update.figures.orders import plot_orders
from course_utils.lessons.update.figures.training_step import draw_training_step
from course_utils.lessons.update.orders import run_order
from course_utils.lessons.update.training_step import run_lines
from course_utils.network.digits import load_digits
from course_utils.network.lenet import Net
from course_utils.network.neuron import Neuron
from course_utils.network.trained import partly_trained_net

__all__ = [
    "Net",
    "Neuron",
    "TrainingStepMachine",
    "draw_training_step",
    "load_digits",
    "partly_trained_net",
    "plot_orders",
    "run_lines",
    "run_order",
    "sgd_step",
    "step_order",
]
