"""Stored outputs hold on another machine: other threads, other vector widths, no oneDNN.

A third machine, with AVX2, runs the lessons with their exercises solved: test_all_solved.
"""

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.support.lessons import PATHS, cell_called, nothing_in, read, sample
from tests.support.machines import NO_VECTORS, TWO_THREADS, X86, differences, replay

# Training on two threads takes minutes: they wait for each other longer than they compute.
TOO_SLOW = {"07_train"}


def hold(machine, paths: list[Path], folder: Path) -> None:
    shown = replay(machine, paths, folder)
    for path in paths:
        nothing_in(differences(read(path), shown[path.stem]))


def test_stored_outputs_hold_on_two_threads(tmp_path):
    hold(TWO_THREADS, [path for path in PATHS if path.stem not in TOO_SLOW], tmp_path)


@pytest.mark.skipif(not X86, reason="this processor has no other vectors to choose from")
def test_stored_outputs_hold_without_vectors_and_without_onednn(tmp_path):
    hold(NO_VECTORS, PATHS, tmp_path)


def write(notebook: NotebookNode, folder: Path) -> Path:
    path = folder / "lesson.ipynb"
    nbformat.write(notebook, path)
    return path


def test_an_output_that_depends_on_the_machine_is_reported(tmp_path):
    notebook = sample()
    cell = cell_called("total", notebook)
    cell.source = "import torch\n\ntorch.set_num_threads(1)\ntorch.get_num_threads()"
    cell.outputs[0].data = {"text/plain": "1"}
    shown = replay(TWO_THREADS, [write(notebook, tmp_path)], tmp_path)
    found = list(differences(notebook, shown["lesson"]))
    assert found == ["total: text/plain: stored ['1'], shows ['2']"]
