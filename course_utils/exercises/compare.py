"""Until every exercise has moved: the old names of `course_utils.checks.compare`."""

from course_utils.checks.compare import TOLERANCE, Mistake, agree
from course_utils.checks.convert import HUGE, NotYet, shown
from course_utils.checks.convert import as_function as a_function
from course_utils.checks.convert import as_module as a_module
from course_utils.checks.convert import as_number as a_number
from course_utils.checks.convert import as_tensor as a_tensor
from course_utils.checks.convert import as_whole_number as a_whole_number

__all__ = [
    "HUGE",
    "TOLERANCE",
    "Mistake",
    "NotYet",
    "a_function",
    "a_module",
    "a_number",
    "a_tensor",
    "a_whole_number",
    "agree",
    "recognise",
    "shown",
]


def recognise(answers, mistakes, tolerance: float = TOLERANCE) -> None:
    """Raise `NotYet` for the first mistake that explains all answers."""
    answers = list(answers)
    for mistake in mistakes:
        if all(agree(mistake.function(*given), came, tolerance) for given, came in answers):
            raise NotYet(mistake.code, mistake.sentence)
