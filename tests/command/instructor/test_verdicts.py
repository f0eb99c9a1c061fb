"""What a saved notebook says about each exercise, whatever is in the file."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.verdicts import Verdict, course_tasks, read_notebook
from tests.support.submissions import (
    LESSON,
    NEXT,
    STARTER,
    answer,
    answered,
    cell,
    code,
    course,
    error,
    file,
    lesson,
    put,
    verdict,
)


@pytest.fixture
def tasks(tmp_path):
    return list(course_tasks(course(tmp_path / "course")))


@pytest.fixture
def read(tmp_path, tasks):
    """Reads a notebook from a file."""

    def read(notebook, name=LESSON):
        return read_notebook(file(put(tmp_path / f"{name}.ipynb", notebook)), tasks)

    return read


@pytest.fixture
def double(read):
    """Tells what a notebook says about `double`."""
    return lambda notebook: read(notebook).verdicts["double"]


def told(found):
    return found.status, found.code


def test_the_exercises_of_the_course_are_listed_in_order(tasks):
    assert [(task.lesson, task.name) for task in tasks] == [
        (LESSON, "double"),
        (LESSON, "square"),
        (NEXT, "halve"),
    ]
    assert tasks[0].title == "To double a number"
    assert tasks[0].starter == STARTER.format("double")


def test_a_lesson_as_it_is_given_out_is_not_started(read):
    found = read(lesson())
    assert {name: told(one) for name, one in found.verdicts.items()} == {
        "double": (said.NOT_STARTED, ""),
        "square": (said.NOT_STARTED, ""),
    }
    assert found.problem == ""


def test_the_check_tells_status_mistake_and_sentence(double):
    found = double(answered(lesson(), "double", "not yet", "wrong"))
    assert found == Verdict("not yet", "wrong", "A sentence.")
    assert double(answered(lesson(), "double", "correct")).status == "correct"


def test_an_answer_without_its_check_is_written(double):
    notebook = answered(lesson(), "double")
    assert double(notebook).status == said.NOT_CHECKED
    cell(notebook, "double-check")["outputs"] = [verdict("double", "not started")]  # as given out
    assert double(notebook).status == said.NOT_CHECKED


def test_a_lesson_without_outputs_is_not_started(read):
    notebook = lesson()
    for one in notebook["cells"]:
        one["metadata"] = {}
        one |= {"outputs": []} if "outputs" in one else {}
    assert {one.status for one in read(notebook).verdicts.values()} == {said.NOT_STARTED}


def test_layout_and_comments_do_not_make_a_starter_an_answer(double):
    source = "# mine\n" + STARTER.format("double").replace("    ", "\n\n  ")
    assert double(answered(lesson(), "double", source=source)).status == said.NOT_STARTED
    assert double(answered(lesson(), "double", source="# none")).status == said.NOT_STARTED


def test_of_several_checks_the_one_run_last_counts(double):
    notebook = answered(lesson(), "double", "not yet", "wrong")
    again = json.loads(json.dumps(cell(notebook, "double-check")))
    again.update(execution_count=9000, outputs=[verdict("double", "correct")])
    notebook["cells"].insert(0, again)
    assert double(notebook).status == "correct"


def test_tries_of_a_lesson_do_not_count(double):
    notebook = answered(lesson(), "double", "correct")
    cell(notebook, "double-try")["execution_count"] = 9000
    assert double(notebook).status == "correct"


@pytest.mark.parametrize("status", ["correct", "not yet", "stopped with an error"])
def test_where_a_program_keeps_the_words_alone_they_tell(double, status):
    notebook = answered(lesson(), "double", status, "wrong")
    data = cell(notebook, "double-check")["outputs"][0]["data"]
    cell(notebook, "double-check")["outputs"][0]["data"] = {"text/plain": data["text/plain"]}
    assert double(notebook) == Verdict(status, "", "A sentence.")


def test_a_verdict_that_was_printed_counts(double):
    notebook = answered(lesson(), "double", "correct")
    output = {"output_type": "stream", "text": ["Correct: Yes.\n", "Not yet: No.\n"]}
    cell(notebook, "double-check").update(source="print(double.check(d))", outputs=[output])
    assert double(notebook) == Verdict("not yet", "", "No.")


def test_an_error_in_the_answers_cell_is_told(double):
    notebook = answered(lesson(), "double", source="answer = 1 / 0")
    cell(notebook, "double")["outputs"] = [error("ZeroDivisionError")]
    assert told(double(notebook)) == ("stopped with an error", "ZeroDivisionError")
    check = {"outputs": [error("NameError")], "execution_count": 9000}
    cell(notebook, "double-check").update(check)
    assert told(double(notebook)) == ("stopped with an error", "ZeroDivisionError")
    cell(notebook, "double")["outputs"] = []
    assert told(double(notebook)) == ("stopped with an error", "NameError")
    cell(notebook, "double-check")["outputs"][0]["ename"] = ["NameError"]
    assert double(notebook).code == "['NameError']"


def test_an_error_before_the_check_of_a_right_answer_does_not_count(double):
    notebook = answered(lesson(), "double", "correct")
    cell(notebook, "double")["outputs"] = [error("ZeroDivisionError")]
    assert double(notebook).status == "correct"


def test_cells_may_be_renamed_moved_and_without_their_marks(double):
    notebook = answered(lesson(), "double", "not yet", "wrong")
    for one in notebook["cells"]:
        one["metadata"] = {}
        del one["id"]
    notebook["cells"].reverse()
    assert told(double(notebook)) == ("not yet", "wrong")


def test_a_verdict_counts_wherever_it_stands(double):
    output = verdict("double", "not yet", "wrong")
    assert told(double({"cells": [code("other", "1 + 1") | {"outputs": [output]}]})) == (
        "not yet",
        "wrong",
    )


def test_what_no_check_says_does_not_count(double):
    notebook = answered(lesson(), "double", "not yet", "wrong")
    data = cell(notebook, "double-check")["outputs"][0]["data"]
    data[said.VERDICT] |= {"code": 3}
    assert double(notebook).code == "3"
    data[said.VERDICT] |= {"status": "great"}
    data["text/plain"] = "Great: indeed."
    assert double(notebook).status == said.NOT_CHECKED


def test_a_lesson_is_told_by_its_exercises_not_by_its_name(read):
    found = read(answered(lesson(NEXT), "halve", "correct"), name=LESSON)
    assert {name: one.status for name, one in found.verdicts.items()} == {"halve": "correct"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_encodings_are_read(double, encoding):
    notebook = answered(lesson(), "double", "correct")
    assert double(json.dumps(notebook).encode(encoding)).status == "correct"


def test_a_notebook_of_something_else_is_told(read):
    assert read({"cells": [code("other", "1 + 1")]}).problem == "holds no exercise of the course"


BROKEN = {
    "empty": b"",
    "blank": b" \n",
    "cut": json.dumps(lesson()).encode()[:900],
    "deep": b"[" * 100_000,
    "long number": b'{"cells": ' + b"9" * 5000 + b"}",
    "latin-1": '{"cells": ["é"]}'.encode("latin-1"),
    "bytes": bytes(range(128, 256)),
    "a list": b"[1, 2]",
    "no list of cells": b'{"cells": {"a": 1}}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_told_in_one_clause(read, content):
    found = read(content)
    assert found.problem.startswith("is no notebook: ")
    assert set(found.verdicts.values()) == {Verdict(said.UNREADABLE)}
    assert set(found.verdicts) == {"double", "square"}
    assert read(content, name="other").verdicts == {}


def test_what_cannot_be_opened_is_told(tmp_path, tasks, double):
    (tmp_path / "circle.ipynb").symlink_to(tmp_path / "circle.ipynb")
    found = read_notebook(file(tmp_path / "circle.ipynb"), tasks)
    assert found.problem.startswith("cannot be read (Too many levels of symbolic links)")


def test_the_answer_goes_with_its_verdict(double):
    notebook = answered(lesson(), "double", "not yet", "wrong")
    assert double(notebook).answer == answer("double")


ODD = {
    "a number": 3,
    "nothing": {},
    "source": {"cell_type": "code", "source": ["double.check(", 5]},
    "outputs": {"cell_type": "code", "outputs": [None]},
    "data": {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": []}]},
    "error": {"cell_type": "code", "outputs": [{"output_type": "error"}]},
    "exercise": {"cell_type": "code", "metadata": {"course": {"exercise": []}}},
    "tags": {"cell_type": "code", "metadata": {"tags": 1}},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_part_of_a_wrong_type_is_told(read, odd):
    notebook = answered(lesson(), "double", "correct")
    notebook["cells"].insert(0, odd)
    assert read(notebook).problem == "is no notebook: a part of it is missing or of a wrong type"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("double"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "cells cell_type source metadata course exercise outputs data text ename "
                "output_type evalue execution_count id tags text/plain status code "
                f"{said.VERDICT}".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(cells=st.lists(JSON, max_size=4))
def test_no_file_makes_it_raise(cells, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    tasks = list(course_tasks(course(folder)))
    found = read_notebook(file(put(folder / "any.ipynb", {"cells": cells})), tasks)
    for one in found.verdicts.values():
        assert one.status in said.STATUSES
        assert all(isinstance(part, str) for part in vars(one).values())
