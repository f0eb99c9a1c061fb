"""Where a learner goes on, from the saved lessons alone; nothing else is recorded."""

from pathlib import Path

from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.instructor.verdicts import CORRECT
from course_utils.command.learner.workspace import lessons
from course_utils.command.project import HERE, Project


def lesson_to_resume(project: Project = HERE) -> tuple[str, str]:
    """Return the lesson to open, and why, as a clause.

    It is the one changed last, by writing or running, that has an exercise left; else the first
    that has one left; else the first.
    """
    first, *_ = paths = lessons(project)
    mine = read_class(Request(project.workspace, "you"), project)
    open_ones = {t.lesson for t in mine.tasks if mine.verdicts["you", t.name].status != CORRECT}
    left = [path for path in paths if path.stem in open_ones]
    begun = [path for path in left if _is_begun(path, project)]
    if begun:
        last = max(begun, key=lambda path: (project.workspace / path.name).stat().st_mtime)
        return last.name, "you worked in it last"
    if not left:
        return first.name, "every exercise is solved; it is the first"
    if left[0] == first:
        return first.name, "it is the first"
    return left[0].name, "the lessons before it are solved"


def _is_begun(lesson: Path, project: Project) -> bool:
    mine = project.workspace / lesson.name
    return mine.exists() and mine.read_bytes() != lesson.read_bytes()
