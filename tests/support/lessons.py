"""What the notebook tests share: the lessons, their cells, and a small sample lesson to spoil."""

import ast
import copy
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.command.author.suite import NBVAL, QUICKLY

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

every_lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
"""Runs a test once for each notebook, under its name."""


def nothing_in(problems: Iterable[str]) -> None:
    """Assert that there is no problem; otherwise show them all, in full."""
    found = list(problems)
    assert not found, "\n".join(["", *found])


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def statements(cell: NotebookNode) -> list[ast.stmt]:
    """The statements of a code cell; none where it is not plain Python."""
    try:
        return ast.parse(cell.source).body
    except SyntaxError:
        return []


def output_texts(cell: NotebookNode) -> Iterator[str]:
    """Every text that a cell shows, HTML with its tags included; no pictures' bytes."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        elif output.output_type == "error":
            yield f"{output.ename}: {output.evalue}"
        else:
            data = output.data
            yield from (data[kind] for kind in data if kind.startswith("text/"))


def without_pictures(text: str) -> str:
    return re.sub(r"data:image/[^\"']+", "IMG", text)


def alt_texts(markup: str) -> list[str | None]:
    """The alternative text of each image in HTML, None where an image has none."""
    images = _Images()
    images.feed(markup)
    images.close()
    return images.alts


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.alts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alts.append(dict(attrs).get("alt"))


def run_strictly(folder: Path, *paths: Path) -> dict[tuple[str, int], str]:
    """Validate notebooks as the project does, in a process of their own.

    Returns:
        What each code cell came to, by the notebook's stem and the cell's number among the
        code cells: "" where it passed, else what pytest said.
    """
    report = folder / "report.xml"
    where = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *QUICKLY, *NBVAL, *where, "--color=no"]
    run = subprocess.run(
        [*command, f"--junit-xml={report}", *map(str, paths)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return {_place(case): _complaint(case) for case in _cases(report)}


def _cases(report: Path) -> Iterator[ElementTree.Element]:
    return ElementTree.parse(report).getroot().iter("testcase")


def _place(case: ElementTree.Element) -> tuple[str, int]:
    notebook = case.get("classname", "").removesuffix(".ipynb").rpartition(".")[2]
    return notebook, int(case.get("name", "").removeprefix("Cell "))


def _complaint(case: ElementTree.Element) -> str:
    return "".join(f"{part.get('message')}\n{part.text}" for part in case)


# A lesson in small: it passes every test of the real ones, and has something for each to find.

DESCRIPTION = "The loss falls from 2.303 to 0.104 in 3 steps."

_PICTURE = f'''\
class Loss:
    def _repr_mimebundle_(self, **kinds):
        says = "{DESCRIPTION}"
        image = f'<img alt="{{says}}" src="data:image/png;base64,AAAA">'
        return {{"text/plain": says, "text/html": f"<figure>{{image}}</figure>"}}'''

_SHOWN = {
    "text/plain": DESCRIPTION,
    "text/html": f'<figure><img alt="{DESCRIPTION}" src="data:image/png;base64,AAAA"></figure>',
}


def _value(text: str) -> NotebookNode:
    return new_output("execute_result", data={"text/plain": text})


def _stream(name: str, text: str) -> NotebookNode:
    return new_output("stream", name=name, text=text)


def _error(name: str, message: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _text(name: str, source: str) -> NotebookNode:
    return new_markdown_cell(source, id=name)


def _code(
    name: str, source: str, *outputs: NotebookNode, tags: tuple[str, ...] = ()
) -> NotebookNode:
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, id=name, outputs=list(outputs), metadata=metadata)


def sample() -> NotebookNode:
    """A fresh copy of the sample lesson, outputs stored."""
    return copy.deepcopy(_SAMPLE)


def _sample() -> NotebookNode:
    cells = [
        _text("title", "# Count the weights\n\nHow many numbers does a network learn?"),
        _text("you-will", "## You will\n\nCount 61,706 numbers in one line."),
        _text("you-need", "## You need\n\n15 minutes."),
        _text("sizes", "## The sizes\n\nTwo convolutions, three linear layers."),
        _code("weights", "weights = [156, 2416, 48120, 10164, 850]\nlen(weights)", _value("5")),
        _code("total", "sum(weights)", _value("61706")),
        _code("share", 'print(f"fc1: {48120 / 61706:.3f}")', _stream("stdout", "fc1: 0.780\n")),
        _text("alone", "`fc1` alone holds 0.780 of them."),
        _code("define-picture", _PICTURE),
        _code("picture", "Loss()", new_output("execute_result", data=_SHOWN)),
        _code("again", "Loss()", new_output("execute_result", data=_SHOWN)),
        _code("first", "weights[0]", _value("156")),
        _code(
            "no-such-layer",
            "weights[5]",
            _error("IndexError", "list index out of range"),
            tags=("raises-exception",),
        ),
        _code("last", "weights[-1]", _value("850")),
        _text("in-practice", "## In practice\n\nOne line counts them all."),
        _text("reading", "## Further reading\n\n[LeNet, 1998](https://example.org/lenet-1998)"),
    ]
    notebook = new_notebook(cells=cells, metadata=copy.deepcopy(_METADATA))
    for count, cell in enumerate(code_cells(notebook), 1):
        _number(cell, count)
    return notebook


_METADATA = {
    "course": {"minutes": 15, "objectives": ["Count weights", "Compare layers", "Read a sum"]},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
}


def _number(cell: NotebookNode, count: int) -> None:
    cell.execution_count = count
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = count


def cell_called(name: str, notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)


_SAMPLE = _sample()
