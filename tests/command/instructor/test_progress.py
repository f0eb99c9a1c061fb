"""`progress`: the table of a class, and of one's own."""

import csv
import re

import pytest

from course_utils.command import cli
from course_utils.command.instructor import progress
from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.instructor.tables import class_lines, own_lines
from course_utils.command.project import UserError
from tests.support.submissions import LESSON, NEXT, answered, course, lesson, put

UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NAMES = ("=HYPERLINK(1)", "@SUM(1+1)", "red\x1b[31m", "two\nlines", "x" * 200, "李雷", "a\u202eb")


@pytest.fixture
def project(tmp_path):
    return course(tmp_path / "course")


def read_progress(folder, learner="", project=None):
    return read_class(Request(folder, learner), project)


def hand_in(folder, learner, notebook=None, name=LESSON):
    return put(folder / learner / f"{name}.ipynb", notebook or lesson())


@pytest.fixture
def small(tmp_path):
    """Four learners: `square` is missed by three, `double` by one; one lesson is Ada's alone."""
    for learner, statuses in {
        "ada": ("not yet", "not yet"),
        "ben": ("correct", "stopped with an error"),
        "cem": ("correct", "not yet"),
        "dan": ("correct", ""),
    }.items():
        mistake = "code" if learner < "cem" else "other"
        notebook = answered(lesson(), "double", statuses[0], mistake)
        hand_in(tmp_path / "class", learner, answered(notebook, "square", statuses[1], mistake))
    hand_in(tmp_path / "class", "ada", answered(lesson(NEXT), "halve", "correct"), NEXT)
    return tmp_path / "class"


def test_a_class_is_shown_by_exercise_and_by_learner(small, project):
    (small / "eva").mkdir()
    put(small / "dan" / f"{NEXT}.ipynb", b"")
    table = read_progress(small, project=project)
    assert list(class_lines(table)) == [
        "+ correct,  - not yet,  ! stopped with an error,  ? written, not checked,  "
        "x not readable,  _ not handed in",
        "",
        "   +   -   !   ?   x   _   learners, by exercise",
        "   0   2   1   1   0   1   01 square   2× code   1× other",
        "   3   1   0   0   0   1   01 double   1× code",
        "   1   0   0   0   1   3   02 halve",
        "",
        "01 02   learner",
        "-- +    ada",
        "+! _    ben",
        "+- _    cem",
        "+? x    dan",
        "__ _    eva",
    ]
    assert table.problems == [f"dan/{NEXT}.ipynb is no notebook: its JSON is broken or missing."]


def test_only_lessons_that_somebody_has_handed_in_are_shown(small, project):
    (small / "ada" / f"{NEXT}.ipynb").unlink()
    assert [task.name for task in read_progress(small, project=project).tasks] == [
        "double",
        "square",
    ]


def test_ones_own_table_ends_with_what_comes_next(small, project):
    table = read_progress(small / "ada", "you", project=project)
    assert list(own_lines(table)) == [
        f"{LESSON}: 0 of 2 correct",
        "  not yet               To double a number (code)",
        "  not yet               To square a number (code)",
        f"{NEXT}: 1 of 1 correct",
        "  correct               To halve a number",
        "",
        f"Next: “To double a number” in {LESSON}: not yet.",
        "  A sentence.",
    ]
    notebook = answered(lesson(), "double", "correct")
    hand_in(small, "ada", notebook)
    assert list(own_lines(read_progress(small / "ada", "you", project=project)))[-1] == (
        f"Next: “To square a number” in {LESSON}: not started."
    )
    hand_in(small, "ada", answered(notebook, "square", "correct"))
    lines = list(own_lines(read_progress(small / "ada", "you", project=project)))
    assert lines[-1] == "Every exercise is correct."


def test_without_a_folder_it_is_the_working_copy(project, capsys):
    with pytest.raises(
        UserError, match="There is no working copy yet: python3 -m course_utils sta"
    ):
        progress.show_progress(None, project=project)
    put(project.workspace / f"{LESSON}.ipynb", lesson())
    aside = answered(lesson(), "double", "correct")
    put(project.workspace / f"{LESSON}_mine_1.ipynb", aside)
    assert progress.show_progress(None, project=project) == 0
    out = capsys.readouterr().out
    assert f"{LESSON}: 0 of 2 correct" in out
    assert f"{NEXT}: 0 of 1 correct" in out


