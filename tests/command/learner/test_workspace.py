"""The working copy: an update never costs a learner a word they wrote."""

import errno
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.command.learner.workspace import RECORD, find_lesson, refresh, reset
from course_utils.command.project import Project, UserError


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
def project(tmp_path):
    (tmp_path / "notebooks" / "images").mkdir(parents=True)
    (tmp_path / "notebooks" / "00_start_here.ipynb").write_text(notebook("0"), encoding="utf-8")
    (tmp_path / "notebooks" / "01_define.ipynb").write_text(notebook("1"), encoding="utf-8")
    (tmp_path / "notebooks" / "images" / "digit.png").write_bytes(b"\x89PNG")
    return Project(tmp_path)


def course(project, text):
    (project.notebooks / "01_define.ipynb").write_text(text, encoding="utf-8")


def mine(project):
    return project.workspace / "01_define.ipynb"


def text(project, name="01_define.ipynb"):
    return (project.workspace / name).read_text(encoding="utf-8")


def names(project):
    return sorted(p.name for p in project.workspace.iterdir() if p.is_file())


def test_first_start_hands_out_every_file(project):
    (project.notebooks / ".ipynb_checkpoints").mkdir()
    (project.notebooks / ".ipynb_checkpoints" / "01_define-checkpoint.ipynb").write_text(
        "{}", encoding="utf-8"
    )
    assert refresh(project) == []
    assert names(project) == [RECORD, "00_start_here.ipynb", "01_define.ipynb"]
    assert (project.workspace / "images" / "digit.png").read_bytes() == b"\x89PNG"
    assert not (project.workspace / ".ipynb_checkpoints").exists()


def test_an_unchanged_lesson_is_refreshed(project):
    refresh(project)
    course(project, notebook("2"))
    assert refresh(project) == [
        "01_define.ipynb: a new version, in place of the one you had not changed."
    ]
    assert text(project) == notebook("2")
    assert refresh(project) == []


def test_a_lesson_that_was_only_run_is_refreshed_and_else_left(project):
    refresh(project)
    mine(project).write_text(notebook("1", executed=7), encoding="utf-8")
    assert refresh(project) == []
    assert text(project) == notebook("1", executed=7)
    course(project, notebook("2"))
    refresh(project)
    assert text(project) == notebook("2")


@pytest.mark.parametrize("theirs", [notebook("1 + 1"), notebook("1", "2"), notebook()])
def test_a_changed_lesson_is_kept_and_the_new_one_put_beside_it_once(project, theirs):
    refresh(project)
    mine(project).write_text(theirs, encoding="utf-8")
    assert refresh(project) == []
    course(project, notebook("2"))
    assert refresh(project) == [
        "01_define.ipynb: yours is kept as it is; "
        "the new version is beside it as 01_define_new_1.ipynb."
    ]
    assert text(project) == theirs
    assert text(project, "01_define_new_1.ipynb") == notebook("2")
    assert refresh(project) == []
    course(project, notebook("3"))
    refresh(project)
    assert text(project, "01_define_new_1.ipynb") == notebook("2")
    assert text(project, "01_define_new_2.ipynb") == notebook("3")


@pytest.mark.parametrize("theirs", ["", "{", "null", '{"cells": 3}'])
def test_a_damaged_lesson_is_kept_and_told_of_at_every_start(project, theirs):
    refresh(project)
    mine(project).write_text(theirs, encoding="utf-8")
    damaged = [
        "01_define.ipynb is damaged: Jupyter cannot open it. To get a fresh one and keep this "
        "one: reset 01_define"
    ]
    assert refresh(project) == damaged
    course(project, notebook("2"))
    assert len(refresh(project)) == 2
    assert refresh(project) == damaged
    assert text(project) == theirs
    reset("01_define", project)
    assert refresh(project) == []


