"""The stored form of every notebook: what validation by execution cannot see."""

import pytest
from nbformat.v4 import new_output

from course_utils.command.author.stored_form import deviations, normal_form
from tests.support.form import (
    Exceptions,
    everything_wrong,
    is_readable,
    machine_traces,
    repeatable,
    shown_values,
)
from tests.support.lessons import (
    PATHS,
    cell_called,
    code_cells,
    every_lesson,
    nothing_in,
    read,
    sample,
)

ALLOWED = {
    "sample": Exceptions(tags={"no-such-layer": ("raises-exception", "there are five layers")}),
    "01_define": Exceptions(
        tags={
            "small-image": ("raises-exception", "PyTorch's words for an image of the wrong size"),
            "view-refuses": (
                "raises-exception",
                "PyTorch's words for a view of a transposed tensor",
            ),
            "three-channels": ("raises-exception", "PyTorch's words for too many channels"),
            "tiny-image": ("raises-exception", "PyTorch's words for a kernel that finds no place"),
            "single-image": ("raises-exception", "PyTorch's words for an image without a batch"),
        }
    ),
    "02_parameters": Exceptions(
        tags={"no-vector": ("raises-exception", "PyTorch's words for a backward from ten numbers")}
    ),
    "03_loss": Exceptions(
        tags={
            "warning-as-error": ("raises-exception", "PyTorch's words for shapes that differ"),
            "float-target": ("raises-exception", "PyTorch's words for classes that are floats"),
            "class-ten": ("raises-exception", "PyTorch's words for a class that is not there"),
        }
    ),
    "04_backprop": Exceptions(
        tags={
            "second-backward": ("raises-exception", "PyTorch's words for a graph that was freed"),
        }
    ),
    "05_update": Exceptions(
        tags={
            "no-grad-counts": ("raises-exception", "PyTorch's words for a kept tensor changed"),
            "in-place-on-leaf": ("raises-exception", "PyTorch's words for a leaf overwritten"),
        }
    ),
    "06_optimize": Exceptions(
        tags={
            "negative-rate": ("raises-exception", "PyTorch's words for a negative learning rate"),
        }
    ),
}
"""The exceptions of each notebook, by its stem. An entry that has become idle is reported too."""


def test_there_are_lessons():
    assert PATHS


def test_exceptions_are_listed_for_lessons_that_exist():
    assert set(ALLOWED) <= {path.stem for path in PATHS} | {"sample"}


@every_lesson
def test_the_file_is_in_normal_form(path):
    text = path.read_bytes().decode()
    is_normal = text == normal_form(read(path))
    assert is_normal, f"run `python -m course_utils run`: {'; '.join(deviations(text))}"


@every_lesson
def test_the_stored_form_is_sound(path):
    nothing_in(everything_wrong(read(path), ALLOWED.get(path.stem, Exceptions())))


def test_the_sample_is_sound():
    nothing_in(everything_wrong(sample(), ALLOWED["sample"]))


# Each check bites: one thing is spoilt in the sample, and the check says so.


def set_source(name: str, source: str):
    return lambda notebook: cell_called(name, notebook).update(source=source)


def set_text(name: str, text: str):
    return lambda notebook: cell_called(name, notebook).outputs[0].data.update({"text/plain": text})


def set_html(name: str, markup: str):
    return lambda notebook: (
        cell_called(name, notebook).outputs[0].data.update({"text/html": markup})
    )


def set_id(name: str, new: str):
    return lambda notebook: cell_called(name, notebook).update(id=new)


def set_tag(name: str, tag: str):
    return lambda notebook: cell_called(name, notebook).metadata.update(tags=[tag])


def add_output(cell: str, kind: str, **content):
    def add(notebook):
        cell_called(cell, notebook).outputs.append(new_output(kind, **content))

    return add


def set_cell(name: str, **changes):
    return lambda notebook: cell_called(name, notebook).update(changes)


