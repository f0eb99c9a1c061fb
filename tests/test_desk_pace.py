"""The minutes of a lesson follow from what stands in it."""

import pytest

from course_utils.desk.pace import Pace, Task, exercises, lesson_pace, rounded, sections


def text(*lines):
    return {"cell_type": "markdown", "metadata": {}, "source": "\n".join(lines)}


def code(source, *shown, exercise=None):
    course = {"course": {"exercise": exercise}} if exercise else {}
    outputs = [{"output_type": "display_data", "data": data} for data in shown]
    return {"cell_type": "code", "metadata": course, "source": source, "outputs": outputs}


def notebook(*cells, **course):
    return {"cells": list(cells), "metadata": {"course": course}}


TITLE = text("# Count")
PICTURE = {"text/html": "<figure><img alt='Two dots.' src='data:'></figure>"}
CONTROLS = {"text/plain": "Control: size. Run the cell to move it."}


def minutes(*cells):
    return sections(notebook(TITLE, *cells))[-1].reading - sections(notebook(TITLE))[0].reading


def test_138_words_take_a_minute():
    assert minutes(text("word " * 138)) == pytest.approx(1)


def test_the_address_of_a_link_is_not_read():
    assert minutes(text("[one](https://example.org/a b c) two")) == minutes(text("[one] two"))


def test_ten_lines_of_code_take_a_minute_and_blank_ones_none():
    assert minutes(code("\n".join(["x", ""] * 10))) == pytest.approx(1)


def test_a_picture_takes_half_a_minute_and_something_to_move_three():
    assert minutes(code("x", PICTURE)) == pytest.approx(0.1 + 0.5)
    assert minutes(code("x", CONTROLS, PICTURE)) == pytest.approx(0.1 + 3)


def test_a_section_goes_from_heading_to_heading_and_a_smaller_heading_begins_none():
    task = text("### Exercise: Sum", "", "●●○ 12 minutes. Do it.")
    book = notebook(TITLE, text("## One"), task, text("## Two"), text("word"))
    assert [(part.title, part.exercises) for part in sections(book)] == [
        ("Count", 0),
        ("One", 12),
        ("Two", 0),
    ]


def test_a_lesson_is_the_sum_of_its_sections_and_its_running():
    book = notebook(TITLE, text("## One"), code("x"), seconds=90)
    parts = sections(book)
    assert lesson_pace(book) == Pace("Count", sum(part.reading for part in parts) + 1.5, 0)


def test_exercises_are_listed_with_their_heading_and_minutes():
    task = text("### Exercise: Add two", "", "●○○ 3 minutes. Add.")
    starter, check = code("answer = ...", exercise="add"), code("add.check(answer)")
    book = notebook(TITLE, text("## Sums"), task, starter, check)
    assert exercises(book) == {"add": Task("Add two", "Sums", 3)}


@pytest.mark.parametrize(("measured", "announced"), [(0.2, 5), (12.4, 10), (12.6, 15), (50, 50)])
def test_minutes_are_announced_in_fives(measured, announced):
    assert rounded(measured) == announced
