"""`progress --rerun`: every answer executed anew, limited, and nothing of it left running."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from submissions import (
    CORRECT,
    TASKS,
    Case,
    answer_cell,
    answered,
    check_cell,
    code_cell,
    each_kind,
    lesson,
    solution,
    write,
)

from course_utils.desk import tamper, verdicts
from course_utils.desk.examiner import GONE, Result
from course_utils.desk.rerun import Rerun
from course_utils.desk.slices import (
    Code,
    find_answer,
    find_check,
    imports_apart,
    needed_cells,
    without_magic,
)
from course_utils.desk.table import read_progress
from tests.support.exercises import EXERCISES

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
linux = pytest.mark.skipif(sys.platform != "linux", reason="these limits are Linux's")

SECONDS = 2.0
WRONG = "def output_size(size, kernel, stride=1, padding=0):\n    return size - kernel + 1\n"
WITHOUT_NAMESPACE = ("leaves a daemon", "many processes")
IMPORT = "from course_utils.exercises.define import conv_size"
KILLS_PARENT = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n" + solution("conv_size")
KILLS_ALL = "import os\nif os.getpid() < 9:\n    os.kill(-1, 9)\n"


def left_running(again: Rerun) -> list[int]:
    """Its examiners, and whatever answers have left."""
    marks = [mark.encode() for mark in again.marks]
    names = filter(str.isdigit, os.listdir("/proc"))
    return [int(name) for name in names if any(mark in _environment(name) for mark in marks)]


def _environment(name: str) -> bytes:
    try:
        return Path("/proc", name, "environ").read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def examiners():
    """Two of them, for all tests of this file that need nothing special."""
    with Rerun(TASKS.values(), seconds=SECONDS).running() as again:
        yield again


def read(folder: Path, cases: list[tuple[str, Case]], again: Rerun):
    """The table of some submissions, executed anew."""
    write(folder, cases=cases)
    return read_progress(folder, TASKS.values(), "", again, again.side_by_side)


def case(source: str, learner="ada", saved=None, extra=()) -> tuple[str, Case]:
    """A notebook of an answer to `conv_size`, its check, and other cells before them."""
    notebook = answered(lesson("01_define"), "conv_size", source, saved)
    cells = [answer_cell(notebook, "conv_size"), check_cell(notebook, "conv_size")]
    return learner, Case("", "01_define", {"cells": [*map(code_cell, extra), *cells]})


def verdict(folder: Path, again: Rerun, *given) -> verdicts.Verdict:
    learner, made = case(*given)
    return read(folder, [(learner, made)], again).verdicts[learner, "conv_size"]


@linux
def test_every_kind_of_submission_is_told_right_and_nothing_is_left(tmp_path, examiners):
    cases = each_kind()
    table = read(tmp_path, cases, examiners)
    wrong = []
    for learner, made in cases:
        for name, said in made.expected(again=True).items():
            found = table.verdicts[learner, name]
            if (found.status, found.code) != said or found.source != "rerun":
                wrong.append(f"{made.kind}, {name}: {found}, not {said}")
            if name in made.stored and made.note not in found.note:
                wrong.append(f"{made.kind}, {name}: no note {made.note!r}, but {found.note!r}")
    assert wrong == []
    assert len(left_running(examiners)) == examiners.at_once
    assert [path.name for path in tmp_path.rglob("*") if path.suffix not in ("", ".ipynb")] == []


@linux
def test_without_namespaces_nothing_is_left_either(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    cases = [(name, made) for name, made in each_kind() if made.kind in WITHOUT_NAMESPACE]
    more = [case(KILLS_PARENT, "kills"), case(WRONG, "honest")]
    how = {"seconds": SECONDS, "namespace": False, "at_once": 1}
    with Rerun(TASKS.values(), **how).running() as again:
        table = read(tmp_path / "class", [*cases, *more], again)
        assert len(left_running(again)) == 1, "something was left until the end"
    for learner, made in cases:
        said = made.expected(again=True)["conv_size"][0]
        assert table.verdicts[learner, "conv_size"].status == said, made.kind
    assert table.verdicts["kills", "conv_size"].status == verdicts.ENDED
    assert table.verdicts["honest", "conv_size"].code == "wrong_size"
    assert (left_running(again), list(folder.iterdir())) == ([], [])


def test_where_no_process_can_be_forked_each_answer_has_a_process_of_its_own(tmp_path):
    cases = [case(WRONG, "wrong"), case("while True:\n    pass", "loop")]
    with Rerun(TASKS.values(), seconds=SECONDS, forks=False).running() as again:
        table = read(tmp_path, cases, again)
    assert table.verdicts["wrong", "conv_size"].code == "wrong_size"
    assert table.verdicts["loop", "conv_size"].status == verdicts.TOO_LONG


@linux
def test_in_a_namespace_others_cannot_be_reached(tmp_path, examiners):
    found = verdict(tmp_path, examiners, KILLS_ALL + KILLS_PARENT)
    assert found.status in (verdicts.CORRECT, verdicts.STOPPED)  # nobody is there to be killed


@forks
def test_an_answer_that_needs_more_than_names_is_given_all_cells(tmp_path, examiners):
    source = solution("conv_size").replace("return ", "return steps[0] * ")
    cells = ["steps = []", "steps.append(1)", "raise ValueError"]
    found = verdict(tmp_path, examiners, source, "ada", CORRECT, cells)
    assert (found.status, found.note) == CORRECT


@forks
def test_an_answer_beside_an_untouched_starter_counts(tmp_path, examiners):
    learner, made = case(TASKS["conv_size"].starter)
    made.notebook["cells"].insert(1, code_cell(solution("conv_size")))
    found = read(tmp_path, [(learner, made)], examiners).verdicts[learner, "conv_size"]
    assert found.status == verdicts.CORRECT


@forks
def test_an_answer_whose_cell_is_gone_is_not_started(tmp_path, examiners):
    learner, made = case(WRONG)
    made.notebook["cells"].pop(0)
    found = read(tmp_path, [(learner, made)], examiners).verdicts[learner, "conv_size"]
    assert (found.status, found.note) == (verdicts.NOT_STARTED, GONE)


@forks
@pytest.mark.parametrize(
    "patch",
    [
        IMPORT + "\nconv_size.check = lambda answer: answer",
        IMPORT + "\nconv_size.seconds = 1e9",
        "import torch\ntorch.Tensor.__eq__ = lambda one, other: True",
        "import sys\nsys.setprofile(lambda *seen: None)",
    ],
    ids=lambda patch: patch.partition("\n")[2][:30],
)
def test_what_was_changed_is_noticed(tmp_path, examiners, patch):
    found = verdict(tmp_path, examiners, f"{patch}\n{WRONG}")
    assert found.status == verdicts.CHANGED
    assert found.note


@pytest.mark.parametrize("wrong", [{"status": "great"}, {"status": "correct", "code": 3}, {}])
def test_a_result_that_is_not_ours_is_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        Result(**wrong)


# Which cells an answer needs


def cells(*sources):
    return [Code(source) for source in sources]


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        (["import torch", "x = 1", "answer = torch.ones(2)"], [0, 2]),
        (["x = 1", "y = x", "z = 2", "answer = y"], [0, 1, 3]),
        (["x = 1", "x = x + 1", "answer = x"], [0, 1, 2]),
        (["x = 1", "x += 1", "answer = x"], [0, 1, 2]),
        (["x = 1", "x = 2", "answer = x"], [1, 2]),
        (["answer = later", "later = 1"], [1, 0]),
        (["def f(): return g()", "def g(): return 1", "answer = f"], [1, 0, 2]),
        (["for i in range(3):\n    x = i", "answer = [x for x in range(2)]"], [1]),
        (["class A: pass", "def answer(a): return A"], [0, 1]),
        (["from math import pi as p", "answer = lambda r: p * r"], [0, 1]),
        (["a = b", "b = a", "answer = a"], [1, 0, 2]),
        (["1 +", "x = 1", "answer = x"], [1, 2]),
    ],
)
def test_the_cells_that_an_answer_needs(sources, wanted):
    place = next(i for i, source in enumerate(sources) if "answer" in source)
    assert needed_cells(cells(*sources), place) == wanted


def test_an_import_is_taken_without_the_training_below_it():
    lesson = ["import slow\nfrom fast import Recipe\nslow.train()", "answer = Recipe"]
    parts, place = imports_apart(cells(*lesson), 1)
    needed = [parts[i].source for i in needed_cells(parts, place)]
    assert needed == ["import slow\nfrom fast import Recipe", "answer = Recipe"]


@pytest.mark.parametrize(
    ("sources", "marked", "alone", "wanted"),
    [
        (["answer = 1", "e.check(answer)"], [0], True, 0),
        (["answer = ...", "answer = 2", "e.check(answer)"], [0], True, 1),
        (["answer = 1", "answer = 2", "e.check(answer)"], [1], True, 1),
        (["answer = 1", "answer = 2", "e.check(answer)", "answer = 3"], [], False, 1),
        (["e.check(answer)", "answer = 1"], [], True, 1),
        (["answer = 1"], [], False, None),
        (["answer = 1"], [], True, 0),
        (["x = 1"], [], True, None),
        (["1 +"], [0], True, 0),
    ],
)
def test_the_cell_that_gives_the_answer(sources, marked, alone, wanted):
    assert find_answer(cells(*sources), "e", "answer", marked, alone) == wanted


def test_the_check_of_the_answer_goes_before_other_calls():
    made = cells("e.check(answer)", "e.check(lambda: 1)", "other.check(answer)")
    assert find_check(made, "e", "answer") == 0
    assert find_check(made[1:], "e", "answer") == 0


def test_lines_for_ipython_alone_are_left_out():
    assert without_magic("!ls\nx = 1\n  %time\n?x") == "\nx = 1\n\n"
    assert without_magic("x = 5 \\\n% 3") == "x = 5 \\\n% 3"


# Whether the check was changed


def test_what_a_check_relies_on_is_noted_down():
    noted = tamper.note_down()
    for place in (
        ("course_utils.exercises.exercise.Exercise", "check"),
        ("course_utils.exercises.compare", "agree"),
        ("course_utils.exercises.define.conv_size", "behaviour"),
        ("course_utils.checks.feedback.Feedback", "__init__"),
        ("torch", "allclose"),
        ("torch.Tensor", "backward"),
        ("torch.nn.functional", "relu"),
        ("builtins", "len"),
    ):
        assert place in noted, place
    assert tamper.changed_since(noted) == []


def test_honest_use_changes_nothing():
    exercise = EXERCISES["conv_size"]
    _ = exercise.starter.value
    noted = tamper.note_down()
    exercise.hint()
    assert exercise.check(3).status == verdicts.NOT_YET
    assert tamper.changed_since(noted) == []


@pytest.mark.parametrize("part", ["__code__", "__defaults__"])
def test_a_function_with_another_inside_is_a_change(part, monkeypatch):
    from course_utils.exercises import compare

    noted = tamper.note_down()
    other = {
        "__code__": (lambda one, other, tolerance=0: True).__code__,
        "__defaults__": (9.0,),
    }
    monkeypatch.setattr(compare.agree, part, other[part])
    assert ("course_utils.exercises.compare", "agree") in tamper.changed_since(noted)
