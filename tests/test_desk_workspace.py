"""The working copy: an update never costs a learner a word they wrote."""

import errno
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.desk import files
from course_utils.desk.places import Places
from course_utils.desk.trouble import Trouble
from course_utils.desk.workspace import RECORD, find_lesson, refresh, reset


def notebook(*sources, executed=0):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "source": source,
            "execution_count": executed or None,
            "metadata": {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}] * bool(executed),
        }
        for i, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def places(tmp_path):
    (tmp_path / "notebooks" / "images").mkdir(parents=True)
    (tmp_path / "notebooks" / "00_start_here.ipynb").write_text(notebook("0"))
    (tmp_path / "notebooks" / "01_define.ipynb").write_text(notebook("1"))
    (tmp_path / "notebooks" / "images" / "digit.png").write_bytes(b"\x89PNG")
    return Places(tmp_path)


def course(places, text):
    (places.notebooks / "01_define.ipynb").write_text(text)


def mine(places):
    return places.workspace / "01_define.ipynb"


def names(places):
    return sorted(p.name for p in places.workspace.iterdir() if p.is_file())


def test_first_start_hands_out_every_file(places):
    (places.notebooks / ".ipynb_checkpoints").mkdir()
    (places.notebooks / ".ipynb_checkpoints" / "01_define-checkpoint.ipynb").write_text("{}")
    assert refresh(places) == []
    assert names(places) == [RECORD, "00_start_here.ipynb", "01_define.ipynb"]
    assert (places.workspace / "images" / "digit.png").read_bytes() == b"\x89PNG"
    assert not (places.workspace / ".ipynb_checkpoints").exists()


def test_an_unchanged_lesson_is_refreshed(places):
    refresh(places)
    course(places, notebook("2"))
    assert refresh(places) == [
        "01_define.ipynb: a new version, in place of the one you had not changed."
    ]
    assert mine(places).read_text() == notebook("2")
    assert refresh(places) == []


def test_a_lesson_that_was_only_run_is_refreshed_and_else_left(places):
    refresh(places)
    mine(places).write_text(notebook("1", executed=7))
    assert refresh(places) == []
    assert mine(places).read_text() == notebook("1", executed=7)
    course(places, notebook("2"))
    refresh(places)
    assert mine(places).read_text() == notebook("2")


@pytest.mark.parametrize(
    "theirs", [notebook("1 + 1"), notebook("1", "2"), notebook(), "", "{", "null", '{"cells": 3}']
)
def test_a_changed_lesson_is_kept_and_the_new_one_put_beside_it_once(places, theirs):
    refresh(places)
    mine(places).write_text(theirs)
    assert refresh(places) == []
    course(places, notebook("2"))
    assert refresh(places) == [
        "01_define.ipynb: yours is kept as it is; "
        "the new version is beside it as 01_define_new_1.ipynb."
    ]
    assert mine(places).read_text() == theirs
    assert (places.workspace / "01_define_new_1.ipynb").read_text() == notebook("2")
    assert refresh(places) == []
    course(places, notebook("3"))
    refresh(places)
    assert (places.workspace / "01_define_new_1.ipynb").read_text() == notebook("2")
    assert (places.workspace / "01_define_new_2.ipynb").read_text() == notebook("3")


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"01_define.ipynb": 3}'])
def test_without_a_record_a_lesson_counts_as_changed(places, record):
    refresh(places)
    mine(places).write_text(notebook("mine"))
    (places.workspace / RECORD).unlink()
    if record is not None:
        (places.workspace / RECORD).write_text(record)
    refresh(places)
    assert mine(places).read_text() == notebook("mine")
    assert (places.workspace / "01_define_new_1.ipynb").read_text() == notebook("1")


def test_a_deleted_lesson_comes_back_and_files_of_the_learner_stay(places):
    refresh(places)
    (places.workspace / "notes.txt").write_text("mine")
    mine(places).unlink()
    refresh(places)
    assert mine(places).read_text() == notebook("1")
    assert (places.workspace / "notes.txt").read_text() == "mine"


def test_a_lesson_that_left_the_course_stays_with_the_learner(places):
    refresh(places)
    (places.notebooks / "01_define.ipynb").unlink()
    refresh(places)
    assert mine(places).exists()


def test_reset_keeps_each_old_version_under_a_number(places):
    refresh(places)
    for number in (1, 2):
        mine(places).write_text(notebook(f"try {number}"))
        assert reset("01", places) == (
            f"01_define.ipynb is fresh; yours is kept as 01_define_mine_{number}.ipynb. "
            "Reopen the lesson to see it."
        )
        assert mine(places).read_text() == notebook("1")
    kept = [(places.workspace / f"01_define_mine_{n}.ipynb").read_text() for n in (1, 2)]
    assert kept == [notebook("try 1"), notebook("try 2")]
    assert reset("01", places) == "01_define.ipynb is fresh; there was no other version to keep."


def test_reset_before_the_first_start_and_refresh_after_it(places):
    reset("define", places)
    course(places, notebook("2"))
    refresh(places)
    assert mine(places).read_text() == notebook("2")


@pytest.mark.parametrize(
    "word", ["01", "1", "define", "01_define", "01_define.ipynb", "notebooks/01_define.ipynb"]
)
def test_a_lesson_has_several_names(places, word):
    assert find_lesson(word, places).name == "01_define.ipynb"


def test_an_unknown_lesson_gets_the_list(places):
    with pytest.raises(Trouble) as caught:
        find_lesson("loss", places)
    assert str(caught.value) == (
        "There is no lesson 'loss'. The lessons are: 00_start_here, 01_define."
    )


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(places, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    refresh(places)
    course(places, notebook("2"))
    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        refresh(places)
    assert mine(places).read_text() == notebook("1")
    assert names(places) == [RECORD, "00_start_here.ipynb", "01_define.ipynb"]


def test_a_file_is_replaced_and_not_written_into(tmp_path):
    (tmp_path / "file").write_text("old")
    os.link(tmp_path / "file", tmp_path / "same")
    files.replace_text(tmp_path / "file", "new\n")
    assert (tmp_path / "file").read_bytes() == b"new\n"
    assert (tmp_path / "same").read_text() == "old"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "run", "delete", "update", "reset", "start"]), st.integers(0, 3)
    ),
    max_size=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_nothing_a_learner_wrote_is_ever_lost(tmp_path_factory, steps):
    places = Places(tmp_path_factory.mktemp("course"))
    places.notebooks.mkdir()
    course(places, notebook("v0"))
    refresh(places)
    written = set()
    for step, number in steps:
        if step == "write":
            written.discard(mine(places).read_text() if mine(places).exists() else "")
            mine(places).write_text(notebook(f"mine {number}"))
            written.add(notebook(f"mine {number}"))
        elif step == "run" and mine(places).exists():
            stored = json.loads(mine(places).read_text())
            source = stored["cells"][0]["source"]
            written.discard(mine(places).read_text())
            mine(places).write_text(notebook(source, executed=number + 1))
            if source.startswith("mine"):
                written.add(notebook(source, executed=number + 1))
        elif step == "delete" and mine(places).exists():
            written.discard(mine(places).read_text())
            mine(places).unlink()
        elif step == "update":
            course(places, notebook(f"v{number}"))
        elif step == "reset":
            reset("01", places)
        elif step == "start":
            refresh(places)
        there = {p.read_text() for p in places.workspace.glob("*.ipynb")}
        assert written <= there
