"""The exercises of the lesson, one a file."""

from course_utils.lessons.train.exercises.accuracy import accuracy
from course_utils.lessons.train.exercises.evaluate import evaluate
from course_utils.lessons.train.exercises.train_epoch import train_epoch

__all__ = ["accuracy", "evaluate", "train_epoch"]