BITES = {
    "no kernel": (lambda notebook: notebook.metadata.pop("kernelspec"), "kernel"),
    "no id": (set_id("total", ""), "lower-case words"),
    "the id of a generator": (set_id("total", "3f1c9a2e"), "lower-case words"),
    "a long random id": (set_id("total", "b9c1-4f2e9d"), "lower-case words"),
    "an id in capitals": (set_id("total", "Total"), "lower-case words"),
    "two ids the same": (set_id("total", "share"), "used twice"),
    "run out of order": (set_cell("share", execution_count=9), "was not run in order"),
    "not run": (set_cell("share", execution_count=None), "was not run in order"),
    "empty": (set_source("define-picture", " \n"), "is empty"),
    "comment": (set_source("total", "# NBVAL_IGNORE_OUTPUT\nsum(weights)"), "a comment changes"),
    "unlisted tag": (set_tag("total", "nbval-ignore-output"), "no reason"),
    "unlisted skip": (set_tag("total", "nbval-skip"), "no reason"),
    "listed tag gone": (lambda n: cell_called("no-such-layer", n).metadata.clear(), "bear it"),
    "magic": (set_source("total", "%time sum(weights)"), "not plain Python"),
    "cell magic": (set_source("total", "%%timeit\nsum(weights)"), "not plain Python"),
    "semicolon": (set_source("total", "sum(weights);"), "ends in `;`"),
    "history": (set_source("total", "Out[1]"), "uses `Out`"),
    "last value": (set_source("total", "_1 + 1"), "uses `_1`"),
    "underscore": (set_source("total", "_ + 1"), "uses `_`"),
    "keyboard": (set_source("total", 'input("?")'), "waits for a keyboard"),
    "clock": (set_source("total", "import time\ntime.time()"), "imports `time`"),
    "clock function": (set_source("total", "from datetime import date\n1"), "imports `datetime`"),
    "untagged error": (
        add_output("total", "error", ename="ValueError", evalue="", traceback=[]),
        "stores an error",
    ),
    "no error": (set_cell("no-such-layer", outputs=[]), "raises none"),
    "warning": (add_output("share", "stream", name="stderr", text="careful"), "writes to stderr"),
    "address": (set_text("total", "at 0x7f3a5c2d1e40"), "a memory address"),
    "temporary path": (set_text("total", "'/tmp/net.pt'"), "a path"),
    "home": (set_text("total", "in /home/ada/net.pt"), "a path"),
    "home on Windows": (set_text("total", r"C:\Users\ada"), "a path"),
    "packages": (set_text("total", "lib/site-packages/torch"), "a path"),
    "clock time": (set_text("total", "saved at 12:05:31"), "a clock time"),
    "progress bar": (set_text("total", "100% 5/5 [00:01<00:00]"), "a clock time"),
    "speed": (set_text("total", "5/5, 12.1 it/s"), "a speed"),
    "default repr": (set_text("picture", "<Picture>"), "not described by a sentence"),
    "short description": (set_text("picture", "A line."), "not described by a sentence"),
    "no alt": (set_html("picture", "<img src='data:image/png;base64,A'>"), "not its description"),
    "another alt": (set_html("picture", "<img alt='A plot' src='x'>"), "not its description"),
    "pixels only": (
        add_output("total", "display_data", data={"image/png": "AAAA", "text/plain": "<Figure>"}),
        "not its description",
    ),
    "inline SVG": (set_html("picture", "<svg></svg>"), "inline SVG"),
    "raw object": (set_text("total", "<generator object>"), "in place of a readable value"),
    "raw widget": (set_text("total", "VBox(children=())"), "in place of a readable value"),
    "widget view": (
        add_output(
            "total",
            "display_data",
            data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Step size"},
        ),
        "stores a widget view",
    ),
    "widget state": (lambda notebook: notebook.metadata.update(widgets={}), "state of widgets"),
    "value not stored": (set_cell("total", outputs=[]), "stores no output"),
    "print not stored": (set_cell("share", outputs=[]), "stores no output"),
}


@pytest.mark.parametrize(("spoil", "says"), BITES.values(), ids=BITES.keys())
def test_a_spoilt_form_is_reported(spoil, says):
    notebook = sample()
    spoil(notebook)
    complaints = list(everything_wrong(notebook, ALLOWED["sample"]))
    assert any(says in complaint for complaint in complaints), complaints


def test_a_stripped_notebook_is_reported():
    notebook = sample()
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    complaints = "\n".join(everything_wrong(notebook, ALLOWED["sample"]))
    assert "weights: stores no output" in complaints
    assert "weights: was not run in order" in complaints


def test_a_notebook_stripped_of_its_outputs_alone_is_reported():
    notebook = sample()
    for cell in code_cells(notebook):
        cell.outputs = []
    assert "picture: stores no output" in "\n".join(everything_wrong(notebook, ALLOWED["sample"]))


@pytest.mark.parametrize(
    "source",
    ["optimizer.step()", "_ = torch.manual_seed(0)", "torch.set_num_threads(1)", "x = 3", "del x"],
)
def test_a_cell_that_shows_nothing_needs_no_output(source):
    notebook = sample()
    cell_called("total", notebook).update(source=source, outputs=[])
    assert list(shown_values(notebook)) == []


def test_a_variable_called_input_is_no_keyboard():
    notebook = sample()
    cell_called("total", notebook).update(source="input = 3\ninput")
    assert list(repeatable(notebook)) == []


@pytest.mark.parametrize("name", ["conv1-by-hand", "s2", "image-28x28", "title"])
def test_a_readable_id_is_accepted(name):
    assert is_readable(name)


@pytest.mark.parametrize(
    "text",
    ["torch.Size([1, 10])", "https://pytorch.org/tmp/x", "and/or", "1:1", "16x25 and 400x120"],
)
def test_an_ordinary_output_bears_no_trace_of_a_machine(text):
    notebook = sample()
    set_text("total", text)(notebook)
    assert list(machine_traces(notebook)) == []


def test_a_file_out_of_normal_form_differs_from_it():
    notebook = sample()
    text = normal_form(notebook)
    cell_called("total", notebook).metadata["collapsed"] = True
    assert normal_form(notebook) == text
    assert "collapsed" not in text
