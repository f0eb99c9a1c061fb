"""What is stored of a notebook, and that running one stores it or leaves it alone."""

import copy
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.desk import execute, suite
from course_utils.desk.notebooks import deviations, normal_form, normalise
from course_utils.desk.places import Places
from course_utils.desk.trouble import Trouble

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


def alter(notebook, how):
    cell = notebook["cells"][0]
    if how == "an older format":
        notebook["nbformat_minor"] = 4
    elif how == "no id":
        del cell["id"]
    elif how == "one id twice":
        notebook["cells"].append(cell)
    elif how == "timing":
        cell["metadata"]["execution"] = {"iopub.status.busy": "2026"}
    elif how == "count":
        cell["execution_count"] = 3
    elif how == "outputs":
        cell["outputs"].append({"output_type": "stream", "name": "stdout", "text": ["more"]})
    elif how == "kernel":
        notebook["metadata"]["kernelspec"]["name"] = "my-env"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("an older format", "the format is not 4.5"),
        ("no id", "cell 0 has no id"),
        ("one id twice", "two cells have the id a"),
        ("timing", "cell a: metadata differs from the normal form"),
        ("count", "cell a: execution_count differs from the normal form"),
        ("outputs", "cell a: outputs differs from the normal form"),
        ("kernel", "the notebook's metadata differs from the normal form"),
        ("nothing", "the file is written in another order, indent or line ending"),
    ],
)
def test_each_deviation_is_named(how, said):
    notebook = new_notebook(cells=[new_code_cell("1", id="a", outputs=[stream("x")])])
    notebook = json.loads(normal_form(notebook))
    alter(notebook, how)
    assert deviations(json.dumps(notebook)) == [said]


@pytest.fixture
def places(tmp_path):
    (tmp_path / "notebooks").mkdir()
    return Places(tmp_path)


def write(places, name, *cells):
    path = places.notebooks / name
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def test_a_notebook_is_run_in_its_folder_and_stored(places, capsys):
    (places.notebooks / "beside.txt").write_text("beside")
    wrong = new_code_cell("1/0", id="wrong", metadata={"tags": ["raises-exception"]})
    path = write(places, "00_a.ipynb", new_code_cell("print(open('beside.txt').read())"), wrong)
    assert execute.run_notebooks([], places) == 0
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].outputs[0].text == "beside\n"
    assert cells[1].outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert deviations(path.read_text(encoding="utf-8")) == []
    assert capsys.readouterr().out == "00_a.ipynb: stored anew\n"


def test_a_cell_that_fails_is_named_and_the_file_left_alone(places, capsys):
    teaches = new_code_cell("1/0", id="teaches", metadata={"tags": ["raises-exception"]})
    cells = (new_code_cell("undefined", id="mistake"), new_code_cell("later", id="later"))
    path = write(places, "00_a.ipynb", teaches, *cells)
    before = path.read_bytes()
    assert execute.run_notebooks(["00"], places) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(
        "00_a.ipynb: cell mistake failed: NameError: name 'undefined' is not defined\n"
    )
    assert path.read_bytes() == before
    assert [p.name for p in places.notebooks.iterdir()] == ["00_a.ipynb"]


def test_a_kernel_that_dies_is_reported(places, capsys):
    write(places, "00_a.ipynb", new_code_cell("import os; os._exit(1)", id="end"))
    assert execute.run_notebooks([], places) == 1
    assert "00_a.ipynb: cell end failed: the kernel ended" in capsys.readouterr().out


def test_a_part_that_fails_does_not_stop_the_next(tmp_path, capsys):
    called = []

    def call(command, cwd, env):
        called.append(command)
        assert env["OMP_NUM_THREADS"] == "1"
        assert cwd == tmp_path
        return int(command[3] == "check")

    code = suite.run_parts("py", (), ["-k", "x"], Places(tmp_path), call)
    assert code == 1
    assert [command[2] for command in called] == ["ruff", "ruff", "pytest", "pytest", "pytest"]
    assert all(command[-2:] == ["-k", "x"] for command in called[2:])
    printed = capsys.readouterr().out
    assert "lint       FAILED in 0 s\nunit       passed in 0 s" in printed


@pytest.mark.parametrize("part", suite.PARTS)
def test_each_part_runs_alone_and_its_failure_counts(tmp_path, part):
    assert suite.run_parts("py", [part], (), Places(tmp_path), lambda *_, **__: 0) == 0
    assert suite.run_parts("py", [part], (), Places(tmp_path), lambda *_, **__: 5) == 1


def test_an_unknown_part_gets_the_list():
    with pytest.raises(Trouble, match=r"^There is no part 'units'\. The parts are: lint, unit"):
        suite.extras_for(["units"])
