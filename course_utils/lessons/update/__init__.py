"""What lesson 05, Update the weights, imports."""

from course_utils.lessons.update.exercises import sgd_step, step_order
from course_utils.lessons.update.explorers import TrainingStepMachine
from course_utils.lessons.update.figures.descent import draw_meeting, plot_steps
from course_utils.lessons.update.figures.orders import plot_losses, plot_orders
from course_utils.lessons.update.orders import run_order
from course_utils.lessons.update.training_step import run_lines
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import Net
from course_utils.network.neuron import Neuron

__all__ = [
    "Net",
    "Neuron",
    "TrainingStepMachine",
    "draw_meeting",
    "load_digits",
    "one_of_each",
    "plot_losses",
    "plot_orders",
    "plot_steps",
    "run_lines",
    "run_order",
    "sgd_step",
    "step_order",
]
