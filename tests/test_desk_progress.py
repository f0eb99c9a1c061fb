"""`progress`: what a folder of saved notebooks says, whatever is in it."""

import csv
import io
import json
import os
import re
import shutil

import pytest
from IPython.core.formatters import DisplayFormatter
from submissions import (
    CORRECT,
    NAMES,
    SIZE,
    TASKS,
    answer_cell,
    answered,
    check_cell,
    error,
    lesson,
    solution,
    submissions,
    verdict,
    write,
)

from course_utils.checks.feedback import Feedback
from course_utils.command import cli
from course_utils.command.project import HERE
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.desk import progress, report, saved, verdicts
from course_utils.desk.plain import columns
from course_utils.desk.report import class_report, own_report
from course_utils.desk.table import CSV_COLUMNS, as_csv, read_progress
from course_utils.exercises import feedback

NOT_YET = (verdicts.NOT_YET, "no_plus_one")
UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def read(folder, learner=""):
    return read_progress(folder, TASKS.values(), learner)


def put(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def size(saved_as, source=None):
    """Lesson 01 with an answer to `conv_size` and its saved verdict."""
    return answered(lesson("01_define"), "conv_size", source or solution("conv_size"), saved_as)


def one(folder, notebook, name="conv_size"):
    """The verdict on one exercise of one notebook."""
    put(folder / "ada" / f"{TASKS[name].lesson}.ipynb", notebook)
    return read(folder).verdicts["ada", name]


# A class of 200


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    assert len(write(folder)) == SIZE
    return folder


@pytest.fixture(scope="module")
def table(class_folder):
    return read(class_folder)


def test_every_one_of_200_submissions_is_told_right(table):
    expected = {
        (learner, name): said
        for learner, case in submissions()
        for name, said in case.expected(again=False).items()
    }
    told = {key: (table.verdicts[key].status, table.verdicts[key].code) for key in expected}
    assert told == expected


def test_a_lesson_not_handed_in_differs_from_one_not_started(table):
    learner, case = next((name, c) for name, c in submissions() if c.kind == "untouched")
    status = {t.lesson == case.lesson: table.verdicts[learner, t.name].status for t in table.tasks}
    assert status == {True: verdicts.NOT_STARTED, False: verdicts.NOT_HANDED_IN}


def test_what_cannot_be_read_costs_one_line_each_and_nothing_else(table):
    unreadable = {f"{name}/{c.lesson}.ipynb": c.told for name, c in submissions() if c.told}
    assert len(table.told) == len(unreadable) == SIZE - table.notebooks
    for line in table.told:
        path, _, says = line.partition(" ")
        assert unreadable.pop(path) in says


@pytest.mark.parametrize("width", [80, 120])
def test_the_report_of_a_class_fits_and_bears_nothing_that_spoils_a_terminal(table, width):
    text = class_report(table, width)
    assert not UNSAFE.search(text)
    assert [line for line in text.splitlines()[:-20] if columns(line) > width] == []
    assert "learner by learner" in text.lower()


def test_csv_has_every_verdict_and_no_formula(table):
    rows = list(csv.DictReader(io.StringIO(as_csv(table))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == SIZE * len(table.tasks)
    values = [value for row in rows for value in row.values()]
    assert not any(
        value.startswith(("=", "+", "-", "@")) or UNSAFE.search(value) for value in values
    )
    learners = {row["learner"] for row in rows}
    assert {"'=HYPERLINK(1)", "'@SUM(1+1)", "李雷"} <= learners


def test_a_picture_is_drawn_of_names_that_are_no_mathematics(tmp_path):
    for name in NAMES:
        put(tmp_path / name / "01_define.ipynb", size(NOT_YET))
    image = progress.drawn(read(tmp_path), ".svg")
    assert image.startswith(b"<?xml")
    assert b"8 of 8 who tried it, most often by no_plus_one." in image


# What a saved notebook says


def test_the_words_and_the_form_are_those_of_the_checks():
    assert saved.VERDICT == feedback.VERDICT
    assert set(verdicts.SAID) == set(feedback.COLOURS)
    kinds, _ = DisplayFormatter().format(Feedback("not yet", "code", "A sentence.", "ink"))
    made = verdict("ink", "not yet", "code")["data"]
    assert kinds[feedback.VERDICT] == made[feedback.VERDICT]
    assert [kinds["text/plain"]] == made["text/plain"]


def test_of_several_checks_the_one_run_last_counts(tmp_path):
    notebook = size(NOT_YET)
    again = json.loads(json.dumps(check_cell(notebook, "conv_size")))
    again.update(execution_count=9000, outputs=[verdict("conv_size", *CORRECT)])
    notebook["cells"].insert(0, again)
    assert one(tmp_path, notebook).status == verdicts.CORRECT


def test_a_check_that_was_printed_counts_too(tmp_path):
    notebook = size(NOT_YET)
    check = check_cell(notebook, "conv_size")
    check["source"] = "print(conv_size.check(output_size))"
    check["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hm\nNot yet: No.\n"}]
    assert one(tmp_path, notebook) == verdicts.Verdict("not yet", says="No.")


def test_the_lessons_own_demonstrations_do_not_count(tmp_path):
    notebook = answered(lesson("00_start_here"), "ink", solution("ink"), CORRECT)
    assert one(tmp_path, notebook, "ink").status == verdicts.CORRECT
    for cell in notebook["cells"]:
        if cell.get("id") == "ink-stopped":
            cell.update(execution_count=9999, outputs=[verdict("ink", "not yet", "sum")])
    assert one(tmp_path, notebook, "ink").status == verdicts.CORRECT


def test_layout_and_comments_do_not_make_a_starter_an_answer(tmp_path):
    notebook = lesson("01_define")
    cell = answer_cell(notebook, "conv_size")
    cell["source"] = "# mine\n" + TASKS["conv_size"].starter.replace("=", " = ") + "\n\n"
    assert one(tmp_path, notebook).status == verdicts.NOT_STARTED
    cell["source"] = cell["source"].replace("...", "size")
    assert one(tmp_path, notebook).status == verdicts.NOT_CHECKED


def test_an_error_of_the_answers_own_cell_is_told(tmp_path):
    notebook = size(None, "output_size = 1 / 0")
    answer_cell(notebook, "conv_size")["outputs"] = [error("ZeroDivisionError")]
    found = one(tmp_path, notebook)
    assert (found.status, found.code) == (verdicts.STOPPED, "ZeroDivisionError")


def test_an_answer_run_after_its_check_is_noted(tmp_path):
    notebook = size(CORRECT)
    answer_cell(notebook, "conv_size")["execution_count"] = 9999
    assert one(tmp_path, notebook).note == "the answer was run again after its check"


def test_outputs_that_contradict_each_other_are_noted(tmp_path):
    notebook = size(NOT_YET)
    check_cell(notebook, "conv_size")["outputs"][0]["data"]["text/plain"] = "Correct: yes."
    found = one(tmp_path, notebook)
    assert (found.status, found.code) == NOT_YET
    assert found.note == "its saved output contradicts itself"


# Folders


def test_all_layouts_are_understood_and_may_be_mixed(tmp_path):
    notebook = size(NOT_YET)
    for name in (
        "ada/01_define.ipynb",
        "ben/week 1/01_define.ipynb",
        "cem_01_define.ipynb",
        "01_define-dora.ipynb",
        "Eva Maria.ipynb",
        "fay/my answers.ipynb",
    ):
        put(tmp_path / name, notebook)
    (tmp_path / "gus").mkdir()
    (tmp_path / ".git").mkdir()
    put(tmp_path / "ada" / ".ipynb_checkpoints" / "01_define-checkpoint.ipynb", notebook)
    found = read(tmp_path)
    learners = ("ada", "ben", "cem", "dora", "Eva Maria", "fay", "gus")
    assert found.learners == learners
    statuses = [found.verdicts[name, "conv_size"].status for name in learners]
    assert statuses == [verdicts.NOT_YET] * 6 + [verdicts.NOT_HANDED_IN]
    assert found.told == ()


def test_a_lesson_is_told_by_its_exercises_not_by_its_name(tmp_path):
    put(tmp_path / "ada" / "03_loss.ipynb", size(CORRECT))
    assert read(tmp_path).verdicts["ada", "conv_size"].status == verdicts.CORRECT


def test_the_plainly_named_notebook_counts_else_the_newest(tmp_path):
    put(tmp_path / "ada" / "01_define.ipynb", size(CORRECT))
    put(tmp_path / "ada" / "01_define-Copy1.ipynb", size(NOT_YET))
    put(tmp_path / "ben" / "new.ipynb", size(CORRECT))
    put(tmp_path / "ben" / "old.ipynb", size(NOT_YET))
    os.utime(tmp_path / "ben" / "old.ipynb", (1, 1))
    found = read(tmp_path)
    assert {found.verdicts[name, "conv_size"].status for name in ("ada", "ben")} == {"correct"}
    assert found.told == (
        "ada/01_define-Copy1.ipynb is left aside: ada/01_define.ipynb counts.",
        "ben/old.ipynb is left aside: ben/new.ipynb counts.",
    )


def test_links_to_folders_are_not_followed_and_other_notebooks_are_told(tmp_path):
    put(tmp_path / "class" / "ada" / "01_define.ipynb", size(CORRECT))
    put(tmp_path / "class" / "ada" / "scratch.ipynb", {"cells": []})
    (tmp_path / "class" / "all").symlink_to(tmp_path, target_is_directory=True)
    assert read(tmp_path / "class").told == (
        "ada/scratch.ipynb holds no exercise of the course.",
        "all is a link to a folder: not followed.",
    )


# The table


@pytest.fixture
def small(tmp_path):
    """Three learners: `fc1_features` is missed by two, `conv_size` by one."""
    for i, learner in enumerate(("ada", "ben", "cem")):
        notebook = size(CORRECT if i else NOT_YET)
        said = CORRECT if i == 2 else (verdicts.NOT_YET, f"code_{i}")
        put(
            tmp_path / learner / "01_define.ipynb",
            answered(notebook, "fc1_features", "answer = 3", said),
        )
    return tmp_path


def test_what_most_learners_miss_stands_first_else_the_courses_order(small):
    names = [task.name for task in read(small).by_need()]
    course = [task.name for task in TASKS.values() if task.lesson == "01_define"]
    assert names == ["fc1_features", *[name for name in course if name != "fc1_features"]]


def test_the_report_of_a_small_class(small):
    shutil.copytree(small / "ada", small / "dan")
    text = class_report(read(small), 80)
    assert text.startswith("4 notebooks of 4 learners. Nobody has handed in: 00_start_here,")
    assert "  01 fc1_features, “What arrives at `fc1`?”: 3 of 4 who tried\n" in text
    assert (
        "\n01 fc1_features           1    3        0        0"
        "\n    most often code_0 2×, code_1 1×"
        "\n01 conv_size              2    2        0        0  most often no_plus_one 2×\n"
    ) in text
    assert "\n01 conv_size        no  ok  ok  no\n" in text
    assert text.endswith("ok = correct   no = not yet   . = not started")


def test_names_that_have_no_room_are_counted_only(small):
    for i in range(report.MOST):
        shutil.copytree(small / "ada", small / f"l{i}")
    text = class_report(read(small), 300)
    assert text.endswith("Learner by learner: --csv FILE or --picture FILE.")


def test_every_status_has_a_word_for_each_place():
    assert set(report.SHORT) == set(report.HEADS) == set(verdicts.STATUSES)
    assert len(set(report.SHORT.values())) == len(verdicts.STATUSES)


def test_own_report_ends_with_what_comes_next(small):
    text = own_report(read(small / "ada", "you"), 80)
    assert (
        "01_define: 0 of 5 correct\n  not yet        The size after a convolution (no_plus_one)\n"
        in text
    )
    assert text.endswith("Next: “How much ink?” in 00_start_here: not handed in.")
    put(
        small / "ada" / "00_start_here.ipynb",
        answered(lesson("00_start_here"), "ink", "x = 1", CORRECT),
    )
    assert own_report(read(small / "ada", "you"), 80).endswith(
        "Next: “The size after a convolution” in 01_define: not yet.\n  A sentence."
    )


# The command


def test_the_command_writes_csv_and_picture(small, tmp_path, capfd):
    table, image = tmp_path / "t.csv", tmp_path / "p.PNG"
    assert (
        cli.run_command(["progress", str(small), "--csv", str(table), "--picture", str(image)]) == 0
    )
    assert capfd.readouterr().out.startswith("3 notebooks of 3 learners.")
    assert table.read_text(encoding="utf-8").startswith("learner,lesson,exercise,verdict,code,")
    assert image.read_bytes().startswith(b"\x89PNG")


def test_without_a_folder_it_is_the_learners_own(tmp_path, capsys):
    places = Places(tmp_path)
    shutil.copytree(HERE.notebooks, places.notebooks)
    with pytest.raises(
        Trouble, match="There is no working copy yet: python3 -m course_utils start"
    ):
        progress.show_progress(places=places)
    put(places.workspace / "01_define.ipynb", size(CORRECT))
    put(places.workspace / "01_define_mine_1.ipynb", size(NOT_YET))
    assert progress.show_progress(places=places) == 0
    out = capsys.readouterr().out
    assert "01_define: 1 of 5 correct" in out
    assert "mine_1" not in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent"], "There is no folder 'absent' here."),
        (
            [".", "--picture", "p.jpg"],
            "A picture's name ends in .svg or .png, not as 'p.jpg' does.",
        ),
    ],
)
def test_a_wrong_argument_gets_one_message(arguments, message, capfd):
    assert cli.run_command(["progress", *arguments]) == 1
    assert capfd.readouterr().err.startswith(message)


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(Trouble, match="There is no notebook of the course in"):
        progress.show_progress(tmp_path)
