"""`start` without a lesson opens the one where the learner stopped, and says why."""

import json
import os

import pytest

from course_utils.checks import feedback
from course_utils.command.learner.resume import CORRECT, VERDICT, lesson_to_resume
from course_utils.command.learner.workspace import refresh
from course_utils.command.project import Project

LESSONS = ("00_start_here", "01_define", "02_parameters")


def notebook(*statuses, code="1"):
    """A lesson with two exercises, and the verdicts that it shows."""
    cells = [
        {"cell_type": "code", "source": name, "metadata": {"course": {"exercise": name}}}
        for name in ("first", "second")
    ]
    outputs = [
        {"data": {VERDICT: {"exercise": name, "status": status}, "text/plain": "x"}}
        for name, status in zip(("first", "second"), statuses, strict=False)
    ]
    last = {"cell_type": "code", "source": code, "metadata": {}, "outputs": outputs}
    return json.dumps({"cells": [*cells, last]})


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    project.notebooks.mkdir()
    for name in LESSONS:
        (project.notebooks / f"{name}.ipynb").write_text(notebook(), encoding="utf-8")
    refresh(project)
    return project


def work(project, lesson, text, at=1000):
    """Save a lesson at a time."""
    path = project.workspace / f"{lesson}.ipynb"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


def test_the_verdict_is_read_as_a_check_stores_it():
    assert (VERDICT, CORRECT) == (feedback.VERDICT, feedback.CORRECT)


def test_the_first_start_opens_the_first_lesson(project):
    assert lesson_to_resume(project) == ("00_start_here.ipynb", "it is the first")


@pytest.mark.parametrize(
    "written", [notebook(code="2"), notebook(CORRECT), "{", "[]", '{"cells": 3}']
)
def test_the_lesson_worked_in_last_is_opened_again(project, written):
    work(project, "02_parameters", notebook(code="3"), at=1000)
    work(project, "01_define", written, at=2000)
    assert lesson_to_resume(project) == ("01_define.ipynb", "you worked in it last")


def test_after_a_lesson_whose_exercises_are_solved_the_next_one_is_opened(project):
    work(project, "00_start_here", notebook(CORRECT, CORRECT))
    assert lesson_to_resume(project) == ("01_define.ipynb", "the lessons before it are solved")


def test_a_verdict_that_is_not_correct_leaves_the_exercise_open(project):
    work(project, "00_start_here", notebook(CORRECT, "not yet"))
    assert lesson_to_resume(project) == ("00_start_here.ipynb", "you worked in it last")


def test_when_all_is_solved_the_first_lesson_is_opened(project):
    for lesson in LESSONS:
        work(project, lesson, notebook(CORRECT, CORRECT))
    assert lesson_to_resume(project) == (
        "00_start_here.ipynb",
        "every exercise is solved; it is the first",
    )
