"""The frame of a lesson: title, promise, needs, minutes, rhythm and closing sections."""

import re
import statistics
from collections.abc import Callable, Iterator

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.support.lessons import (
    cell_called,
    code_cells,
    every_lesson,
    nothing_in,
    read,
    sample,
    text_cells,
)

HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)
OPENING = re.compile(r"^(?:#{2,6} +|\*\*)(You will|You need)\b", re.MULTILINE | re.IGNORECASE)
EFFORT = re.compile(r"^[●○]{3} (\d+) minutes\. ", re.MULTILINE)
MINUTES = re.compile(r"(\d+)[ \u00a0](?:minutes|min)\b")
CLOSING = ["In practice", "Further reading"]


def headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    without_code = [
        re.sub(r"```.*?```", "", cell.source, flags=re.S) for cell in text_cells(notebook)
    ]
    found = [match.groups() for text in without_code for match in HEADING.finditer(text)]
    return [(len(marks), title) for marks, title in found]


def title(notebook: NotebookNode) -> Iterator[str]:
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "the first cell should be text that begins with the title, `# …`"
    if [level for level, _ in headings(notebook)].count(1) != 1:
        yield "there should be one heading of the first level: the title"


def opening(notebook: NotebookNode) -> Iterator[str]:
    found = OPENING.findall(_opening_text(notebook))
    if [words.capitalize() for words in found] != ["You will", "You need"]:
        yield f"the first text cells should say `You will`, then `You need`; they say {found}"


def _opening_text(notebook: NotebookNode) -> str:
    """The text cells before the first code cell."""
    first_code = [cell.cell_type for cell in notebook.cells].index("code")
    return "\n".join(cell.source for cell in notebook.cells[:first_code])


def closing(notebook: NotebookNode) -> Iterator[str]:
    sections = [words for level, words in headings(notebook) if level == 2]
    while sections and sections[-1].startswith("Appendix: "):
        sections.pop()
    if sections[-2:] != CLOSING:
        yield f"before any appendix the last two sections should be {CLOSING}, not {sections[-2:]}"


def objectives(notebook: NotebookNode) -> Iterator[str]:
    listed = notebook.metadata.get("course", {}).get("objectives", [])
    if not 3 <= len(listed) <= 5 or not all(isinstance(words, str) and words for words in listed):
        yield f"`metadata.course.objectives` should list three to five sentences, not {listed}"


def minutes(notebook: NotebookNode) -> Iterator[str]:
    planned = notebook.metadata.get("course", {}).get("minutes")
    if not isinstance(planned, int):
        yield f"`metadata.course.minutes` should be a whole number, not {planned!r}"
    said = [int(number) for number in MINUTES.findall(_opening_text(notebook))]
    doing = sum(int(n) for cell in text_cells(notebook) for n in EFFORT.findall(cell.source))
    if said != [planned, *([doing] if doing else [])]:
        yield (
            f"the opening says {said} minutes, `metadata.course.minutes` {planned}, and the "
            f"exercises take {doing}"
        )


def rhythm(notebook: NotebookNode) -> Iterator[str]:
    lines = [len(cell.source.splitlines()) for cell in code_cells(notebook)]
    words = [len(cell.source.split()) for cell in text_cells(notebook)]
    if (median := statistics.median(lines)) > 3:
        yield f"half of the code cells have {median} lines or more; 3 are enough to show one thing"
    if (long := sum(count > 10 for count in lines)) > len(lines) / 10:
        yield f"{long} of {len(lines)} code cells have more than 10 lines; at most a tenth should"
    if (median := statistics.median(words)) > 45:
        yield f"half of the text cells have {median} words or more; 45 are enough between two runs"


FRAME: list[Callable[[NotebookNode], Iterator[str]]] = [
    title,
    opening,
    closing,
    objectives,
    minutes,
    rhythm,
]


def frame_problems(notebook: NotebookNode) -> list[str]:
    return [problem for check in FRAME for problem in check(notebook)]


@every_lesson
def test_the_frame_of_the_lesson_is_complete(path):
    nothing_in(frame_problems(read(path)))


def test_the_sample_has_its_frame():
    nothing_in(frame_problems(sample()))


def replace(cell: str, old: str, new: str):
    def change(notebook):
        found = cell_called(cell, notebook)
        assert old in found.source
        found.source = found.source.replace(old, new)

    return change


def add_cells(*cells):
    return lambda notebook: notebook.cells.__setitem__(slice(6, 6), cells)


def set_course(**changes):
    return lambda notebook: notebook.metadata.course.update(changes)


LONG_CODE = new_code_cell("\n".join(["x = 1"] * 11))
FRAME_BITES = {
    "no title": (replace("title", "# Count", "Count"), "the title"),
    "two titles": (replace("you-will", "## You will", "# You will"), "one heading of the first"),
    "no promise": (replace("you-will", "## You will", "## You see"), "`You will`, then"),
    "no requirements": (replace("you-need", "## You need", "## Needed"), "`You will`, then"),
    "no practice": (replace("in-practice", "In practice", "Notes"), "last two sections"),
    "no reading": (replace("reading", "Further reading", "Links"), "last two sections"),
    "something after the end": (replace("reading", "[L", "## More\n\n[L"), "last two sections"),
    "no metadata": (lambda notebook: notebook.metadata.pop("course"), "should be a whole number"),
    "no minutes": (replace("you-need", "15 minutes", "a while"), "the opening says []"),
    "other minutes": (replace("you-need", "15 minutes", "20 minutes"), "the opening says [20]"),
    "minutes in words": (set_course(minutes="15"), "should be a whole number"),
    "one objective": (set_course(objectives=["Count"]), "three to five"),
    "six objectives": (set_course(objectives=["Count"] * 6), "three to five"),
    "empty objective": (set_course(objectives=["Count", "Add", ""]), "three to five"),
    "long code everywhere": (
        add_cells(*[new_code_cell("x = 1\n" * 4)] * 20),
        "half of the code cells",
    ),
    "several long cells": (add_cells(LONG_CODE, LONG_CODE), "code cells have more than 10 lines"),
    "long text everywhere": (
        add_cells(*[new_markdown_cell("word " * 46)] * 20),
        "half of the text cells",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), FRAME_BITES.values(), ids=FRAME_BITES.keys())
def test_an_incomplete_frame_is_reported(spoil, says):
    notebook = sample()
    spoil(notebook)
    complaints = frame_problems(notebook)
    assert any(says in complaint for complaint in complaints), complaints