def rows_of(table):
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_gradebook_opens_in_a_spreadsheet(tmp_path, project, capsys):
    folder, table = tmp_path / "class", tmp_path / "table.csv"
    for name in (*NAMES, "Müller"):
        hand_in(folder, name, answered(lesson(), "double", "not yet", "=1+1"))
    hand_in(folder, "Müller", answered(lesson(), "square", "correct"), "square")
    hand_in(folder, "Müller", b"{", "02_next")
    assert progress.show_progress(folder, table, project=project) == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbflearner,id,01 double,01 square,")
    rows = rows_of(table)
    mine = {"learner": "Müller", "id": "", "correct": "1", "notes": "", "02 halve": "not readable"}
    assert mine | {"01 double": "not yet: =1+1", "01 square": "correct"} in rows
    assert {"'=HYPERLINK(1)", "'@SUM(1+1)", "李雷", "two lines"} <= {row["learner"] for row in rows}
    cells = [cell for row in rows for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@")) or UNSAFE.search(cell) for cell in cells)
    out = capsys.readouterr().out
    assert not UNSAFE.search(out)
    assert out.splitlines()[-1] == rows[-1]["notes"]
    assert rows[-1]["notes"].startswith("Müller/02_next.ipynb is no notebook: ")


def test_the_gradebook_has_points_and_numbers_where_they_are_given(tmp_path, small, project):
    table, points, roster = (tmp_path / f"{name}.csv" for name in ("table", "points", "roster"))
    points.write_text("exercise;points\ndouble;1,5\nhalve;4", encoding="utf-8")
    roster.write_text("name,id\nAda,17\nEva,18", encoding="utf-8")
    progress.show_progress(small, table, points, roster, project=project)
    rows = {row["learner"]: row for row in rows_of(table)}
    assert rows["Ada"] == {
        "learner": "Ada", "id": "17", "01 double": "0", "02 halve": "4.0", "points": "4.0",
        "notes": "",
    }  # fmt: skip
    assert rows["ben"]["points"] == "1.5"
    assert rows["Eva"]["points"] == "0"
    assert rows[""]["notes"] == "Not on the roster: ben, cem, dan."


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("no_such,3", "'no_such,3' is no line such as double,2\nThe exercises are: double, square"),
        ("double,much", "'double,much' is no line"),
        ("double", "'double' is no line"),
    ],
)
def test_points_that_cannot_be_read_are_told_before_anything_else(tmp_path, project, lines, says):
    (tmp_path / "points.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(says)):
        progress.check_request(
            "progress", tmp_path, tmp_path / "t.csv", tmp_path / "points.csv", project=project
        )
    with pytest.raises(UserError, match="add --csv FILE"):
        progress.check_request("progress", tmp_path, points=tmp_path / "p.csv", project=project)


def test_a_table_that_cannot_be_written_is_told_before_anything_is_read(tmp_path, small, capsys):
    table = tmp_path / "absent" / "table.csv"
    assert cli.run_command(["progress", str(small), "--csv", str(table)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"{table} cannot be written (No such file or directory).\nClose it")


def test_a_class_that_is_not_there_is_told_before_a_set_up(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cli.setup, "ready_python", None)
    assert cli.run_command(["progress", str(tmp_path / "absent"), "--rerun"]) == 1
    assert capsys.readouterr().err.startswith("There is no folder or zip file 'absent' here.")


def test_an_empty_folder_is_told(tmp_path, project):
    with pytest.raises(UserError, match="There is no notebook of the course in class"):
        progress.show_progress(put(tmp_path / "class" / "a.txt", b"").parent, project=project)


def test_the_command_shows_a_folder_of_the_course_itself(tmp_path, capsys):
    folder, table = cli.HERE.notebooks, tmp_path / "table.csv"
    assert cli.run_command(["progress", str(folder), "--csv", str(table)]) == 0
    out = capsys.readouterr().out
    tasks = list(said.course_tasks())
    assert out.count("  not started  ") == len(tasks) > 0
    assert len(rows_of(table)[0]) == len(tasks) + 4
