"""The cells that an instructor types in front of a class: some in each lesson, each with a cue."""

import pytest

from course_utils.command.instructor.copies import LIVE
from tests.support.lessons import (
    cell_called,
    code_cells,
    every_lesson,
    nothing_in,
    output_texts,
    read,
    sample,
    tags,
)


def problems(notebook):
    live = [cell for cell in notebook.cells if LIVE in tags(cell)]
    if not 1 / 4 <= len(live) / len(code_cells(notebook)) <= 1 / 2:
        yield f"{len(live)} of {len(code_cells(notebook))} code cells are live: a third to half is"
    for cell in live:
        if cell.cell_type != "code" or "exercise" in tags(cell) or shows_a_picture(cell):
            yield f"{cell.id}: is live, but no code for typing (an exercise? a picture?)"
        elif not has_cue(cell, notebook.cells):
            yield f"{cell.id}: no text right above it says what is to be typed"


def shows_a_picture(cell):
    """Whether it shows a picture, a verdict, or something to move: code that only calls them."""
    return any(text.startswith(("<", "Control")) for text in output_texts(cell))


def has_cue(cell, cells):
    """Whether text stands above the cell, with nothing but other live cells between."""
    above = reversed(cells[: cells.index(cell)])
    return next(one for one in above if LIVE not in tags(one)).cell_type == "markdown"


@every_lesson
def test_the_live_cells_can_be_typed_from_their_cues(path):
    nothing_in(problems(read(path)))


def marked(*names):
    notebook = sample()
    for name in names:
        cell_called(name, notebook).metadata["tags"] = [LIVE]
    return notebook


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("weights", "total", "first"), "first: no text right above it says what is to be typed"),
        ((), "0 of "),
        (("weights",), "1 of "),
        (("weights", "total", "share", "first", "last"), "5 of "),
        (("weights", "picture", "share"), "picture: is live, but no code"),
        (("weights", "alone", "share"), "alone: is live, but no code"),
    ],
)
def test_what_keeps_a_cell_from_being_typed_is_reported(names, said):
    assert list(problems(marked("weights", "total", "share"))) == []
    assert any(problem.startswith(said) for problem in problems(marked(*names)))
