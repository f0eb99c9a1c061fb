"""The stored form of every notebook: what validation by execution cannot see.

Each check reads a notebook and yields one sentence for each thing that its author has to change.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.command.author.stored_form import deviations, normal_form
from tests.support.lessons import (
    PATHS,
    alt_texts,
    cell_called,
    code_cells,
    every_lesson,
    nothing_in,
    output_texts,
    read,
    sample,
    statements,
    tags,
    without_pictures,
)


@dataclass(frozen=True)
class Exceptions:
    """What one notebook is allowed, by cell id, each with its reason."""

    tags: dict[str, tuple[str, str]] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


ALLOWED = {
    "sample": Exceptions(tags={"no-such-layer": ("raises-exception", "there are five layers")}),
    "01_define": Exceptions(
        tags={
            "small-image": ("raises-exception", "PyTorch's words for an image of the wrong size"),
            "view-refuses": (
                "raises-exception",
                "PyTorch's words for a view of a transposed tensor",
            ),
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
            "ten-labels": ("raises-exception", "PyTorch's words for too many labels"),
        }
    ),
    "04_backprop": Exceptions(
        tags={
            "second-backward": ("raises-exception", "PyTorch's words for a graph that was freed"),
            "no-grad-backward": ("raises-exception", "PyTorch's words for a loss without a graph"),
            "in-place-on-leaf": ("raises-exception", "PyTorch's words for a leaf overwritten"),
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
    "07_train": Exceptions(
        tags={
            "gpu": ("nbval-ignore-output", "the device is the reader's"),
        }
    ),
}
"""The exceptions of each notebook, by its stem. An entry that has become idle is reported too."""

ESCAPES = {"nbval-ignore-output", "nbval-skip", "nbval-check-output", "raises-exception"}
ID_PART = re.compile(r"[a-z]+\d{0,2}|\d{1,3}(x\d{1,3})*")
COMMENT = re.compile(r"#\s*(NBVAL_|PYTEST_VALIDATE)")
CLOCK_MODULES = {"time", "timeit", "datetime"}
HISTORY = re.compile(r"Out|In|_+|_\d+|_i+\d*|_i\d+|_oh|_dh|_ih")
SILENT = {  # calls that return None, so that a cell may end in one and show nothing
    "append",
    "backward",
    "clear",
    "close",
    "extend",
    "remove",
    "save",
    "set_default_dtype",
    "set_num_threads",
    "set_printoptions",
    "step",
    "update",
    "use_deterministic_algorithms",
    "zero_grad",
}
MACHINE = {
    "a memory address": r"0x[0-9a-f]{6,}",
    "a path of this machine": (
        r"(?<![\w./:])/(home|Users|root|tmp|var|usr|opt|private|mnt|workspace|content)/"
        r"|\b[A-Z]:\\|site-packages|ipykernel_\d"
    ),
    "a clock time": r"\b\d{1,2}:\d{2}:\d{2}\b|\b\d{1,2}:\d{2} ?[AaPp][Mm]\b|\d:\d\d<",
    "a speed or a duration": r"\b(it/s|s/it)\b|Wall time|CPU times|\bmin/epoch\b|\ds elapsed",
}
SENTENCE = re.compile(r"[A-Z0-9].*[.!?]", re.DOTALL)


def kernel(notebook: NotebookNode) -> Iterator[str]:
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "names no kernel `python3`: a reader's Jupyter would ask which one to start"


def cell_ids(notebook: NotebookNode) -> Iterator[str]:
    ids = [cell.get("id") or "" for cell in notebook.cells]
    for number, name in enumerate(ids):
        if ids.index(name) != number:
            yield f"{name or f'cell {number}'}: this id is used twice"
        if not _readable(name):
            yield f"{name or f'cell {number}'}: its id should be lower-case words with hyphens"


def _readable(name: str) -> bool:
    return name[:1].isalpha() and all(map(ID_PART.fullmatch, name.split("-")))


def execution_order(notebook: NotebookNode) -> Iterator[str]:
    for count, cell in enumerate(code_cells(notebook), 1):
        counts = {cell.execution_count} | {
            output.execution_count
            for output in cell.outputs
            if output.output_type == "execute_result"
        }
        if counts != {count}:
            yield f"{cell.id}: was not run in order, as number {count}: run all cells and save"


def empty_cells(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if not cell.source.strip():
            yield f"{cell.id}: is empty: delete it"


def comments(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        if COMMENT.search(cell.source):
            yield f"{cell.id}: a comment changes its validation; a tag does so out of sight"


def escape_tags(notebook: NotebookNode, allowed: Exceptions) -> Iterator[str]:
    found = {(cell.id, tag) for cell in notebook.cells for tag in tags(cell) if tag in ESCAPES}
    listed = {(name, tag) for name, (tag, _) in allowed.tags.items()}
    for name, tag in sorted(found - listed):
        yield f"{name}: is tagged `{tag}`, but no reason for it is listed in ALLOWED"
    for name, tag in sorted(listed - found):
        yield f"{name}: is listed with `{tag}` in ALLOWED, but does not bear it"


def plain_python(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        if not statements(cell) and cell.source.strip() and "raises-exception" not in tags(cell):
            yield f"{cell.id}: is not plain Python (a magic?): write what a script could hold"
        if cell.source.rstrip().endswith(";"):
            yield f"{cell.id}: ends in `;`, which validation ignores: write `_ = …`"


def repeatable(notebook: NotebookNode) -> Iterator[str]:
    assigned: set[str] = set()
    for cell in code_cells(notebook):
        nodes = [node for statement in statements(cell) for node in ast.walk(statement)]
        names = [node for node in nodes if isinstance(node, ast.Name)]
        assigned |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
        read_names = {name.id for name in names if isinstance(name.ctx, ast.Load)}
        for name in sorted(filter(HISTORY.fullmatch, read_names)):
            yield f"{cell.id}: uses `{name}`, which depends on what ran before: name the value"
        if "input" in read_names - assigned:
            yield f"{cell.id}: `input` waits for a keyboard: assign the value"
        for module in sorted(_imported(nodes) & CLOCK_MODULES):
            yield f"{cell.id}: imports `{module}`: what it measures differs from run to run"


def _imported(nodes: list[ast.AST]) -> set[str]:
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def errors(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        failed = any(output.output_type == "error" for output in cell.outputs)
        meant = "raises-exception" in tags(cell)
        if failed and not meant:
            yield f"{cell.id}: stores an error; tag it `raises-exception` if it is meant to teach"
        if meant and not failed:
            yield f"{cell.id}: is tagged `raises-exception`, but raises none"


def warnings_shown(notebook: NotebookNode, allowed: Exceptions) -> Iterator[str]:
    found = {
        cell.id
        for cell in code_cells(notebook)
        if any(output.get("name") == "stderr" for output in cell.outputs)
    }
    for name in sorted(found - set(allowed.warnings)):
        yield f"{name}: writes to stderr: mend the cause, or list in ALLOWED what it teaches"
    for name in sorted(set(allowed.warnings) - found):
        yield f"{name}: is listed in ALLOWED with a warning, but shows none"


def machine_traces(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        shown = without_pictures("\n".join(_all_texts(cell)))
        for what, pattern in MACHINE.items():
            if match := re.search(pattern, shown):
                yield f"{cell.id}: shows {what}, `{match[0]}`: it differs from machine to machine"


def _all_texts(cell: NotebookNode) -> Iterator[str]:
    yield from output_texts(cell)
    for output in cell.outputs:
        yield from output.get("traceback", [])


def descriptions(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        for output in cell.outputs:
            yield from _picture_problems(cell.id, output.get("data", {}))


def _picture_problems(name: str, data: dict[str, str]) -> Iterator[str]:
    markup, says = data.get("text/html", ""), data.get("text/plain", "")
    alts = alt_texts(markup)
    if "<svg" in markup:
        yield f"{name}: shows inline SVG, which an untrusted notebook drops: use an `<img>`"
    if not alts and not any(kind.startswith("image/") for kind in data):
        return
    if not _is_sentence(says):
        yield f"{name}: its picture is not described by a sentence, but by {says[:60]!r}"
    if alts != [says]:
        yield f"{name}: the image's alt text is not its description: {alts} and {says!r}"


def _is_sentence(text: str) -> bool:
    return bool(SENTENCE.fullmatch(text.strip())) and len(text.split()) >= 5


def stand_ins(notebook: NotebookNode) -> Iterator[str]:
    if "widgets" in notebook.metadata:
        yield "stores the state of widgets: it cannot be validated"
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if any("widget-view" in kind for kind in data):
                yield f"{cell.id}: stores a widget view: it cannot be validated"
            if re.match(r"<|\w*Box\(|\w+\(children=", data.get("text/plain", "")):
                yield f"{cell.id}: shows {data['text/plain'][:40]!r} in place of a readable value"


def shown_values(notebook: NotebookNode) -> Iterator[str]:
    for cell in code_cells(notebook):
        if _shows(statements(cell)) and not cell.outputs:
            yield f"{cell.id}: stores no output, but its code shows something: run it and save"


def _shows(body: list[ast.stmt]) -> bool:
    calls = [_called(statement) for statement in body]
    if "print" in calls or "display" in calls:
        return True
    return bool(body) and isinstance(body[-1], ast.Expr) and calls[-1] not in SILENT


def _called(statement: ast.stmt) -> str | None:
    """The name of the function or method, if the statement is nothing but a call."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(value, ast.Call):
        return None
    return getattr(value.func, "id", None) or getattr(value.func, "attr", None)


