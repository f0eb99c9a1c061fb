"""Stored outputs hold on another machine: other threads, other vector widths, no oneDNN."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch
from lessons import (
    PATHS,
    ROOT,
    cell_called,
    code_cells,
    nothing_in,
    read,
    sample,
    tags,
    without_pictures,
)
from nbformat import NotebookNode

NOT_COMPARED = {"image/png", "application/vnd.jupyter.widget-view+json"}


@dataclass(frozen=True)
class Machine:
    """One way to run the lessons, and what torch then says of itself."""

    says: dict[str, Any]
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


# One thread and this machine's own vectors are what strict validation itself runs with.
MACHINES = {
    "two threads": Machine(says={"threads": 2}, options=["--threads=2"]),
    "no vectors, no oneDNN": Machine(
        says={"vectors": "DEFAULT", "onednn": False},
        options=["--no-onednn"],
        environment={"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    ),
    "AVX2": Machine(
        says={"vectors": "AVX2"},
        environment={"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    ),
}
# Training on two threads takes minutes: they wait for each other longer than they compute.
TOO_SLOW = {"two threads": {"06_train"}}
X86 = torch.backends.cpu.get_cpu_capability() in {"AVX2", "AVX512"}


def replay(machine: Machine, paths: list[Path], folder: Path) -> dict[str, Any]:
    """Run notebooks in a process of their own, set up like `machine`."""
    report = folder / "shown.json"
    run = subprocess.run(
        [sys.executable, "-m", "tests.replay", report, *paths, *machine.options],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "2", "IPYTHONDIR": str(folder)} | machine.environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(report.read_text(encoding="utf-8"))


def stored(cell: NotebookNode) -> dict[str, list[str]]:
    """What a cell has stored, in the form in which `replay.py` writes what it shows."""
    found: dict[str, list[str]] = {}
    for output in cell.outputs:
        if output.output_type == "error":
            found["error"] = [f"{output.ename}: {output.evalue}"]
        elif output.output_type == "stream":
            found[output.name] = ["".join(found.get(output.name, [])) + output.text]
        else:
            for kind, text in output.data.items():
                found.setdefault(kind, []).append(text)
    return found


def comparable(shown: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        kind: [without_pictures(str(text)) for text in texts]
        for kind, texts in shown.items()
        if kind not in NOT_COMPARED
    }


def differences(notebook: NotebookNode, shown: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """What a cell shows otherwise than it is stored, one sentence a difference."""
    for cell in code_cells(notebook):
        if {"nbval-skip", "nbval-ignore-output"} & set(tags(cell)):
            continue
        before, now = comparable(stored(cell)), comparable(shown[cell.id])
        for kind in sorted(before.keys() | now.keys()):
            if before.get(kind) != now.get(kind):
                yield f"{cell.id}: {kind}: stored {before.get(kind)}, shows {now.get(kind)}"


@pytest.mark.skipif(not PATHS, reason="there is no lesson yet")
@pytest.mark.parametrize("name", MACHINES)
def test_stored_outputs_hold_on_another_machine(name, tmp_path):
    machine = MACHINES[name]
    if "vectors" in machine.says and not X86:
        pytest.skip("this processor has other vectors than those to choose from")
    paths = [path for path in PATHS if path.stem not in TOO_SLOW.get(name, ())]
    report = replay(machine, paths, tmp_path)
    assert report["machine"] | machine.says == report["machine"], "the variant did not take effect"
    for path in paths:
        nothing_in(differences(read(path), report["shown"][path.stem]))


def write(notebook: NotebookNode, folder: Path) -> Path:
    path = folder / "lesson.ipynb"
    nbformat.write(notebook, path)
    return path


def test_an_output_that_depends_on_the_machine_is_reported(tmp_path):
    notebook = sample()
    cell = cell_called("total", notebook)
    cell.source = "import torch\n\ntorch.set_num_threads(1)\ntorch.get_num_threads()"
    cell.outputs[0].data = {"text/plain": "1"}
    report = replay(MACHINES["two threads"], [write(notebook, tmp_path)], tmp_path)
    found = list(differences(notebook, report["shown"]["lesson"]))
    assert found == ["total: text/plain: stored ['1'], shows ['2']"]
