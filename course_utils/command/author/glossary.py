"""The course's glossary: each term with the sentence that explains it, where it first stands.

A lesson writes a term in italics in that sentence, once in the whole course, and writes nothing
else in italics.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

TERM = re.compile(r"(?<![\w*\\])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])")
CODE = re.compile(r"```.*?```|`[^`]*`|\$[^$]+\$", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z`“*(])|\n\s*\n")
TITLES = "## Further reading"  # where books stand in italics
INTRODUCTION = (
    "# Glossary\n\nEvery term of the course in the sentence that explains it, and the lesson where "
    "that sentence stands.\n"
)


class Entry(NamedTuple):
    """A term, the sentence in which it stands in italics, and where."""

    term: str
    sentence: str
    lesson: str  # the notebook's file name
    cell: str


def entries(notebooks: Iterable[Path]) -> list[Entry]:
    """Return the terms of the lessons, in alphabetical order."""
    found = [entry for path in notebooks for entry in _entries(path)]
    return sorted(found, key=lambda entry: entry.term.casefold())


def page(notebooks: Iterable[Path], folder: str = "../notebooks/") -> str:
    """Return the glossary in Markdown; its links lead to the lessons in `folder`."""
    lines = [
        f"**{entry.term}**: {entry.sentence} ([{entry.lesson[:2]}]({folder}{entry.lesson}))"
        for entry in entries(notebooks)
    ]
    return "\n\n".join([INTRODUCTION.rstrip(), *lines]) + "\n"


def _entries(path: Path) -> Iterator[Entry]:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for sentence in SENTENCE_END.split(cell.source.partition(TITLES)[0]):
                for term in TERM.findall(CODE.sub(lambda code: "·" * len(code[0]), sentence)):
                    plain = " ".join(TERM.sub(r"\1", sentence).split())
                    yield Entry(term, plain, path.name, cell.id)
