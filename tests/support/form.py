"""What a stored lesson may hold: what validation by execution cannot see.

Each check reads a notebook and yields one sentence for each thing that its author has to change.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nbformat import NotebookNode

from tests.support.lessons import (
    alt_texts,
    code_cells,
    output_texts,
    statements,
    tags,
    without_pictures,
)


@dataclass(frozen=True)
class Exceptions:
    """What one notebook is allowed, by cell id, each with its reason."""

    tags: dict[str, tuple[str, str]] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


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
        if not is_readable(name):
            yield f"{name or f'cell {number}'}: its id should be lower-case words with hyphens"


def is_readable(name: str) -> bool:
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


def everything_wrong(notebook: NotebookNode, exceptions: Exceptions) -> Iterator[str]:
    for check in CHECKS:
        yield from check(notebook)
    for check in CHECKS_WITH_EXCEPTIONS:
        yield from check(notebook, exceptions)
