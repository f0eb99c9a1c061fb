"""What a saved notebook says about each exercise: the verdict of the check that was run last.

A check's output names its exercise in a form made for machines, so that a renamed, copied or
moved cell is recognised. Where a program has thrown that form away, the words of the output and
the call `name.check(…)` in the cell's source have to do; the mistake's code is then lost.

Which check ran last is told by the execution count, which begins anew with each kernel: after a
restart without a full run, an older verdict may win. Only `progress --rerun` settles that.
"""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from course_utils.desk.saved import Cell, Shown
from course_utils.desk.tasks import Task

# Said by a check, in the words of `course_utils.exercises.feedback`.
CORRECT = "correct"
NOT_YET = "not yet"
NOT_STARTED = "not started"
STOPPED = "stopped with an error"
# Said by the saved notebook, or by its absence.
NOT_CHECKED = "written, not checked"
NOT_HANDED_IN = "not handed in"
UNREADABLE = "not readable"
# Said by a rerun alone.
TOO_LONG = "took too long"
TOO_LARGE = "took too much memory"
ENDED = "the process ended"
CHANGED = "changed the check"

SAID = (CORRECT, NOT_YET, NOT_STARTED, STOPPED)
MISSED = (NOT_YET, STOPPED, TOO_LONG, TOO_LARGE, ENDED, CHANGED)
STATUSES = (*SAID, NOT_CHECKED, NOT_HANDED_IN, UNREADABLE, *MISSED[2:])

FIRST_WORDS = re.compile(rf"({'|'.join(SAID)}):", re.IGNORECASE)
LONGEST = 200  # letters of a code or a message that are kept


@dataclass(frozen=True)
class Verdict:
    """How one learner stands with one exercise.

    Attributes:
        status: One of `STATUSES`.
        code: The misconception's name, or the exception's; empty where there is none.
        source: `stored` or `rerun`.
        note: What an instructor should know beside it.
        says: The check's sentence.
    """

    status: str
    code: str = ""
    source: str = "stored"
    note: str = ""
    says: str = ""

    @property
    def is_missed(self) -> bool:
        """Tell whether the learner has tried, and is not there yet."""
        return self.status in MISSED


def stored_verdicts(cells: Sequence[Cell], tasks: Iterable[Task]) -> dict[str, Verdict]:
    """Return, by the exercise's name, what a notebook's stored outputs come to."""
    tasks = tuple(tasks)
    found: dict[str, list[tuple[int, int, Verdict]]] = {task.name: [] for task in tasks}
    by_name = {task.name: task for task in tasks}
    for place, cell in enumerate(cells):
        for name, verdict in _said_in(cell, by_name):
            found[name].append((cell.count, place, verdict))
    return {task.name: _conclusion(cells, task, found[task.name]) for task in tasks}


def exercises_in(cells: Iterable[Cell], tasks: Iterable[Task]) -> set[str]:
    """Return the names of the exercises of which a notebook shows any trace."""
    by_name = {task.name: task for task in tasks}
    marked = {cell.exercise for cell in cells if cell.exercise in by_name}
    said = (name for cell in cells for name, _ in _said_in(cell, by_name))
    called = (name for cell in cells if cell.is_code for name in _called(cell, by_name))
    return marked | {*said, *called}


def answer_cells(cells: Sequence[Cell], task: Task) -> list[int]:
    """Return the places of the cells that the course made for an exercise's answer."""
    code = [(i, cell) for i, cell in enumerate(cells) if cell.is_code]
    marked = [i for i, cell in code if cell.exercise == task.name]
    return marked or [i for i, cell in code if cell.id and cell.id == task.cell]


def is_starter(source: str, task: Task) -> bool:
    """Tell whether a cell is as it was given out; layout and comments do not count."""
    return source.strip() == task.starter.strip() or _tokens(source) == _tokens(task.starter)


def _said_in(cell: Cell, tasks: dict[str, Task]) -> Iterator[tuple[str, Verdict]]:
    """Each exercise that a cell's outputs speak of, and what they say."""
    if not cell.is_code:
        return
    called = _called(cell, tasks)
    for shown in cell.shown:
        name = shown.verdict.get("exercise")
        name = name if type(name) is str and name in tasks else called[-1] if called else None
        if shown.error and name is None and cell.exercise in tasks:
            name = cell.exercise
        verdict = _verdict(shown) if name else None
        if name and verdict and not _is_demonstration(cell, tasks[name]):
            yield name, verdict


def _called(cell: Cell, tasks: dict[str, Task]) -> list[str]:
    if ".check(" not in cell.source:
        return []
    return [name for name in re.findall(r"\b(\w+)\.check\(", cell.source) if name in tasks]


def _is_demonstration(cell: Cell, task: Task) -> bool:
    if task.is_checked_in(cell.source):
        return False
    return any(cell.source == source or cell.id == id_ for id_, source in task.demonstrations)


def _verdict(shown: Shown) -> Verdict | None:
    """What one output says; None if it is none of a check's."""
    if shown.error:
        return Verdict(STOPPED, shown.error[:LONGEST], says=shown.text[:LONGEST])
    words, code = _words(shown.text), shown.verdict.get("code")
    status = shown.verdict.get("status")
    if type(status) is not str or status not in SAID:
        return words
    code = code[:LONGEST] if type(code) is str else ""
    if words and words.status != status:
        worse = words if status == CORRECT else Verdict(status, code)
        return replace(worse, note="its saved output contradicts itself")
    return Verdict(status, code, says=words.says if words else "")


def _words(text: str) -> Verdict | None:
    lines = [line for line in text.splitlines() if FIRST_WORDS.match(line)]
    if not lines:
        return None
    status, _, says = lines[-1].partition(":")
    return Verdict(status.lower(), says=says.strip()[:LONGEST])


def _conclusion(cells: Sequence[Cell], task: Task, found: list) -> Verdict:
    """The verdict that was given last, unless the answer was written anew since."""
    mine = [cells[i] for i in answer_cells(cells, task)]
    written = [cell for cell in mine if not is_starter(cell.source, task)]
    if written:  # then *not started* is what the course has stored, and older than all else
        found = [one for one in found if one[2].status != NOT_STARTED]
    if not found:
        return Verdict(NOT_CHECKED if written else NOT_STARTED)
    count, _, last = max(found, key=lambda one: one[:2])
    if any(cell.count > count for cell in written) and not last.note:
        return replace(last, note="the answer was run again after its check")
    return last


def _tokens(source: str) -> list[str] | None:
    """A cell's words and signs; by its text where it is no Python."""
    skipped = (tokenize.COMMENT, tokenize.NL)
    try:
        found = tokenize.generate_tokens(io.StringIO(source.strip() + "\n").readline)
        return [token.string.strip() for token in found if token.type not in skipped]
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return source.split()
