"""Where a learner goes on, from the saved lessons alone; nothing else is recorded."""

from pathlib import Path

from course_utils.command.learner.workspace import lessons
from course_utils.command.project import HERE, Project, read_json

VERDICT = "application/vnd.nn-course.feedback+json"  # as `Feedback` stores it
CORRECT = "correct"


def lesson_to_resume(project: Project = HERE) -> tuple[str, str]:
    """Return the lesson to open, and why, as a clause.

    It is the one changed last, by writing or running, that has an exercise left; else the first
    that has one left; else the first.
    """
    first, *_ = paths = lessons(project)
    left = [path for path in paths if not is_finished(path, project)]
    begun = [path for path in left if _is_begun(path, project)]
    if begun:
        last = max(begun, key=lambda path: (project.workspace / path.name).stat().st_mtime)
        return last.name, "you worked in it last"
    if not left:
        return first.name, "every exercise is solved; it is the first"
    if left[0] == first:
        return first.name, "it is the first"
    return left[0].name, "the lessons before it are solved"


def is_finished(lesson: Path, project: Project = HERE) -> bool:
    """Tell whether the learner's copy shows every exercise of a lesson as correct."""
    try:
        asked = {cell["metadata"].get("course", {}).get("exercise") for cell in _cells(lesson)}
        solved = {
            verdict["exercise"]
            for cell in _cells(project.workspace / lesson.name)
            for output in cell.get("outputs", [])
            if (verdict := output.get("data", {}).get(VERDICT, {})).get("status") == CORRECT
        }
    except (AttributeError, KeyError, TypeError):  # no notebook as Jupyter saves it
        return False
    return asked - {None} <= solved


def _is_begun(lesson: Path, project: Project) -> bool:
    mine = project.workspace / lesson.name
    return mine.exists() and mine.read_bytes() != lesson.read_bytes()


def _cells(notebook: Path) -> list:
    return read_json(notebook).get("cells", [])
