"""The picture of a class: a square for each exercise and learner, letters before colours."""

import io
import itertools
import re

import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from course_utils.desk import verdicts
from course_utils.figures.progress import MARKS, MISSED, Row, as_file, plot_progress
from course_utils.pictures.style import PAPER
from tests.pictures.test_style import DEFICIENCIES, apart, contrast
from tests.support.pictures import words_off_the_sheet

ROWS = [
    Row("01  Sizes", ("not yet", "not yet", "stopped with an error"), ("a", "b", "b")),
    Row("02  Counts", ("correct", "not yet", "not handed in"), ("", "a", "")),
    Row("03  Losses", ("not started", "not started", "written, not checked"), ("", "", "")),
]
LEARNERS = ["Ada", "Ben", "Cem"]


def letters(picture):
    """The letters of the squares, row by row."""
    [axes] = picture.figure.axes
    found = {tuple(text.get_position()): text.get_text() for text in axes.texts}
    places = [[(x, y) for x in range(len(LEARNERS))] for y in range(len(ROWS))]
    return ["".join(found[place] for place in row) for row in places]


def squares(picture):
    """The colour of each square, by its place."""
    [axes] = picture.figure.axes
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return {(round(b.get_x() + 0.44), round(b.get_y() + 0.44)): b.get_facecolor() for b in boxes}


def test_every_square_bears_its_letter_and_its_colour():
    picture = plot_progress(ROWS, LEARNERS)
    assert letters(picture) == ["NNE", "✓N–", "··w"]
    drawn = squares(picture)
    assert len(drawn) == 9
    assert drawn[0, 0] == drawn[1, 0] == drawn[1, 1] != drawn[0, 1]


def test_rows_columns_and_what_is_missed_are_named():
    [axes] = plot_progress(ROWS, LEARNERS).figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == LEARNERS
    assert [label.get_text() for label in axes.get_yticklabels()] == [row.label for row in ROWS]
    said = [text.get_text() for text in axes.texts if text.get_position()[0] > 2]
    assert said[-3:] == [
        "3 of 3 missed, most often b",
        "1 of 2 missed, most often a",
        "nobody tried",
    ]


def test_the_key_explains_the_letters_that_occur():
    [legend] = plot_progress(ROWS, LEARNERS).figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "✓  correct",
        "N  not yet",
        "E  stopped with an error",
        "·  not started",
        "w  written, not checked",
        "–  not handed in",
    ]


def test_the_description_says_what_to_explain_again():
    assert plot_progress(ROWS, LEARNERS).description == (
        "3 exercises of 3 learners: 1 correct, 3 not yet, 1 stopped with an error, 2 not started, "
        "1 written, not checked, 1 not handed in. Most missed is 01  Sizes: 3 of 3 who tried it, "
        "most often by b."
    )
    solved = plot_progress([Row("01", ("correct",), ("",))], ["Ada"])
    assert solved.description.endswith("Nobody who tried an exercise has missed it.")


def test_every_status_has_a_mark_that_is_told_without_colour():
    assert set(MARKS) == set(verdicts.STATUSES)
    assert set(MISSED) == set(verdicts.MISSED)
    assert len({letter for letter, *_ in MARKS.values()}) == len(MARKS)


@pytest.mark.parametrize("status", MARKS)
def test_letters_are_readable_on_their_squares(status):
    _, fill, _, ink = MARKS[status]
    assert contrast(fill, ink) >= 4.5


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_correct_and_missed_stay_apart_under_every_colour_blindness(deficiency):
    fills = (MARKS["correct"][1], MARKS["not yet"][1], PAPER)
    for one, other in itertools.combinations(fills, 2):
        assert apart(one, other, DEFICIENCIES[deficiency]) >= 15


def test_names_with_dollars_and_of_any_length_stay_on_the_sheet():
    names = ["$\\nope$", "a" * 24, "B"]
    picture = plot_progress(ROWS, names)
    assert words_off_the_sheet(picture) == []


@pytest.mark.parametrize(("rows", "learners"), [([], ["Ada"]), (ROWS, [])])
def test_an_empty_class_has_no_picture(rows, learners):
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_progress(rows, learners)


def test_files_tell_the_description_and_are_the_same_again():
    picture = plot_progress(ROWS, LEARNERS)
    svg, png = as_file(picture, ".svg"), as_file(picture, ".png")
    assert "Most missed is 01  Sizes" in svg.decode()
    assert Image.open(io.BytesIO(png)).info["Description"] == picture.description
    assert as_file(plot_progress(ROWS, LEARNERS), ".svg") == svg
    assert not re.search(rb"\d{4}-\d\d-\d\dT", svg)
