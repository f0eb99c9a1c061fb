"""The exercises of the lesson, one a file."""

from course_utils.lessons.loss.exercises.cross_entropy import cross_entropy
from course_utils.lessons.loss.exercises.match_target import match_target
from course_utils.lessons.loss.exercises.mse import mse
from course_utils.lessons.loss.exercises.untrained_loss import untrained_loss
from course_utils.lessons.loss.exercises.which_loss import which_loss

__all__ = ["cross_entropy", "match_target", "mse", "untrained_loss", "which_loss"]
