"""A class in small on a real JupyterHub: it works, says what fails, and leaves nothing behind."""

import signal
import subprocess
import sys
import time

import nbformat
import pytest

from course_utils.command.project import ROOT
from course_utils.command.project import UserError as Trouble
from tests.hub import load, server
from tests.hub.conftest import of_classes


def lesson(folder, *cells):
    """Write a lesson of code cells, the last of which is tagged to teach an error."""
    made = [nbformat.v4.new_code_cell(code, id=f"cell-{n}") for n, code in enumerate(cells)]
    made[-1].metadata.tags = ["raises-exception"]
    path = folder / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def test_two_learners_run_a_lesson_each_in_a_folder_of_their_own(tmp_path):
    path = lesson(
        tmp_path,
        "import os, course_utils; open('mine', 'x').close()",  # fails where one was there before
        "from IPython.display import display; display({'text/plain': 'x'}, raw=True)",
        "1 / 0",
    )
    result = load.measure(2, path, stagger=0)
    assert result.faults == []
    assert [visit.cells for visit in result.visits] == [3, 3]
    assert all(visit.start > 0 and visit.lesson > 0 for visit in result.visits)
    assert len(result.desks) == 2
    assert all(desk.kernel.pss > 10_000_000 < desk.server.pss for desk in result.desks)


def test_an_error_and_an_absent_one_are_reported_by_cell_and_learner(tmp_path):
    result = load.measure(1, lesson(tmp_path, "unknown", "'no error'"), stagger=0.1)
    assert result.faults == [
        "learner-01: cell cell-0: NameError: name 'unknown' is not defined",
        "learner-01: cell cell-1: the error that it teaches did not come",
    ]


def test_a_kernel_that_dies_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.hub.learner.CELL_SECONDS", 10)
    result = load.measure(1, lesson(tmp_path, "import os; os._exit(1)", "1 / 0"), stagger=0)
    [fault] = result.faults
    assert fault.startswith("learner-01: ")


def test_a_hub_that_does_not_start_is_reported_with_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "free_ports", lambda count: [1, 2, 3][:count])
    monkeypatch.setattr(server, "HOST", "192.0.2.1")  # an address that no computer has
    with pytest.raises(Trouble, match=r"^JupyterHub did not start.* Its log ends:\n"):
        load.measure(1, lesson(tmp_path, "1 / 0"), stagger=0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_class_that_is_interrupted_ends_in_order(number):
    command = [sys.executable, "-m", "tests.hub.load", "--lesson", "01"]
    before = of_classes()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 90
    while len(of_classes() - before) < 4 and time.monotonic() < deadline:
        time.sleep(0.2)  # until there are a hub, a proxy, a server and a kernel
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.endswith("Stopped; everything that was started has ended.\n")
