"""The glossary is made of the lessons' sentences: each term once, where it is explained."""

from collections import Counter

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from course_utils.command.author.glossary import entries, page
from course_utils.command.project import HERE
from tests.support.lessons import PATHS, nothing_in

LONGEST = 40  # words
TEXT = """\
## A *batch*

Several images are a *batch*. `a * b` and $x * y$ are no terms, **bold** is none,
nor is 2 * 3 * 4. The word *two
lines* is none. A *loss* (*error* in old books) is
one number.

## Further reading

*A book*, 1998.
"""


@pytest.fixture
def notebooks(tmp_path):
    paths = [tmp_path / "01_one.ipynb", tmp_path / "02_two.ipynb"]
    nbformat.write(new_notebook(cells=[new_markdown_cell(TEXT, id="first")]), paths[0])
    nbformat.write(new_notebook(cells=[new_markdown_cell("An *atom* is small.")]), paths[1])
    return paths


def test_a_term_stands_with_its_sentence_and_its_lesson(notebooks):
    assert [(entry.term, entry.sentence) for entry in entries(notebooks)] == [
        ("atom", "An atom is small."),
        ("batch", "## A batch"),
        ("batch", "Several images are a batch."),
        ("error", "A loss (error in old books) is one number."),
        ("loss", "A loss (error in old books) is one number."),
    ]
    assert "\n\n**atom**: An atom is small. ([02](../notebooks/02_two.ipynb))\n\n" in page(
        notebooks
    )


def test_the_page_is_that_of_the_lessons():
    assert HERE.glossary.read_text(encoding="utf-8") == page(PATHS)


def test_every_term_is_explained_once_in_a_sentence_that_stands_alone():
    found = entries(PATHS)
    counts = Counter(entry.term.casefold() for entry in found)
    nothing_in(
        f"{entry.lesson} {entry.cell}: *{entry.term}*: {problem}"
        for entry in found
        for problem in _problems(entry, counts[entry.term.casefold()])
    )


def _problems(entry, count):
    if count > 1:
        yield "is in italics more than once in the course"
    if len(entry.sentence.split()) > LONGEST:
        yield f"its sentence has more than {LONGEST} words"
    if not entry.sentence.endswith((".", "!")) or entry.sentence.startswith(("#", "- ", "|")):
        yield f"does not stand in a sentence: {entry.sentence[:60]}"
