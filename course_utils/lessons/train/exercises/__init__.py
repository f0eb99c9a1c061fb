"""The exercises of the lesson, one a file."""

from course_utils.lessons.train.exercises.accuracy import accuracy
from course_utils.lessons.train.exercises.beat_it import beat_it
from course_utils.lessons.train.exercises.evaluate import evaluate
from course_utils.lessons.train.exercises.round_trip import round_trip
from course_utils.lessons.train.exercises.train_epoch import train_epoch

__all__ = ["accuracy", "beat_it", "evaluate", "round_trip", "train_epoch"]
