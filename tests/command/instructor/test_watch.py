"""Who is stuck now, while a class works."""

import itertools
import os
import time

import pytest

from course_utils.command.instructor import progress, watch
from course_utils.command.instructor.read_class import Request
from course_utils.command.instructor.watch import HEAD, Watch
from tests.support.submissions import LESSON, NEXT, answered, course, lesson, put

NOW = 1_800_000_000


@pytest.fixture
def project(tmp_path):
    return course(tmp_path / "course")


def save(folder, learner, notebook, minutes_ago, name=LESSON):
    """Save a learner's notebook some minutes before NOW."""
    path = put(folder / learner / f"{name}.ipynb", notebook)
    os.utime(path, (NOW - 60 * minutes_ago,) * 2)


def test_who_has_made_no_step_for_longest_stands_first(tmp_path, project):
    solved = answered(lesson(), "double", "correct")
    save(tmp_path / "class", "ada", answered(solved, "square", "not yet", "wrong"), 9)
    save(tmp_path / "class", "ben", answered(lesson(), "double", "correct"), 30)
    save(tmp_path / "class", "cem", lesson(), 50)
    both = answered(answered(lesson(), "double", "correct"), "square", "correct")
    save(tmp_path / "class", "dan", both, 90)
    look = Watch(Request(tmp_path / "class"), project).look
    assert look(NOW) == [
        HEAD,
        " 30 min  30 min       1/2   ben: 01 square, not started",
        "  9 min   9 min       1/2   ada: 01 square, not yet (wrong)",
        "      -       -       0/2   cem: nothing done yet",
        " 90 min  90 min       2/2   dan: all correct",
    ]
    save(tmp_path / "class", "ben", answered(lesson(), "double", "correct"), -5)  # no step
    save(tmp_path / "class", "ada", answered(solved, "square", "correct"), -5)
    save(tmp_path / "class", "ada", answered(lesson(NEXT), "halve"), -8, NEXT)
    assert look(NOW + 600)[1:4] == [
        "100 min 100 min       2/3   dan: 02 halve, not started",
        " 40 min   5 min       1/3   ben: 01 square, not started",
        "  2 min   2 min       2/3   ada: 02 halve, written, not checked",
    ]


def test_a_look_at_thirty_takes_less_than_a_second(tmp_path, project):
    padding = {"cell_type": "markdown", "id": "long", "metadata": {}, "source": "x" * 300_000}
    for number, name in itertools.product(range(30), (LESSON, NEXT)):
        notebook = lesson(name)
        notebook["cells"].append(padding)
        save(tmp_path / "class", f"learner {number}", notebook, number, name)
    look = Watch(Request(tmp_path / "class"), project).look
    began = time.process_time()
    assert len(look(NOW)) == 31
    first = time.process_time()
    assert first - began < 1
    look(NOW)
    assert time.process_time() - first < 0.5


def test_ctrl_c_ends_it(tmp_path, project, monkeypatch, capsys):
    save(tmp_path / "class", "ada", answered(lesson(), "double", "correct"), 3)

    def stop(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", stop)
    assert progress.show_progress(tmp_path / "class", watch=True, project=project) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == HEAD
    assert said[-1] == "No longer watching."
