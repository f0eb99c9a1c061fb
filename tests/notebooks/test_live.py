"""The cells that an instructor types in front of a class: some in each lesson, each with a cue."""

import re
from collections.abc import Iterator

import pytest
from nbformat import NotebookNode

from course_utils.desk.copies import LIVE
from tests.support.lessons import (
    cell_called,
    code_cells,
    every_lesson,
    nothing_in,
    read,
    sample,
    tags,
)

NOT_TYPED = re.compile(r"\b(draw|plot)_|import [A-Z]\w*(Mixer|Walk|Race)\b|\.(check|hint|solution)\(")


def problems(notebook: NotebookNode) -> Iterator[str]:
    live = [cell for cell in notebook.cells if LIVE in tags(cell)]
    if not 1 / 4 <= len(live) / len(code_cells(notebook)) <= 1 / 2:
        yield f"{len(live)} of {len(code_cells(notebook))} code cells are live: a third to half is"
    for cell in live:
        if cell.cell_type != "code" or "exercise" in tags(cell) or NOT_TYPED.search(cell.source):
            yield f"{cell.id}: is live, but no code for typing (an exercise? a figure?)"
        elif not _has_cue(cell, notebook.cells):
            yield f"{cell.id}: no text right above it says what is to be typed"


def _has_cue(cell: NotebookNode, cells: list[NotebookNode]) -> bool:
    """Whether text stands above the cell, with nothing but other live cells between."""
    above = reversed(cells[: cells.index(cell)])
    return next(one for one in above if LIVE not in tags(one)).cell_type == "markdown"


@every_lesson
def test_the_live_cells_can_be_typed_from_their_cues(path):
    nothing_in(problems(read(path)))


def marked(*names: str) -> NotebookNode:
    notebook = sample()
    for name in names:
        cell_called(name, notebook).metadata["tags"] = [LIVE]
    return notebook


def test_the_sample_with_live_cells_is_as_it_should_be():
    nothing_in(problems(marked("weights", "total", "share")))


def test_a_live_cell_without_a_cue_is_reported():
    assert any(problem.startswith("again: no text") for problem in problems(marked("again")))


@pytest.mark.parametrize(
    "source",
    [
        "from course_utils.lessons.loss import plot_loss\nplot_loss()",
        "from course_utils.lessons.loss import LogitMixer\nLogitMixer()",
        "mse.check(answer)",
    ],
)
def test_a_live_cell_that_nobody_types_is_reported(source):
    notebook = marked("weights", "total", "share")
    cell_called("total", notebook).source = source
    assert any(problem.startswith("total: is live, but") for problem in problems(notebook))


def test_a_live_exercise_and_a_live_text_are_reported():
    notebook = marked("weights", "total", "share", "alone")
    cell_called("total", notebook).metadata["tags"] = ["exercise", LIVE]
    reported = [problem.partition(":")[0] for problem in problems(notebook)]
    assert reported == ["total", "alone"]


@pytest.mark.parametrize(
    "names", [(), ("weights",), ("weights", "total", "share", "first", "last")]
)
def test_too_few_and_too_many_live_cells_are_reported(names):
    assert any("code cells are live" in problem for problem in problems(marked(*names)))
