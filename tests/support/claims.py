"""Sentences of the lessons that claim something measurable, each held to its cell.

A claim's test quotes the words and then proves them, so that neither can change alone:

    claim = claims_of("03_loss")

    def test_no_guess_is_better_than_equal_shares_before_training():
        claim("first-loss", "close to 2.3")
        assert all(...)
"""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]


def claims_of(lesson: str) -> Callable[[str, str], None]:
    """Return `claim(cell_id, words)`, which asserts that a text cell of a lesson says the words."""

    def claim(cell_id: str, words: str) -> None:
        cells = _texts(lesson)
        assert cell_id in cells, f"{lesson} has no text cell `{cell_id}`"
        assert _one_line(words) in cells[cell_id], (
            f"`{cell_id}` of {lesson} no longer says: {words}\nIt says: {cells[cell_id]}"
        )

    return claim


def claimed_words(lesson: str) -> Iterator[str]:
    """All words that the claims of a lesson's tests quote."""
    folder = lesson.partition("_")[2].removesuffix("_here")
    files = sorted((ROOT / "tests" / "lessons" / folder).glob("test_claims*.py"))
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Name("claim"), args=[_, ast.Constant(str(words))]):
                yield words


@cache
def _texts(lesson: str) -> dict[str, str]:
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    return {
        cell.id: _one_line(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
