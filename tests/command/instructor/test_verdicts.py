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


def handed(*given, source="", check=None, own=None):
    """A notebook with an answer; `check` and `own` change the check's cell and the answer's."""
    notebook = answered(lesson(), "double", *given, source=source)
    cell(notebook, "double-check").update(check or {})
    cell(notebook, "double").update(own or {})
    return notebook


def printed(*lines):
    output = {"output_type": "stream", "text": [f"{line}\n" for line in lines]}
    return {"source": "print(double.check(d))", "outputs": [output]}


def without_outputs():
    notebook = lesson()
    for one in notebook["cells"]:
        one["metadata"] = {}
        one |= {"outputs": []} if "outputs" in one else {}
    return notebook


def checked_again():
    notebook = handed("not yet", "wrong")
    again = json.loads(json.dumps(cell(notebook, "double-check")))
    again.update(execution_count=9000, outputs=[verdict("double", "correct")])
    notebook["cells"].insert(0, again)
    return notebook


def moved_and_without_marks():
    notebook = handed("not yet", "wrong")
    for one in notebook["cells"]:
        one["metadata"] = {}
        del one["id"]
    notebook["cells"].reverse()
    return notebook


def tried_last():
    notebook = handed("correct")
    cell(notebook, "double-try")["execution_count"] = 9000
    return notebook


def said_by(code, status="not yet", words="Not yet: No."):
    output = verdict("double", "not yet", "wrong")
    output["data"][said.VERDICT] |= {"code": code, "status": status}
    output["data"]["text/plain"] = words
    return handed("not yet", check={"outputs": [output]})


STOPPED, NOT_CHECKED = (said.STOPPED, "ZeroDivisionError"), (said.NOT_CHECKED, "")
FAILS = {"outputs": [error("ZeroDivisionError")]}
NO_NAME = {"outputs": [error("NameError")], "execution_count": 9000}
BLANK = STARTER.format("double")
CASES = {
    "as given out": (lesson(), (said.NOT_STARTED, "")),
    "without outputs": (without_outputs(), (said.NOT_STARTED, "")),
    "not yet": (handed("not yet", "wrong"), ("not yet", "wrong")),
    "correct": (handed("correct"), ("correct", "")),
    "without its check": (handed(), NOT_CHECKED),
    "the check as given out": (
        handed(check={"outputs": [verdict("double", "not started")]}),
        NOT_CHECKED,
    ),
    "another layout": (
        handed(source="# mine\n" + BLANK.replace("    ", "\n\n  ")),
        (said.NOT_STARTED, ""),
    ),
    "a comment alone": (handed(source="# none"), (said.NOT_STARTED, "")),
    "the check run last": (checked_again(), ("correct", "")),
    "a try of the lesson run last": (tried_last(), ("correct", "")),
    "printed": (handed("correct", check=printed("Correct: Yes.", "Not yet: No.")), ("not yet", "")),
    "an error": (handed(source="answer = 1 / 0", own=FAILS), STOPPED),
    "an error, then no name": (handed(source="1 / 0", own=FAILS, check=NO_NAME), STOPPED),
    "no name": (handed(source="1", check=NO_NAME), (said.STOPPED, "NameError")),
    "an error's name of a wrong type": (
        handed(check=NO_NAME | {"outputs": [error(["NameError"])]}),
        (said.STOPPED, "['NameError']"),
    ),
    "a later line fails": (handed("correct", own=FAILS), ("correct", "")),
    "moved, without marks": (moved_and_without_marks(), ("not yet", "wrong")),
    "a cell of one's own": (
        {"cells": [code("other", "1") | {"outputs": [verdict("double", "not yet", "wrong")]}]},
        ("not yet", "wrong"),
    ),
    "a code of a wrong type": (said_by(3), ("not yet", "3")),
    "no verdict": (said_by("", "great", "Great: indeed."), NOT_CHECKED),
}


@pytest.mark.parametrize(("notebook", "wanted"), CASES.values(), ids=CASES)
def test_what_a_notebook_says_is_told(double, notebook, wanted):
    assert told(double(notebook)) == wanted


def test_sentence_and_answer_go_with_a_verdict(double):
    found = double(handed("not yet", "wrong"))
    assert (found.sentence, found.answer) == ("A sentence.", answer("double"))


@pytest.mark.parametrize("status", ["correct", "not yet", "stopped with an error"])
def test_where_a_program_keeps_the_words_alone_they_tell(double, status):
    notebook = handed(status, "wrong")
    data = cell(notebook, "double-check")["outputs"][0]["data"]
    cell(notebook, "double-check")["outputs"][0]["data"] = {"text/plain": data["text/plain"]}
    assert double(notebook) == Verdict(status, "", "A sentence.")


def test_a_lesson_is_told_by_its_exercises_not_by_its_name(read):
    found = read(answered(lesson(NEXT), "halve", "correct"), name=LESSON)
    assert {name: one.status for name, one in found.verdicts.items()} == {"halve": "correct"}
    assert read({"cells": [code("other", "1")]}).problem == "holds no exercise of the course"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_encodings_are_read(double, encoding):
    assert double(json.dumps(handed("correct")).encode(encoding)).status == "correct"


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
