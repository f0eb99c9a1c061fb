"""Validation bites: what is spoilt in a notebook's stored outputs is reported, and nothing else.

Notebooks are spoilt in a copy, one cell a corruption, and validated once as the project does it.
A notebook without any outputs leaves nothing to compare: test_notebook_form.py reports it.
"""

import re
from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode

from tests.support.lessons import PATHS, code_cells, read, run_strictly, sample

Corruption = Callable[[NotebookNode], bool]


def change_a_digit(cell: NotebookNode) -> bool:
    """Change the last digit of a value or a printed line."""
    for output in cell.outputs:
        data = output if output.output_type == "stream" else output.get("data", {})
        key = "text" if output.output_type == "stream" else "text/plain"
        if "text/html" not in data and re.search(r"\d", data.get(key, "")):
            data[key] = _next_digit(data[key])
            return True
    return False


def drop_an_output(cell: NotebookNode) -> bool:
    """Remove what the cell shows; its execution count stays."""
    return bool(cell.outputs) and cell.outputs.pop() is not None


def swap_the_stream(cell: NotebookNode) -> bool:
    """Say that a printed line went to the other stream."""
    printed = [output for output in cell.outputs if output.output_type == "stream"]
    for output in printed:
        output.name = "stderr" if output.name == "stdout" else "stdout"
    return bool(printed)


def change_a_description(cell: NotebookNode) -> bool:
    """Change a number of a picture's description, its alt text left as it was."""
    for output in _pictures(cell):
        output.data["text/plain"] = _next_digit(output.data["text/plain"])
    return bool(_pictures(cell))


def change_an_alt_text(cell: NotebookNode) -> bool:
    """Change an image's alt text, the description left as it was."""
    for output in _pictures(cell):
        output.data["text/html"] = re.sub(r'alt="', 'alt="No, ', output.data["text/html"])
    return bool(_pictures(cell))


def change_an_exception(cell: NotebookNode) -> bool:
    """Say that another exception was raised, with the same message."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    for output in errors:
        output.ename = "ArithmeticError"
    return bool(errors)


def add_an_output(cell: NotebookNode) -> bool:
    """Store one output more than the cell shows."""
    cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text="one more\n"))
    return True


CORRUPTIONS = [
    change_a_description,
    change_an_alt_text,
    change_an_exception,
    swap_the_stream,
    change_a_digit,
    drop_an_output,
    add_an_output,
]


def _pictures(cell: NotebookNode) -> list[NotebookNode]:
    shown = [output for output in cell.outputs if "data" in output]
    return [output for output in shown if "<img" in output.data.get("text/html", "")]


def _next_digit(text: str) -> str:
    return re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), text)


def spoil(notebook: NotebookNode) -> dict[int, str]:
    """Apply each corruption to the first cell that it fits and no other has taken.

    Returns:
        The corruption's name by the number of the cell among the code cells.
    """
    spoilt: dict[int, str] = {}
    for corruption in CORRUPTIONS:
        for number, cell in enumerate(code_cells(notebook)):
            if number not in spoilt and corruption(cell):
                spoilt[number] = corruption.__name__
                break
    return spoilt


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], str]:
    """What validation says of the sample lesson, as it is and spoilt."""
    folder = tmp_path_factory.mktemp("sample")
    good, bad = folder / "good.ipynb", folder / "bad.ipynb"
    nbformat.write(sample(), good)
    spoilt = sample()
    spoil(spoilt)
    nbformat.write(spoilt, bad)
    return run_strictly(folder, good, bad)


def _reported(run: dict[tuple[str, int], str], stem: str) -> set[int]:
    return {
        number for (notebook, number), complaint in run.items() if notebook == stem and complaint
    }


def _cell_of(corruption: Corruption) -> int:
    spoilt = spoil(sample())
    return next(number for number, name in spoilt.items() if name == corruption.__name__)


def test_the_untouched_sample_passes(sample_run):
    assert len([place for place in sample_run if place[0] == "good"]) == len(code_cells(sample()))
    assert _reported(sample_run, "good") == set()


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.__name__)
def test_every_corruption_of_the_sample_is_reported(sample_run, corruption):
    assert "Cell outputs differ" in sample_run["bad", _cell_of(corruption)]


def test_only_spoilt_cells_of_the_sample_are_reported(sample_run):
    assert _reported(sample_run, "bad") == set(spoil(sample()))


@pytest.mark.skipif(not PATHS, reason="there is no lesson yet")
def test_exactly_the_spoilt_cells_of_a_lesson_are_reported(tmp_path):
    notebook = read(PATHS[0])
    spoilt = spoil(notebook)
    assert {"change_a_description", "change_an_alt_text", "change_a_digit"} < set(spoilt.values())
    copy = tmp_path / PATHS[0].name
    nbformat.write(notebook, copy)
    assert _reported(run_strictly(tmp_path, copy), copy.stem) == set(spoilt)
