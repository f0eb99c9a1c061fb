"""What lesson 07, Train it on real digits, imports."""

from course_utils.lessons.train.drawing_pad import DigitPad
from course_utils.lessons.train.evaluation import accuracy_by_shift, evaluate_net
from course_utils.lessons.train.exercises.accuracy import accuracy
from course_utils.lessons.train.exercises.beat_it import beat_it
from course_utils.lessons.train.exercises.evaluate import evaluate
from course_utils.lessons.train.exercises.round_trip import round_trip
from course_utils.lessons.train.exercises.train_epoch import train_epoch
from course_utils.lessons.train.explorers import TrainingReplay, TrainYourOwn
from course_utils.lessons.train.figures.curves import plot_accuracies, plot_curves
from course_utils.lessons.train.figures.mistakes import draw_confusion, plot_mistakes
from course_utils.lessons.train.own_training import Setting
from course_utils.lessons.train.shifts import shift_each
from course_utils.lessons.train.training import Recipe, train_net
from course_utils.network.digits import Digits, load_digits, one_of_each
from course_utils.network.lenet import Net, seeded_net
from course_utils.pictures.digits import plot_digits

__all__ = [
    "DigitPad",
    "Digits",
    "Net",
    "Recipe",
    "Setting",
    "TrainYourOwn",
    "TrainingReplay",
    "accuracy",
    "accuracy_by_shift",
    "beat_it",
    "draw_confusion",
    "evaluate",
    "evaluate_net",
    "load_digits",
    "one_of_each",
    "plot_accuracies",
    "plot_curves",
    "plot_digits",
    "plot_mistakes",
    "round_trip",
    "seeded_net",
    "shift_each",
    "train_epoch",
    "train_net",
]
