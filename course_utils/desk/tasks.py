"""The exercises of the course, in order, read from the lessons themselves."""

import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.command.learner.workspace import lessons
from course_utils.command.project import HERE
from course_utils.command.project import Project as Places
from course_utils.desk.saved import Cell, read_saved

HEADING = re.compile(r"^### Exercise: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """One exercise as a lesson poses it.

    Attributes:
        lesson: The notebook's name without its ending.
        name: The exercise's, as the lesson imports it.
        title: From the heading above it.
        starter: What its cell holds when nobody has written in it.
        answer: The name that the cell defines and the check is given.
        cell: The id of its cell.
        demonstrations: Cells of the lesson, as (id, source), that show what a check says about
            something else than the learner's answer.
    """

    lesson: str
    name: str
    title: str
    starter: str
    answer: str
    cell: str
    demonstrations: tuple[tuple[str, str], ...] = ()

    def is_checked_in(self, source: str) -> bool:
        """Tell whether a cell's source hands the learner's answer to this exercise's check."""
        return self.check in re.sub(r"\s", "", source)

    @property
    def check(self) -> str:
        """The call that the lesson makes."""
        return f"{self.name}.check({self.answer})"


def course_tasks(places: Places = HERE) -> tuple[Task, ...]:
    """List the exercises of all lessons, in the order in which a learner meets them."""
    return tuple(task for path in lessons(places) for task in lesson_tasks(path))


def lesson_tasks(path: Path) -> list[Task]:
    """List the exercises of one lesson as the course gives it out."""
    cells = read_saved(path)
    return [_task(path.stem, cells, i) for i, cell in enumerate(cells) if cell.exercise]


def _task(lesson: str, cells: tuple[Cell, ...], i: int) -> Task:
    name = cells[i].exercise
    headings = (HEADING.search(cell.source) for cell in reversed(cells[:i]) if not cell.is_code)
    title = next((found[1].strip() for found in headings if found), name)
    calls = [cell for cell in cells if cell.is_code and f"{name}.check(" in cell.source]
    answer = next(_argument(name, cell) for cell in calls if _argument(name, cell))
    others = ((c.id, c.source) for c in calls if _argument(name, c) != answer)
    return Task(lesson, name, title, cells[i].source, answer, cells[i].id, tuple(others))


def _argument(name: str, cell: Cell) -> str:
    """The name that a cell gives to the check; empty where it gives something else."""
    found = re.search(rf"\b{name}\.check\((\w+)\)", cell.source)
    return found[1] if found else ""
