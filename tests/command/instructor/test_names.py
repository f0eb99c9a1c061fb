"""Who is in the class: a roster, in the forms that platforms and people give it."""

import json
import re

import pytest

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.names import read_roster
from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.project import UserError
from tests.support.submissions import LESSON, NEXT, course, lesson, write_class


@pytest.mark.parametrize(
    "table",
    [
        "Ada Lovelace,12345\nJan Müller,67890\nEve Absent,3",
        "ID number;Last name;First name;Email address\n12345;Lovelace;Ada;a\n67890;Müller;Jan;m\n3;Absent;Eve;e",  # noqa: E501
    ],
)  # fmt: skip
def test_a_roster_joins_attempts_and_names_who_is_absent(tmp_path, table):
    (tmp_path / "roster.csv").write_text(table, encoding="cp1252")
    roster = read_roster(tmp_path / "roster.csv")
    places = [
        f"lovelaceada_12345_9_{LESSON}.ipynb",
        f"Ada Lovelace_7_assignsubmission_file_/{NEXT}.ipynb",
        f"Tue/67890/{LESSON}.ipynb",
        f"MULLER, Jan/{NEXT}.ipynb",
        f"Bob/{LESSON}.ipynb",
    ]
    folder = write_class(tmp_path / "class", dict.fromkeys(places, json.dumps(lesson()).encode()))
    found = read_class(Request(folder, roster=roster), course(tmp_path / "course"))
    assert found.learners == ["Ada Lovelace", "Bob", "Eve Absent", "Jan Müller"]
    assert found.verdicts["Eve Absent", "double"].status == said.NOT_HANDED_IN
    assert found.ids["Jan Müller"] == "67890"
    assert "Not on the roster: Bob." in found.problems


@pytest.mark.parametrize(
    ("name", "says"), [("absent", "cannot be read (No such"), ("empty", "names nobody")]
)
def test_a_roster_that_is_none_is_told(tmp_path, name, says):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(UserError, match=re.escape(f"{name}.csv {says}")):
        read_roster(tmp_path / f"{name}.csv")
