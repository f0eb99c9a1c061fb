"""The stored form of a notebook: outputs kept, everything that drifts from run to run removed."""

import json
import re

import nbformat
from nbformat import NotebookNode

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
KEPT = ("course", "tags")  # metadata that says something about the lesson
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def normal_form(notebook: NotebookNode) -> str:
    """Write `notebook` exactly as its file ought to read.

    The order of the keys, the indent and the final newline are fixed, so two runs that show the
    same give the same file. What is kept and what goes: see `normalise`.

    Args:
        notebook: Read with `nbformat.read(path, as_version=4)`; left as it was.

    Example:
        >>> normal_form(nbformat.v4.new_notebook()).splitlines()[:2]
        ['{', ' "cells": [],']
    """
    return nbformat.writes(normalise(notebook), version=4).rstrip("\n") + "\n"


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of `notebook` without what changes from run to run or machine to machine.

    Kept: the cells' ids, sources and outputs, the metadata `tags` and `course`. Numbered anew:
    the code cells that hold code, from 1. Gone: times, widget views and their state, colours and
    frames of tracebacks (the line `ValueError: …` stays). `notebook` itself is left as it was.

    Example:
        >>> cell = nbformat.v4.new_code_cell("1 + 1", execution_count=7)
        >>> normalise(nbformat.v4.new_notebook(cells=[cell])).cells[0].execution_count
        1
    """
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    kept = {key: notebook.metadata[key] for key in ("course",) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE_INFO), **kept}
    )
    count = 0
    for cell in notebook.cells:
        cell.metadata = NotebookNode({k: cell.metadata[k] for k in KEPT if k in cell.metadata})
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            _normalise_code(cell, count if cell.source.strip() else None)
    return notebook


def deviations(text: str) -> list[str]:
    """Say, one short sentence each, how the text of a notebook file departs from its normal form.

    Example:
        >>> deviations(normal_form(nbformat.v4.new_notebook()))
        []
    """
    ought = normal_form(nbformat.reads(text, as_version=4))
    if text == ought:
        return []
    before, after = json.loads(text), json.loads(ought)
    pairs = zip(before.pop("cells"), after.pop("cells"), strict=True)
    places = [f"cell {cell['id']}" for cell, wanted in pairs if cell != wanted]
    places += [f"the notebook's {key}" for key in after if before[key] != after[key]]
    found = [f"{place} differs from the normal form" for place in places]
    return found or ["the file is written in another order, indent or line ending"]


def _normalise_code(cell: NotebookNode, count: int | None) -> None:
    cell.execution_count = count
    outputs = []
    for output in cell.outputs:
        output = _normalise_output(output, count)
        if output is None:
            continue
        if outputs and output.output_type == "stream" and _same_stream(outputs[-1], output):
            outputs[-1].text += output.text
        else:
            outputs.append(output)
    cell.outputs = outputs


def _normalise_output(output: NotebookNode, count: int | None) -> NotebookNode | None:
    """Return the output to store, or None where only a live widget would show something."""
    if output.output_type == "stream":
        output.text = _joined(output.text)
    elif output.output_type == "error":
        output.traceback = [f"{output.ename}: {ANSI_COLOUR.sub('', output.evalue)}"]
    else:
        output.metadata = NotebookNode()
        output.data.pop(WIDGET_VIEW, None)
        if not output.data:
            return None
    if output.output_type == "execute_result":
        output.execution_count = count
    return output


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _same_stream(before: NotebookNode, output: NotebookNode) -> bool:
    return before.output_type == "stream" and before.name == output.name
