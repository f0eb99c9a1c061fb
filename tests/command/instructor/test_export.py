"""Assignments for nbgrader and Otter-Grader: their form, and, where they are, the tools' marks.

The tools are not among the course's packages. To run them: an environment of its own for each,
with the course installed, and their `bin` folders in PATH.
"""

import csv
import json
import re
import shutil
import subprocess

import nbformat
import pytest

from course_utils.command.instructor.export import (
    export_exercises,
    nbgrader_assignment,
    otter_assignment,
)
from course_utils.command.instructor.verdicts import course_tasks
from tests.support.exercises import EXERCISES
from tests.support.lessons import PATHS, every_lesson, read

TASKS = list(course_tasks())


def exercises_of(lesson):
    return [task.name for task in TASKS if task.lesson == lesson]


def renamed(name, source):
    """An answer with the name that it has in an assignment, where no two are the same."""
    return re.sub(r"\banswer\b", f"answer_{name}", source)


def wrong(name):
    return renamed(name, f"{EXERCISES[name].starter.name} = lambda *given, **named: None")


@every_lesson
def test_nbgrader_gets_starters_to_write_in_and_checks_that_give_a_point(path):
    lesson = read(path)
    made = nbgrader_assignment(path.stem, lesson)
    nbformat.validate(made)
    marks = {c.metadata.nbgrader.grade_id: c for c in made.cells if "nbgrader" in c.metadata}
    names = exercises_of(path.stem)
    assert list(marks) == [grade_id for name in names for grade_id in (f"{name}-answer", name)]
    starters = {task.name: task.starter for task in TASKS}
    for name in names:
        answer, check = marks[f"{name}-answer"], marks[name]
        assert answer.source == renamed(name, starters[name])
        assert answer.metadata.nbgrader.solution
        assert check.metadata.nbgrader.points == 1
        called = renamed(name, EXERCISES[name].starter.name)
        assert f"feedback = {name}.check({called})\nassert feedback, " in check.source


@every_lesson
def test_otter_gets_each_question_with_its_starter_solution_and_test(path):
    made = otter_assignment(path.stem, read(path))
    nbformat.validate(made)
    text = "\n".join(cell.source for cell in made.cells)
    names = exercises_of(path.stem)
    assert re.findall(r"^# BEGIN QUESTION\nname: (\w+)$", text, re.MULTILINE) == names
    assert text.count("# END QUESTION") == text.count("# END TESTS") == len(names)
    assert all(renamed(name, EXERCISES[name].solution().source) in text for name in names)


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def answered(notebook, sources):
    """A learner's version with these answers; starters are told by what they say."""
    starters = {renamed(task.name, task.starter): task.name for task in TASKS}
    left = dict(sources)
    for cell in notebook.cells:
        if (name := starters.get(cell.source)) in left:
            cell.source = left.pop(name)
    assert not left
    return notebook


def both(lesson):
    names = exercises_of(lesson)
    solved = {name: renamed(name, EXERCISES[name].solution().source) for name in names}
    return {"solved": solved, "wrong": {name: wrong(name) for name in names}}


@pytest.mark.skipif(not shutil.which("nbgrader"), reason="nbgrader is not here: see above")
@every_lesson
def test_nbgrader_itself_gives_the_points(tmp_path, path):
    lesson = path.stem
    export_exercises("nbgrader", str(tmp_path / "course"), [lesson])
    course = tmp_path / "course"
    run("nbgrader", "generate_assignment", lesson, cwd=course)
    released = nbformat.read(course / "release" / lesson / f"{lesson}.ipynb", as_version=4)
    for who, answers in both(lesson).items():
        folder = course / "submitted" / who / lesson
        folder.mkdir(parents=True)
        nbformat.write(answered(released.copy(), answers), folder / f"{lesson}.ipynb")
        released = nbformat.read(course / "release" / lesson / f"{lesson}.ipynb", as_version=4)
    run("nbgrader", "autograde", lesson, cwd=course)
    run("nbgrader", "export", cwd=course)
    with (course / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"solved": len(exercises_of(lesson)), "wrong": 0}


@pytest.mark.skipif(not shutil.which("otter"), reason="Otter-Grader is not here: see above")
@every_lesson
def test_otter_itself_gives_the_points(tmp_path, path):
    lesson, course = path.stem, tmp_path / "course"
    export_exercises("otter", str(course), [lesson])
    run("otter", "assign", f"{lesson}/{lesson}.ipynb", "made", cwd=course)  # runs the solutions
    [autograder] = (course / "made" / "autograder").glob("*.zip")
    given = course / "made" / "student" / f"{lesson}.ipynb"
    for who, answers in both(lesson).items():
        notebook = answered(nbformat.read(given, as_version=4), answers)
        nbformat.write(notebook, course / f"{who}.ipynb")
        (course / who).mkdir()
        run("otter", "run", "-a", str(autograder), "-o", who, f"{who}.ipynb", cwd=course)
        found = json.loads((course / who / "results.json").read_text(encoding="utf-8"))
        points = {test["name"]: test["score"] for test in found["tests"] if test.get("max_score")}
        assert points == dict.fromkeys(exercises_of(lesson), 1.0 if who == "solved" else 0.0)


def test_the_command_says_what_comes_next(tmp_path, capsys):
    name = PATHS[0].stem
    assert export_exercises("nbgrader", str(tmp_path / "n"), [name]) == 0
    assert export_exercises("otter", str(tmp_path / "o"), [name]) == 0
    assert (tmp_path / "n" / "nbgrader_config.py").is_file()
    assert (tmp_path / "n" / "source" / name / f"{name}.ipynb").is_file()
    assert (tmp_path / "o" / name / f"{name}.ipynb").is_file()
    said = capsys.readouterr().out
    assert f"nbgrader generate_assignment {name}" in said
    assert f"otter assign {name}/{name}.ipynb" in said
