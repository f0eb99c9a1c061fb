'''An exercise: a starter, a check of behaviour, hints, and a solution that the tests execute.

How to add one, `double` of the lesson `define` in this example:

1. In `course_utils/exercises/define.py`, write the check under the exercise's name. It gets the
   answer, looks at what it does, from coarse to fine, raises `NotYet(code, message)` for what is
   wrong, and returns the sentence that goes with *correct*. Try common mistakes by name before
   the nameless one. It need not guard against anything: exceptions, endless loops and changed
   global state are dealt with here.

       @exercise(
           starter="""
       def twice(number):
           return ...
       """,
           hints=("What is twice three?", "A product of two numbers."),
       )
       def double(twice):
           twice = a_function(twice, "`twice`")
           got = a_number(twice(3), "The result of `twice(3)`")
           if agree(got, 9):
               raise NotYet("squared", "For 3 it returned 9, which is 3 times 3.")
           if not agree(got, 6):
               raise NotYet("not_doubled", f"For 3 it returned {shown(got)}.")
           return "Every number tried was doubled."

   The starter's last statement defines the answer; it may use what the lesson's file imports
   (`torch`, `nn`, `F`). The name it defines differs from the exercise's.
2. In `solutions/double.py`, write a solution as a learner could, imports included.
3. In `tests/answers/double.py`, write `RIGHT`, `WRONG` and `EQUAL`, as the files there do.
   `pytest tests/test_exercises.py -k double` proves the exercise.
4. In the notebook, add the cells: a text with the task, the starter (its cell has
   `metadata.course.exercise = "double"`), and `double.check(twice)`.
'''

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from course_utils.exercises.compare import NotYet, shown
from course_utils.exercises.errors import explain
from course_utils.exercises.feedback import (
    CORRECT,
    NOT_STARTED,
    NOT_YET,
    STOPPED,
    Feedback,
    Hint,
    Solution,
)
from course_utils.exercises.guard import within
from course_utils.exercises.starter import Starter
from course_utils.exercises.untouched import untouched

__all__ = ["Exercise", "NotYet", "choice", "exercise"]

SOLUTIONS = Path(__file__).with_name("solutions")
SECONDS = 4.0


class Exercise:
    """What a notebook imports: `check`, `hint` and `solution`.

    Args:
        name: As the notebook imports it.
        starter: The cell that the learner finds, and the name it defines.
        hints: Shown one at a time.
        check: Takes the answer, raises `NotYet`, returns the sentence for *correct*.
        seconds: How long an answer may run.
    """

    def __init__(
        self,
        name: str,
        starter: Starter,
        hints: Sequence[str],
        check: Callable[[object], str],
        seconds: float = SECONDS,
    ):
        self.name = name
        self.starter = starter
        self.hints = tuple(hints)
        self.behaviour = check
        self.seconds = seconds
        self._given = 0

    def __repr__(self) -> str:
        return f"{self.name}: .check({self.starter.name}), .hint(), .solution()"

    def check(self, answer: object) -> Feedback:
        """Say whether an answer is right, and if not, which mistake it is.

        Never raises, and changes nothing: neither the answer nor any global state.
        """
        with untouched(answer):
            try:
                return self._verdict(answer)
            except BaseException as error:  # an answer may raise anything, as often as it likes
                return self._feedback(STOPPED, type(error).__name__, f"{type(error).__name__}.")

    def _verdict(self, answer: object) -> Feedback:
        try:
            return within(self.seconds, lambda: self._tried(answer))
        except NotYet as mistake:
            return self._feedback(NOT_YET, mistake.code, mistake.message)
        except BaseException as error:
            says = within(self.seconds, partial(explain, error, self.seconds))
            return self._feedback(STOPPED, type(error).__name__, says)

    def _tried(self, answer: object) -> Feedback:
        if self.starter.is_still(answer):
            return self._feedback(NOT_STARTED, "", f"`{self.starter.name}` is still the starter.")
        return self._feedback(CORRECT, "", self.behaviour(answer))

    def _feedback(self, status: str, code: str, message: str) -> Feedback:
        return Feedback(status, code, message, self.name)

    def hint(self) -> Hint:
        """Give the next hint; after the last, say where the solution is and begin again."""
        if self._given == len(self.hints):
            self._given = 0
            return Hint("No more hints", f"`{self.name}.solution()` shows one way to solve it.")
        self._given += 1
        title = f"Hint {self._given} of {len(self.hints)}"
        return Hint(title, self.hints[self._given - 1])

    def solution(self) -> Solution:
        """Show one right answer: the file that the tests execute."""
        path = SOLUTIONS / f"{self.name}.py"
        return Solution(path.read_text(encoding="utf-8").strip())


def exercise(
    starter: str, hints: Sequence[str], seconds: float = SECONDS
) -> Callable[[Callable[[object], str]], Exercise]:
    """Make an exercise of a check; used as a decorator, see the module's text.

    Args:
        starter: The code of the learner's cell.
        hints: Two or three, the first the smallest.
        seconds: How long an answer may run.
    """

    def make(check: Callable[[object], str]) -> Exercise:
        start = Starter(starter, check.__globals__)
        return Exercise(check.__name__, start, hints, check, seconds)

    return make


def choice(
    name: str,
    right: Mapping[str, str],
    wrong: Mapping[str, tuple[str, str]],
    hints: Sequence[str],
) -> Exercise:
    """Make an exercise whose answer is a letter.

    Args:
        name: As the notebook imports it.
        right: The right letter, and why it is right.
        wrong: The other letters, each with the code of the mistake and its own sentence.
        hints: As for `exercise`.

    Example:
        >>> sky = choice("sky", {"b": "It is blue."}, {"a": ("red", "That is dusk.")}, ())
        >>> sky.check(" B "), sky.check("a")
        (Correct: It is blue., Not yet: That is dusk.)
    """
    letters = sorted({*right, *wrong})

    def check(answer: object) -> str:
        letter = answer.strip().lower() if type(answer) is str else ""
        if letter in wrong:
            raise NotYet(*wrong[letter])
        if letter not in right:
            listed = ", ".join(letters[:-1]) + f" or {letters[-1]}"
            raise NotYet("no_option", f"The answer is a letter: {listed}; this is {shown(answer)}.")
        return right[letter]

    check.codes = {code for code, _ in wrong.values()} | {"no_option"}
    return Exercise(name, Starter("answer = ...", {}), hints, check)
