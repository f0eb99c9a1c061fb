"""What lesson 00, Start here, imports."""

from course_utils.lessons.start.exercises import ink
from course_utils.lessons.start.figures import draw_training_loop, plot_guess
from course_utils.network.digits import guess, load_digits, one_of_each
from course_utils.network.lenet import Net
from course_utils.network.trained import partly_trained_net
from course_utils.pictures.digits import plot_digits

__all__ = [
    "Net",
    "draw_training_loop",
    "guess",
    "ink",
    "load_digits",
    "one_of_each",
    "partly_trained_net",
    "plot_digits",
    "plot_guess",
]
