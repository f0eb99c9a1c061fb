"""The exercises in the formats of nbgrader and Otter-Grader (`export`), for who must give marks.

An assignment is a lesson's exercises with their texts, and the cells of the lesson they need. Its
tests call the course's own checks, so the course has to be installed where answers are marked.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from course_utils.command.instructor.copies import solution_of
from course_utils.command.instructor.output_folder import write_files
from course_utils.command.instructor.rerun import imports_of
from course_utils.command.instructor.verdicts import HEADING, Cell, list_cells
from course_utils.command.learner.workspace import chosen_lessons
from course_utils.command.project import HERE, Project

CALL = re.compile(r"^(\w+\.check\(.+\))$", re.MULTILINE)
NBGRADER_CONFIG = """c = get_config()
c.CourseDirectory.course_id = "neural-networks"
c.ClearSolutions.enabled = False  # the starters are what learners get
c.ExecutePreprocessor.timeout = 300  # seconds for a cell; a check may train a network
"""
OTTER_CONFIG = "# ASSIGNMENT CONFIG\nname: {}\ninit_cell: false\nexport_cell: false\n"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
NEXT = {
    "nbgrader": "Then, in that folder: nbgrader generate_assignment {lesson}",
    "otter": "Then, in that folder: otter assign {lesson}/{lesson}.ipynb {lesson}/made",
}


def export_exercises(
    tool: str, out: str, wanted: Sequence[str] = (), project: Project = HERE
) -> int:
    """Write an assignment for each of the lessons `wanted`, else for all; return 0."""
    texts = {}
    for path in chosen_lessons(wanted, project):
        lesson = nbformat.read(path, as_version=4)
        folder = "source/" if tool == "nbgrader" else ""
        made = nbformat.writes(ASSIGNMENTS[tool](path.stem, lesson))
        texts[f"{folder}{path.stem}/{path.stem}.ipynb"] = made + "\n"
    count, first = len(texts), path.stem
    if tool == "nbgrader":
        texts["nbgrader_config.py"] = NBGRADER_CONFIG
    write_files(Path(out), texts, project)
    print(f"{count} assignment{'s' if count > 1 else ''} in {out}, a point for each exercise.")
    print(NEXT[tool].format(lesson=first))
    print("The course itself has to be installed where the answers are marked.")
    return 0


def nbgrader_assignment(name: str, lesson: NotebookNode) -> NotebookNode:
    """Return nbgrader's source version: starters to write in, checks locked and with a point."""
    cells = []
    for kind, exercise, cell in _parts(_named_apart(lesson)):
        made = _plain(cell)
        if kind == "answer":
            made.metadata["nbgrader"] = _marks(f"{exercise}-answer", solution=True)
        elif kind == "check":
            made.source = _test(cell.source)
            made.metadata["nbgrader"] = _marks(exercise, grade=True, locked=True, points=1)
        cells.append(made)
    return new_notebook(cells=cells, metadata=KERNEL)


def otter_assignment(name: str, lesson: NotebookNode) -> NotebookNode:
    """Return what `otter assign` reads: each answer with its starter, solution and test."""
    cells = [new_raw_cell(OTTER_CONFIG.format(name))]
    for kind, exercise, cell in _parts(_named_apart(lesson)):
        if kind == "answer":
            solution = solution_of(exercise, cell.id, lesson)
            if cell.source.startswith(f"answer_{exercise} ="):
                solution = _named(solution, exercise)
            source = (
                f"# BEGIN SOLUTION NO PROMPT\n{solution}\n# END SOLUTION\n"
                f'""" # BEGIN PROMPT\n{cell.source}\n""" # END PROMPT'
            )
            begin = new_raw_cell(f"# BEGIN QUESTION\nname: {exercise}\npoints: 1")
            cells += [begin, *_between("SOLUTION", source)]
        elif kind == "check":
            cells += [*_between("TESTS", _test(cell.source)), new_raw_cell("# END QUESTION")]
        else:
            cells.append(_plain(cell))
    return new_notebook(cells=cells, metadata=KERNEL)


ASSIGNMENTS = {"nbgrader": nbgrader_assignment, "otter": otter_assignment}


def _parts(lesson: NotebookNode) -> Iterator[tuple[str, str, Cell]]:
    """What an assignment takes of a lesson: kind, exercise and cell."""
    exercise = ""
    for number, cell in enumerate(list_cells(lesson)):
        if cell.exercise:
            exercise = cell.exercise
            yield "answer", exercise, cell
        elif exercise and exercise in cell.checks:
            yield "check", exercise, cell
            exercise = ""
        elif not cell.is_code:
            if number == 0 or HEADING.search(cell.source):
                yield "text", "", cell
        elif source := cell.source if cell.is_needed else imports_of(cell.source):
            yield "code", "", replace(cell, source=source)


def _named_apart(lesson: NotebookNode) -> NotebookNode:
    """Give each answer that is only a letter or a number a name of its own.

    Several exercises of a lesson ask for `answer`, and Otter looks at all of them at the end.
    """
    lesson = copy.deepcopy(lesson)
    for text, answer, check in zip(lesson.cells, lesson.cells[1:], lesson.cells[2:], strict=False):
        exercise = answer.metadata.get("course", {}).get("exercise", "")
        if exercise and answer.source.startswith("answer ="):
            answer.source = _named(answer.source, exercise)
            check.source = _named(check.source, exercise)
            text.source = text.source.replace("`answer`", f"`{_named('answer', exercise)}`")
    return lesson


def _named(source: str, exercise: str) -> str:
    return re.sub(r"\banswer\b", f"answer_{exercise}", source)


def _plain(cell: Cell) -> NotebookNode:
    new = new_code_cell if cell.is_code else new_markdown_cell
    return new(cell.source, id=cell.id)


def _test(source: str) -> str:
    return CALL.sub(r"feedback = \1\nassert feedback, feedback", source)


def _between(word: str, source: str) -> list[NotebookNode]:
    return [new_raw_cell(f"# BEGIN {word}"), new_code_cell(source), new_raw_cell(f"# END {word}")]


def _marks(grade_id: str, **said: object) -> dict:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {**plain, **said, "grade_id": grade_id, "schema_version": 3}