CHECKS: list[Callable[[NotebookNode], Iterator[str]]] = [
    kernel,
    cell_ids,
    execution_order,
    empty_cells,
    comments,
    plain_python,
    repeatable,
    errors,
    machine_traces,
    descriptions,
    stand_ins,
    shown_values,
]
CHECKS_WITH_EXCEPTIONS = [escape_tags, warnings_shown]


def everything_wrong(notebook: NotebookNode, stem: str) -> Iterator[str]:
    for check in CHECKS:
        yield from check(notebook)
    for check in CHECKS_WITH_EXCEPTIONS:
        yield from check(notebook, ALLOWED.get(stem, Exceptions()))


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
    nothing_in(everything_wrong(read(path), path.stem))


def test_the_sample_is_sound():
    nothing_in(everything_wrong(sample(), "sample"))


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
    complaints = list(everything_wrong(notebook, "sample"))
    assert any(says in complaint for complaint in complaints), complaints


def test_a_stripped_notebook_is_reported():
    notebook = sample()
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    complaints = "\n".join(everything_wrong(notebook, "sample"))
    assert "weights: stores no output" in complaints
    assert "weights: was not run in order" in complaints


def test_a_notebook_stripped_of_its_outputs_alone_is_reported():
    notebook = sample()
    for cell in code_cells(notebook):
        cell.outputs = []
    assert "picture: stores no output" in "\n".join(everything_wrong(notebook, "sample"))


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
    assert _readable(name)


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
