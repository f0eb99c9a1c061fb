"""Whose the notebooks in a folder are."""

import os
import unicodedata

import pytest

from course_utils.command.instructor.submissions import find_submissions
from course_utils.command.project import UserError

LESSONS = ("01_small", "02_next_step")


def found_in(folder, *names, learner=""):
    """What is found among empty files of some names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return find_submissions(folder, LESSONS, learner)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("ada/01_small.ipynb", "ada"),
        ("ada/my answers.ipynb", "ada"),
        ("ada/week 1/deep/er/and/deeper/01_small.ipynb", "ada"),
        ("ada_01_small.ipynb", "ada"),
        ("01_small-ada.ipynb", "ada"),
        ("Eva_Maria 02_Next_Step (1).ipynb", "Eva_Maria"),
        ("ada_01_small-Copy1.ipynb", "ada"),
        ("Eva Maria.ipynb", "Eva Maria"),
        ("ada_small.ipynb", "ada"),
        ("ada_07_small.IPYNB", "ada"),  # the lesson had another number once
        ("smallwood.ipynb", "smallwood"),
        ("01_small.ipynb", "class"),
        ("01_small-Copy1.ipynb", "class"),
        ("01_small (2).ipynb", "class"),
        ("02_next_step_mine_1.ipynb", "class"),
        ("01_small copy.ipynb", "class"),
    ],
)
def test_the_folder_or_the_name_says_whose_it_is(tmp_path, name, owner):
    found = found_in(tmp_path / "class", name)
    assert found.owners == {tmp_path / "class" / name: owner}
    assert (found.without, found.problems) == (set(), [])


def test_one_learners_folder_is_theirs_whatever_is_in_it(tmp_path):
    found = found_in(tmp_path, "01_small.ipynb", "ben/x.ipynb", learner="you")
    assert set(found.owners.values()) == {"you"}
    assert found.without == set()


def test_what_no_learner_has_written_is_left_aside(tmp_path):
    names = (".git/a.ipynb", "ada/.ipynb_checkpoints/a.ipynb", "__MACOSX/a.ipynb", "ada/._a.ipynb")
    found = found_in(tmp_path, "ada/a.ipynb", "ada/notes.txt", *names)
    assert list(found.owners) == [tmp_path / "ada" / "a.ipynb"]


def test_a_folder_without_a_notebook_is_a_learner_who_handed_nothing_in(tmp_path):
    (tmp_path / "ben").mkdir()
    (tmp_path / ".git").mkdir()
    assert found_in(tmp_path, "01_small.ipynb").without == set()
    assert found_in(tmp_path, "ada/01_small.ipynb").without == {"ben"}


def test_one_name_in_two_spellings_is_one_learner(tmp_path):
    names = [unicodedata.normalize(form, "Müller") for form in ("NFC", "NFD")]
    found = found_in(tmp_path, f"{names[0]}_01_small.ipynb", f"{names[1]}_02_next_step.ipynb")
    assert set(found.owners.values()) == {names[0]}


def test_links_to_folders_are_told_and_not_followed(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "all").symlink_to(tmp_path, target_is_directory=True)
    found = found_in(tmp_path / "class", "ada/a.ipynb")
    assert len(found.owners) == 1
    assert found.problems == ["all is a link to a folder: not followed."]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root opens all")
def test_a_folder_that_cannot_be_opened_is_told(tmp_path):
    found_in(tmp_path, "ada/a.ipynb", "ben/a.ipynb")
    (tmp_path / "ben").chmod(0)
    found = found_in(tmp_path)
    (tmp_path / "ben").chmod(0o700)
    assert found.problems == ["ben cannot be opened (Permission denied)."]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserError, match="There is no folder 'class' here"):
        find_submissions(tmp_path / "class", LESSONS)