def test_a_lesson_that_cannot_be_read_does_not_keep_the_others_back(project):
    mine(project).mkdir(parents=True)
    [said] = refresh(project)
    assert said.startswith("01_define.ipynb cannot be read (")
    assert said.endswith("Rename it to get a fresh one.")
    assert (project.workspace / "images" / "digit.png").exists()


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"01_define.ipynb": 3}'])
def test_without_a_record_a_lesson_counts_as_changed(project, record):
    refresh(project)
    mine(project).write_text(notebook("mine"), encoding="utf-8")
    (project.workspace / RECORD).unlink()
    if record is not None:
        (project.workspace / RECORD).write_text(record, encoding="utf-8")
    refresh(project)
    assert text(project) == notebook("mine")
    assert text(project, "01_define_new_1.ipynb") == notebook("1")


def test_a_deleted_lesson_comes_back_and_files_of_the_learner_stay(project):
    refresh(project)
    (project.workspace / "notes.txt").write_text("mine", encoding="utf-8")
    mine(project).unlink()
    refresh(project)
    assert text(project) == notebook("1")
    assert (project.workspace / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_lesson_that_left_the_course_stays_with_the_learner(project):
    refresh(project)
    (project.notebooks / "01_define.ipynb").unlink()
    refresh(project)
    assert mine(project).exists()


def test_reset_keeps_each_old_version_under_a_number(project):
    refresh(project)
    for number in (1, 2):
        mine(project).write_text(notebook(f"try {number}"), encoding="utf-8")
        assert reset("01", project) == (
            f"01_define.ipynb is fresh; yours is kept as 01_define_mine_{number}.ipynb. "
            "Reopen the lesson to see it."
        )
        assert text(project) == notebook("1")
    kept = [text(project, f"01_define_mine_{n}.ipynb") for n in (1, 2)]
    assert kept == [notebook("try 1"), notebook("try 2")]
    assert reset("01", project) == "01_define.ipynb is fresh; there was no other version to keep."


def test_reset_before_the_first_start_and_refresh_after_it(project):
    reset("define", project)
    course(project, notebook("2"))
    refresh(project)
    assert text(project) == notebook("2")


@pytest.mark.parametrize(
    "word", ["01", "1", "define", "01_define", "01_define.ipynb", "notebooks/01_define.ipynb"]
)
def test_a_lesson_has_several_names(project, word):
    assert find_lesson(word, project).name == "01_define.ipynb"


def test_an_unknown_lesson_gets_the_list(project):
    with pytest.raises(UserError) as caught:
        find_lesson("loss", project)
    assert str(caught.value) == (
        "There is no lesson 'loss'. The lessons are: 00_start_here, 01_define."
    )


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(project, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    refresh(project)
    course(project, notebook("2"))
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        refresh(project)
    assert text(project) == notebook("1")
    assert names(project) == [RECORD, "00_start_here.ipynb", "01_define.ipynb"]


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
    project = Project(tmp_path_factory.mktemp("course"))
    project.notebooks.mkdir()
    course(project, notebook("v0"))
    refresh(project)
    written = set()
    for step, number in steps:
        if step == "write":
            written.discard(text(project) if mine(project).exists() else "")
            mine(project).write_text(notebook(f"mine {number}"), encoding="utf-8")
            written.add(notebook(f"mine {number}"))
        elif step == "run" and mine(project).exists():
            stored = json.loads(text(project))
            source = stored["cells"][0]["source"]
            written.discard(text(project))
            mine(project).write_text(notebook(source, executed=number + 1), encoding="utf-8")
            if source.startswith("mine"):
                written.add(notebook(source, executed=number + 1))
        elif step == "delete" and mine(project).exists():
            written.discard(text(project))
            mine(project).unlink()
        elif step == "update":
            course(project, notebook(f"v{number}"))
        elif step == "reset":
            reset("01", project)
        elif step == "start":
            refresh(project)
        there = {p.read_text(encoding="utf-8") for p in project.workspace.glob("*.ipynb")}
        assert written <= there
