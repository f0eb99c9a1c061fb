"""What is stored of a notebook."""

import copy
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.command.author.stored_form import deviations, normal_form, normalise

VIEW = "application/vnd.jupyter.widget-view+json"


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def stored(*outputs, **metadata):
    """Normalise a cell with these outputs, the second of its notebook, and return it."""
    first = new_code_cell("1", id="first")
    cell = new_code_cell("2", id="second", outputs=list(outputs), metadata=metadata)
    return normalise(new_notebook(cells=[first, cell])).cells[1]


def test_code_cells_are_counted_and_empty_ones_are_not():
    cells = [
        new_code_cell("a", execution_count=4),
        new_markdown_cell("text"),
        new_code_cell(" \n", execution_count=5),
        new_code_cell("b", outputs=[new_output("execute_result", {"text/plain": "1"})]),
    ]
    notebook = normalise(new_notebook(cells=cells))
    assert [c.get("execution_count") for c in notebook.cells] == [1, None, None, 2]
    assert notebook.cells[3].outputs[0].execution_count == 2


def test_pieces_of_a_stream_are_joined_and_the_order_is_kept():
    outputs = stored(stream("a\n"), stream("b\n"), stream("c", "stderr"), stream("d")).outputs
    assert [(o.name, o.text) for o in outputs] == [
        ("stdout", "a\nb\n"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_a_traceback_keeps_its_last_line_only():
    frames = ["\x1b[31mValueError\x1b[0m  File /home/me/x.py at 0x7f00", "more"]
    error = new_output(
        "error", ename="ValueError", evalue="\x1b[1mtoo\x1b[0m wide", traceback=frames
    )
    assert stored(error).outputs[0].traceback == ["ValueError: too wide"]


def test_a_widget_leaves_its_text_and_a_bare_view_nothing():
    bare = new_output("display_data", {VIEW: {}})
    data = {VIEW: {"model_id": "1f"}, "text/plain": "ShapeWalk"}
    [output] = stored(
        bare, new_output("display_data", data, metadata={VIEW: {"height": 3}})
    ).outputs
    assert output.metadata == {}
    assert output.data == {"text/plain": "ShapeWalk"}


def test_metadata_that_says_nothing_about_the_lesson_goes():
    cell = stored(tags=["b", "a"], course={"exercise": "x"}, execution={"t": "1"}, collapsed=True)
    assert cell.metadata == {"tags": ["b", "a"], "course": {"exercise": "x"}}
    notebook = new_notebook(metadata={"widgets": {"state": {}}, "course": {"minutes": 3}})
    assert normalise(notebook).metadata == {
        "course": {"minutes": 3},
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }


def test_the_notebook_given_is_left_as_it_was():
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[stream("a"), stream("b")])])
    before = copy.deepcopy(notebook)
    normal_form(notebook)
    assert notebook == before


def test_the_text_is_fixed_to_the_byte_and_writing_it_twice_changes_nothing():
    text = normal_form(new_notebook(cells=[new_code_cell("×", id="a", outputs=[stream("×\n2")])]))
    assert text.startswith('{\n "cells": [\n  {\n   "cell_type": "code"')
    assert "×" in text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert normal_form(nbformat.reads(text, as_version=4)) == text
    assert deviations(text) == []


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("the notebook's nbformat_minor", lambda notebook, cell: notebook.update(nbformat_minor=6)),
        ("cell a", lambda notebook, cell: cell["metadata"].update(execution={"busy": "2026"})),
        ("cell a", lambda notebook, cell: cell.update(execution_count=3)),
        ("cell a", lambda notebook, cell: cell["outputs"].append(stream("more"))),
        ("the notebook's metadata", lambda notebook, cell: notebook["metadata"].update(kernel="x")),
    ],
)
def test_each_deviation_is_named(said, change):
    notebook = new_notebook(cells=[new_code_cell("1", id="a", outputs=[stream("x")])])
    notebook = json.loads(normal_form(notebook))
    assert deviations(json.dumps(notebook)) == [
        "the file is written in another order, indent or line ending"
    ]
    change(notebook, notebook["cells"][0])
    assert deviations(json.dumps(notebook)) == [f"{said} differs from the normal form"]
