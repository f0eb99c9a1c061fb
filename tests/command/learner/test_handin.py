"""One file to upload: what a learner has worked in, and what is still open."""

import zipfile
from pathlib import Path

import pytest

from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.learner.handin import hand_in
from course_utils.command.project import UserError
from tests.support.submissions import LESSON, NEXT, answer, answered, course, lesson, put


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A checkout whose learner has solved an exercise of the first lesson."""
    monkeypatch.chdir(tmp_path)
    project = course(tmp_path / "course")
    put(project.notebooks / "given.py", b"")
    modules = {"given.py": b"", "helpers.py": b"import deep", "deep.py": b"", "other.py": b""}
    for name, content in {**modules, "picture.png": b"", ".ipynb_checkpoints/x.py": b""}.items():
        put(project.workspace / name, content)
    source = f"from helpers import given\n{answer('double')}"
    mine = answered(lesson(), "double", "correct", source=source)
    put(project.workspace / f"{LESSON}.ipynb", mine)
    put(project.workspace / f"{NEXT}.ipynb", lesson(NEXT))
    return project


def names(path):
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_it_holds_the_lessons_worked_in_and_says_what_is_open(project, tmp_path, capsys):
    assert hand_in(" Ada  Lovelace", project=project) == 0
    out = tmp_path / "Ada Lovelace.zip"
    assert names(out) == [f"{LESSON}.ipynb", "helpers.py", "deep.py"]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{LESSON}: 1 of 2 correct"
    assert f"Next: “To square a number” in {LESSON}: not started." in said
    assert said[-2:] == [
        "The lessons are packed as you last saved them. The file to upload:",
        f"    {out}",
    ]
    hand_in("Ada Lovelace", ["next"], project=project)  # in place of the first
    assert names(out) == [f"{NEXT}.ipynb"]


def test_a_folder_of_ones_own_is_packed_as_well(project, tmp_path):
    put(tmp_path / "mine" / f"{NEXT}.ipynb", answered(lesson(NEXT), "halve"))
    hand_in("Ada", folder=tmp_path / "mine", project=project)
    assert names(tmp_path / "Ada.zip") == [f"{NEXT}.ipynb"]
    with pytest.raises(UserError, match="There is no folder absent here"):
        hand_in("Ada", folder=Path("absent"), project=project)


def test_the_instructor_reads_it_as_it_is(project, tmp_path):
    hand_in("Ada / Lovelace", project=project)
    put(tmp_path / "class" / "x", b"")
    (tmp_path / "Ada _ Lovelace.zip").rename(tmp_path / "class" / "Ada _ Lovelace.zip")
    found = read_class(Request(tmp_path / "class"), project)
    assert found.verdicts["Ada _ Lovelace", "double"].status == "correct"
    assert found.problems == []


def test_what_cannot_be_handed_in_is_told(project, tmp_path):
    with pytest.raises(UserError, match="Your name is needed"):
        hand_in(" . ", project=project)
    (tmp_path / "Ada.zip").write_bytes(b"something else")
    with pytest.raises(UserError, match=r"Ada\.zip is a file of another kind"):
        hand_in("Ada", project=project)
    put(project.workspace / f"{LESSON}.ipynb", lesson())
    with pytest.raises(UserError, match="no lesson yet that you have worked in"):
        hand_in("Ben", project=project)
