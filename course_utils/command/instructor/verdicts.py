"""Reads what a saved notebook says about each exercise: the verdict of the check run last.

Which that is, is told by the execution count, which begins anew with each kernel.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.checks.feedback import CORRECT, NOT_STARTED, NOT_YET, STOPPED, VERDICT
from course_utils.command.instructor.class_files import File
from course_utils.command.project import HERE, Project

NOT_CHECKED = "written, not checked"
UNREADABLE = "not readable"
NOT_HANDED_IN = "not handed in"
MISSED = (NOT_YET, STOPPED)
STATUSES = (CORRECT, *MISSED, NOT_CHECKED, UNREADABLE, NOT_STARTED, NOT_HANDED_IN)  # best first

HEADING = re.compile(r"^### Exercise: (.+)$", re.MULTILINE)
CHECK = re.compile(r"\b(\w+)\.check\((?!\s*lambda)")  # of a `lambda`, it is a try
SAID = "|".join((CORRECT, NOT_YET, NOT_STARTED, STOPPED))
WORDS = re.compile(rf"^({SAID}): *(.*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell, its parts in plain types; `count` is 0 where it was never executed."""

    id: str
    source: str
    exercise: str  # whose answer it is for
    is_code: bool
    is_needed: bool  # see `rerun`
    count: int
    outputs: list[dict]

    @property
    def checks(self) -> list[str]:
        """The names whose `check` the cell calls, the last first."""
        is_quick_no = not self.is_code or ".check(" not in self.source  # a class has 10,000 cells
        return [] if is_quick_no else CHECK.findall(self.source)[::-1]


@dataclass(frozen=True)
class Task:
    """One exercise as a lesson poses it: under a title, with a cell that holds its starter."""

    lesson: str
    name: str
    title: str
    starter: str

    @property
    def number(self) -> str:
        """The number of its lesson."""
        return self.lesson.partition("_")[0]

    def is_starter(self, source: str) -> bool:
        """Tell whether an answer's cell is as it was given out, but for layout and comments."""
        written, given = (re.sub(r"#.*|\s", "", text) for text in (source, self.starter))
        return written in ("", given)


@dataclass(frozen=True)
class Verdict:
    """How a learner stands with an exercise: one of `STATUSES`, the mistake, the sentence.

    `answer` is the source of the answer's cells.
    """

    status: str
    code: str = ""
    sentence: str = ""
    answer: str = field(default="", compare=False)


@dataclass(frozen=True)
class Reading:
    """What one file came to: verdicts by exercise, and a clause where it could not be read."""

    verdicts: Mapping[str, Verdict]
    problem: str = ""


def course_tasks(project: Project = HERE) -> Iterator[Task]:
    """Yield the exercises of all lessons, in the order in which a learner meets them."""
    for path in sorted(project.notebooks.glob("*.ipynb")):
        title = ""
        for cell in read_cells(path):
            if not cell.is_code and (heading := HEADING.search(cell.source)):
                title = heading[1].strip()
            if cell.exercise:
                yield Task(path.stem, cell.exercise, title, cell.source)


def read_notebook(file: File, tasks: Sequence[Task]) -> Reading:
    """Read one file; of a lesson of which it shows any trace, every exercise has a verdict."""
    try:
        found = read_verdicts(list_cells(json.loads(file.load())), tasks)
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    except (ValueError, RecursionError, MemoryError):
        problem = "is no notebook: its JSON is broken or missing"
    except (TypeError, AttributeError, KeyError):
        problem = "is no notebook: a part of it is missing or of a wrong type"
    else:
        return Reading(found, "" if found else "holds no exercise of the course")
    named = (task.name for task in tasks if task.lesson in file.place)
    return Reading(dict.fromkeys(named, Verdict(UNREADABLE)), problem)


def read_cells(path: Path) -> list[Cell]:
    """Read the cells of one of the course's own notebooks."""
    return list_cells(json.loads(path.read_bytes()))


def list_cells(notebook: Mapping) -> list[Cell]:
    """Return the cells of a notebook."""
    return [_cell(cell) for cell in notebook["cells"]]


def read_verdicts(cells: Sequence[Cell], tasks: Sequence[Task]) -> dict[str, Verdict]:
    """Return, by exercise, what the outputs come to; see `read_notebook`."""
    found: dict[str, list[tuple[int, int, Verdict]]] = {task.name: [] for task in tasks}
    for place, cell in enumerate(cells):
        for name, count, verdict in _said_in(cell):
            found.get(name, []).append((count, place, verdict))
    traces = {name for cell in cells for name in (cell.exercise, *cell.checks)}
    lessons = {task.lesson for task in tasks if task.name in traces or found[task.name]}
    shown = [task for task in tasks if task.lesson in lessons]
    return {task.name: _said_last(cells, task, found[task.name]) for task in shown}


def _said_in(cell: Cell) -> Iterator[tuple[str, int, Verdict]]:
    """Each exercise that a cell's outputs speak of, when, and what they say."""
    called = next(iter(cell.checks), "")
    is_try = not called and ".check(" in cell.source
    for output in () if is_try else cell.outputs:
        data = output.get("data", {})
        bundle = data.get(VERDICT, {})
        shown = "".join(output.get("text") or data.get("text/plain", ""))
        words = WORDS.findall(shown) if bundle or called else []
        said, sentence = words[-1] if words else ("", "")
        if bundle.get("status") in STATUSES:
            verdict = Verdict(bundle["status"], str(bundle["code"]), sentence)
            yield bundle["exercise"], cell.count, verdict
        elif output["output_type"] == "error":
            verdict = Verdict(STOPPED, str(output["ename"]), str(output["evalue"]))
            # In a check's cell it tells less than in the answer's: that a name is missing.
            yield called or cell.exercise, 0 if called else cell.count, verdict
        elif said and called:
            yield called, cell.count, Verdict(said.lower(), "", sentence)


def _said_last(
    cells: Sequence[Cell], task: Task, found: Sequence[tuple[int, int, Verdict]]
) -> Verdict:
    mine = [cell.source for cell in cells if cell.exercise == task.name]
    written = any(not task.is_starter(source) for source in mine)
    if written:  # then *not started* is what the course has stored, and older than all else
        found = [one for one in found if one[2].status != NOT_STARTED]
    if not found:
        last = Verdict(NOT_CHECKED if written else NOT_STARTED)
    else:
        last = max(found, key=lambda one: one[:2])[2]
    return replace(last, answer="\n\n".join(mine))


def _cell(cell: Mapping) -> Cell:
    metadata = cell.get("metadata", {})
    return Cell(
        id=str(cell.get("id", "")),
        source="".join(cell.get("source", "")),  # one text or a list of lines
        exercise=metadata.get("course", {}).get("exercise", ""),
        is_code=cell["cell_type"] == "code",
        is_needed="needed" in metadata.get("tags", ()),
        count=cell.get("execution_count") or 0,
        outputs=cell.get("outputs", []),
    )
