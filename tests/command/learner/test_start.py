"""`setup` and `start` as a learner types them, in a checkout where the packages are at hand."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from course_utils.command.project import ROOT


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A checkout of its own."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "course_utils", folder / "course_utils")
    (folder / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("0[01]*.ipynb")):
        shutil.copy(path, folder / "notebooks")
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def command(course, *arguments):
    return {
        "args": [sys.executable, "-m", "course_utils", *arguments],
        "cwd": course,
        "env": {**os.environ, "PYTHONPATH": str(course)},
        "encoding": "utf-8",
    }


def test_setup_hands_the_lessons_out_and_opens_nothing(course):
    said = subprocess.check_output(**command(course, "setup"))
    assert said == "Everything is here. The lessons are in the folder workspace.\n"
    assert (course / "workspace" / "01_define.ipynb").exists()
    assert not (course / ".venv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way there")
def test_a_second_start_opens_its_lesson_in_the_server_that_runs(course):
    with subprocess.Popen(
        **command(course, "start", "--no-browser"), stdout=subprocess.PIPE, start_new_session=True
    ) as first:
        try:
            said = [first.stdout.readline() for _ in range(4)]
            again = command(course, "start", "01", "--no-browser")
            second = subprocess.check_output(**again, timeout=120)
        finally:
            os.killpg(first.pid, signal.SIGINT)
            rest, _ = first.communicate(timeout=120)
    assert said[0] == "Opening 00_start_here.ipynb: it is the first.\n"
    assert "is closed" in rest
    address = said[3].strip()
    assert second.splitlines() == [
        "Opening 01_define.ipynb: as you asked.",
        "JupyterLab runs already for this course, in another window.",
        "The address of 01_define.ipynb:",
        "    " + address.replace("00_start_here", "01_define"),
    ]
