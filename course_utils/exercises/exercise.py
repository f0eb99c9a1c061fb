"""Until every exercise has moved: the old form, whose solutions are files of their own."""

from pathlib import Path

from course_utils.checks import exercise as new
from course_utils.checks.exercise import SECONDS, Exercise, NotYet, choice

__all__ = ["SECONDS", "SOLUTIONS", "Exercise", "NotYet", "choice", "exercise"]

SOLUTIONS = Path(__file__).with_name("solutions")


def exercise(starter, hints, seconds=SECONDS):
    """Make an exercise of a check and of the file with its solution."""

    def make(check):
        path = SOLUTIONS / f"{check.__name__}.py"
        source = path.read_text(encoding="utf-8")
        return new.exercise(starter, hints, source, why="", seconds=seconds, walks=1)(check)

    return make
