"""An exercise: a starter, a check of behaviour, hints, and a solution that the tests execute.

One file an exercise, `course_utils/lessons/<lesson>/exercises/<name>.py`; its answers for the
tests stand in `tests/lessons/<lesson>/answers/<name>.py`. `mse` of lesson 03 is a model.

A check raises `NotYet(code, message)` for what is wrong, coarse before fine, and returns the
sentence that goes with *correct*. It need not guard against anything: exceptions, endless loops,
memory of earlier calls and changed global state are dealt with here.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any
from unittest import mock

from course_utils.checks.compare import Mistake
from course_utils.checks.convert import NotYet, shown
from course_utils.checks.errors import explain
from course_utils.checks.feedback import (
    CORRECT,
    NOT_STARTED,
    NOT_YET,
    STOPPED,
    Feedback,
    Solution,
)
from course_utils.checks.limits import TooLong, run_with_limit
from course_utils.checks.side_effects import Reach, leave_no_trace, require_settled, settle
from course_utils.checks.starter import Starter

__all__ = ["Exercise", "Mistake", "NotYet", "choice", "exercise"]

SECONDS = 4.0
SLOWER = 20  # an answer may take so many times what the course's own solution takes


@dataclass(eq=False, repr=False)
class Exercise:
    """What a notebook imports: `check`, `hint`, `solution` and `starter`; see `exercise`."""

    name: str
    starter: Starter
    hints: Sequence[str]
    solved: Solution
    mistakes: Sequence[Mistake]
    behaviour: FunctionType
    seconds: float = SECONDS
    walks: int = 2
    _hints_given: int = 0

    def __repr__(self) -> str:
        return f"{self.name}: .check({self.starter.name}), .hint(), .solution(), .starter()"

    def check(self, answer: Any) -> Feedback:
        """Say whether an answer is right, and if not, which mistake it is.

        Never raises, and changes nothing: neither what the answer can reach nor global state.
        """
        try:
            with leave_no_trace(answer) as reach:
                return self._verdict(answer, reach)
        except BaseException as error:  # an answer may raise anything, as often as it likes
            return self._feedback(STOPPED, type(error).__name__, f"{type(error).__name__}.")

    def _verdict(self, answer: Any, reach: Reach) -> Feedback:
        try:
            if self.starter.is_still(answer):
                said = f"`{self.starter.name}` is still the starter."
                return self._feedback(NOT_STARTED, "", said)
            with mock.patch("builtins.input", _refuse_to_ask):
                said = self._walk(answer)
                if self.walks > 1:
                    self._walk_again(answer, reach)
            return self._feedback(CORRECT, "", f"{said} {self._afterwards(answer)}")
        except NotYet as mistake:
            return self._feedback(NOT_YET, mistake.code, mistake.message)
        except BaseException as error:
            check = self.behaviour.__code__.co_filename
            explained = partial(explain, error, self.starter.name, check)
            says = run_with_limit(self.seconds, explained)
            return self._feedback(STOPPED, type(error).__name__, says)

    def _walk(self, answer: Any, seed: int = 0) -> str:
        """Go through the check; once more, with more time, if a module was loaded on the way or
        the machine is slow."""
        loaded, limit = len(sys.modules), self.seconds
        while True:
            try:
                settle(seed)
                said = run_with_limit(limit, partial(self.behaviour, answer))
                require_settled(seed)
                return said
            except TooLong as error:
                error.args = (limit,)
                longer = max(self.seconds, SLOWER * self._seconds_of_solution())
                if loaded is None or (longer == limit and len(sys.modules) == loaded):
                    raise
                loaded, limit = None, longer

    def _seconds_of_solution(self) -> float:
        names = dict(self.starter.names)
        exec(self.solved.source, names)
        settle()
        began = time.monotonic()
        self.behaviour(names[self.starter.name])
        return time.monotonic() - began

    def _walk_again(self, answer: Any, reach: Reach) -> None:
        """A right answer is right with other random numbers too, and once more, unless it
        remembers the first time."""
        try:
            self._walk(answer, seed=1)
        except Exception as other:
            try:
                self._walk(answer)
            except Exception as error:
                kept = [f"`{name}`" if name.isidentifier() else name for name in reach.changed()]
                raise NotYet(
                    "keeps_memory",
                    "Right at first, but no longer when all calls were repeated: your code keeps "
                    f"{' and '.join(kept[:3]) or 'something'} between calls. Let it depend on its "
                    "arguments alone.",
                ) from error
            raise other

    def _afterwards(self, answer: Any) -> str:
        shows = "shows our way, and why" if callable(answer) else "says why"
        return f"`{self.name}.solution()` {shows}."

    def _feedback(self, status: str, code: str, message: str) -> Feedback:
        return Feedback(status, code, message, self.name)

    def hint(self) -> Feedback:
        """Give the next hint; after the last, say where the solution is and begin again."""
        if self._hints_given == len(self.hints):
            self._hints_given = 0
            says = f"`{self.name}.solution()` shows one way to solve it."
            return Feedback("No more hints", "", says)
        self._hints_given += 1
        title = f"Hint {self._hints_given} of {len(self.hints)}"
        return Feedback(title, "", self.hints[self._hints_given - 1])

    def solution(self) -> Solution:
        """Show one right answer and why it is right: the source that the tests execute."""
        return self.solved


def _refuse_to_ask(prompt: object = "") -> str:
    raise NotYet(
        "asks",
        "Your code calls `input()`; a check has nobody to ask. Take what is needed from the "
        "arguments.",
    )


def exercise(
    starter: str,
    hints: Sequence[str],
    solution: str,
    why: str,
    mistakes: Sequence[Mistake] = (),
    seconds: float = SECONDS,
    walks: int = 2,
) -> Callable[[FunctionType], Exercise]:
    """Make an exercise of a check; used as a decorator, see the module's text.

    Args:
        starter: The code of the learner's cell; its last statement defines the answer. It may use
            what the exercise's file imports, and its name differs from the exercise's.
        hints: Two or three, the first the smallest.
        solution: A right answer as a learner could write it, imports included.
        why: Two sentences, shown with the solution.
        mistakes: Each is a whole wrong answer that the check names.
        seconds: How long an answer may run; longer where the solution takes long.
        walks: 1 where the check trains for seconds, and is not to do so twice.
    """

    def make(check: FunctionType) -> Exercise:
        start = Starter(starter, check.__globals__)
        solved = Solution(solution.strip(), why)
        return Exercise(check.__name__, start, hints, solved, mistakes, check, seconds, walks)

    return make


def choice(
    name: str,
    right: Mapping[str, str],
    wrong: Mapping[str, tuple[str, str]],
    hints: Sequence[str],
    why: str = "",
) -> Exercise:
    """Make an exercise whose answer is a letter: the right one with why, the others with code
    and sentence."""
    letters = sorted({*right, *wrong})

    def check(answer: Any) -> str:
        alone = answer[0] if type(answer) in (list, tuple) and len(answer) == 1 else answer
        letter = alone.strip(" .:\n\"'`()").lower() if type(alone) is str else ""
        if letter in wrong:
            raise NotYet(*wrong[letter])
        if letter not in right:
            listed = ", ".join(letters[:-1]) + f" or {letters[-1]}"
            raise NotYet("no_option", f"The answer is a letter: {listed}; this is {shown(answer)}.")
        return right[letter]

    mistakes = [Mistake(*told, letter) for letter, told in wrong.items()]
    solution = Solution(f'answer = "{next(iter(right))}"', why)
    return Exercise(name, Starter("answer = ...", {}), hints, solution, mistakes, check)
