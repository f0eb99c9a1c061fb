"""A new lesson takes a handful of files, and every test that holds the others holds it too."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.command.author.stored_form import normal_form
from course_utils.command.project import ROOT
from tests.support.lessons import cell_called, read, sample

NAME = "08_sample"
WANTED = ("course_utils", "docs", "notebooks", "tests", "*.toml", "*.md", "*.txt", "*.yml")
FILES = {
    "course_utils/lessons/sample/__init__.py": '''\
"""What lesson 08, Count the weights, imports."""

from course_utils.lessons.sample.exercises import doubled

__all__ = ["doubled"]
''',
    "course_utils/lessons/sample/exercises/__init__.py": '''\
"""The exercises of the lesson, by name."""

from course_utils.lessons.sample.exercises.doubled import doubled

__all__ = ["doubled"]
''',
    "course_utils/lessons/sample/exercises/doubled.py": '''\
"""Exercise: a number, doubled."""

# The check tells apart, and its inputs are chosen for it:
# - twice from the square: a number that is not 2
# - twice from the number itself and from two more: numbers other than 0 and 2
# - twice from twice the size: a negative number

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function
from course_utils.checks.exercise import exercise

MISTAKES = (Mistake("squared", "It gives the square of the number.", lambda x: x * x),)


@exercise(
    starter="def twice(x):\\n    return ...",
    hints=("What is twice 3?", "Which sign multiplies?"),
    solution="def twice(x):\\n    return 2 * x",
    why="Twice a number is the number and itself again. Multiplying by 2 adds the two.",
    mistakes=MISTAKES,
)
def doubled(twice):
    function = as_function(twice, "`twice`")
    inputs = [given(3.0), given(4.0), given(0.0), given(-1.5)]
    check_agreement(function, lambda x: 2 * x, inputs, MISTAKES, name="twice")
    return "Every number is doubled."
''',
    "tests/lessons/sample/answers/doubled.py": '''\
"""Answers to `doubled`."""

RIGHT = {
    "added": "twice = lambda x: x + x",
    "divided": "twice = lambda x: x / 0.5",
}
WRONG = {
    "differs": [
        "twice = lambda x: x",
        "twice = lambda x: x + 2",
        "twice = lambda x: 3 * x",
        "twice = lambda x: -2 * x",
        "twice = lambda x: 2 * abs(x)",
    ],
}
EQUAL = {}
''',
}


def lesson() -> NotebookNode:
    """The sample lesson, and the cells of an exercise in it."""
    notebook = sample()
    notebook.cells.remove(cell_called("no-such-layer", notebook))
    task = new_markdown_cell("### Exercise: Twice\n\n●○○ 2 minutes. Double a number.", id="task")
    blank = "def twice(x):\n    return ..."
    answer = new_code_cell(blank, id="twice", metadata={"tags": ["exercise"]})
    ask = "from course_utils.lessons.sample import doubled\n\ndoubled.check(twice)"
    check = new_code_cell(ask, id="twice-check")
    notebook.cells[-2:-2] = [task, answer, check]
    cell_called("you-need", notebook).source += " 2 minutes of exercises."
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A copy of the course to which a lesson was added, and its notebook run and stored."""
    root = tmp_path_factory.mktemp("course")
    for path in (path for pattern in WANTED for path in ROOT.glob(pattern)):
        if path.is_dir():
            shutil.copytree(path, root / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, root)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    stored = root / "notebooks" / f"{NAME}.ipynb"
    stored.write_text(normal_form(lesson()), encoding="utf-8")
    row = f"| [08 Count the weights](notebooks/{NAME}.ipynb) | 15 | count numbers |"
    add_row(root / "README.md", r"(?m)^(\| \[07 .*)$", row)
    run_in(root, "-m", "course_utils", "run", "08")
    return root


def add_row(page: Path, after: str, row: str) -> None:
    text, count = re.subn(after, rf"\1\n{row}", page.read_text(encoding="utf-8"))
    assert count == 1
    page.write_text(text, encoding="utf-8")


def run_in(root: Path, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_notebook_is_run_and_stored(course):
    [check] = [
        cell
        for cell in read(course / "notebooks" / f"{NAME}.ipynb").cells
        if cell.id == "twice-check"
    ]
    assert "Not started" in json.dumps(check.outputs)


def test_every_structural_test_holds_the_new_lesson(course):
    said = run_in(
        course,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", f"{NAME} or doubled or map"),
        *("tests/notebooks/test_form.py", "tests/notebooks/test_frame.py"),
        "tests/notebooks/test_numbers.py",
        *("tests/notebooks/test_readme.py", "tests/notebooks/test_accessibility.py"),
        *("tests/lessons/test_exercises.py", "tests/lessons/test_browser_python.py"),
    )
    assert re.search(r"(\d+) passed", said)


def test_who_may_import_whom_holds_for_it(course):
    package = course / "course_utils" / "lessons" / "sample" / "__init__.py"
    lint = ("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())")
    run_in(course, *lint)
    before = package.read_text(encoding="utf-8")
    package.write_text(before + "import course_utils.lessons.loss\n", encoding="utf-8")
    try:
        with pytest.raises(AssertionError, match="No lesson imports another BROKEN"):
            run_in(course, *lint)
    finally:
        package.write_text(before, encoding="utf-8")
