"""`start` without a lesson opens the one where the learner stopped, and says why."""

import os

import pytest

from course_utils.command.learner.resume import lesson_to_resume
from course_utils.command.learner.workspace import refresh
from tests.support.submissions import LESSON, NEXT, answered, course, lesson, put

FIRST, SECOND = f"{LESSON}.ipynb", f"{NEXT}.ipynb"


@pytest.fixture
def project(tmp_path):
    project = course(tmp_path)
    refresh(project)
    return project


def work(project, name, notebook, at=1000):
    """Save a lesson at a time."""
    os.utime(put(project.workspace / name, notebook), (at, at))


def solved(*exercises, name=LESSON):
    notebook = lesson(name)
    for exercise in exercises:
        answered(notebook, exercise, "correct")
    return notebook


def test_the_first_start_opens_the_first_lesson(project):
    assert lesson_to_resume(project) == (FIRST, "it is the first")


@pytest.mark.parametrize(
    "written",
    [answered(lesson(), "double"), solved("double"), answered(lesson(), "double", "not yet"), b"{"],
)
def test_the_lesson_worked_in_last_is_opened_again(project, written):
    work(project, SECOND, answered(lesson(NEXT), "halve"), at=1000)
    work(project, FIRST, written, at=2000)
    assert lesson_to_resume(project) == (FIRST, "you worked in it last")


def test_what_is_solved_is_passed_over(project):
    work(project, FIRST, solved("double", "square"))
    assert lesson_to_resume(project) == (SECOND, "the lessons before it are solved")
    work(project, SECOND, solved("halve", name=NEXT))
    assert lesson_to_resume(project) == (FIRST, "every exercise is solved; it is the first")
