"""Other machines to run the lessons on: how to be one, and how to compare what is shown there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from lessons import ROOT, code_cells, tags, without_pictures
from nbformat import NotebookNode

NOT_COMPARED = {"image/png", "application/vnd.jupyter.widget-view+json"}


@dataclass(frozen=True)
class Machine:
    """One way to run the lessons, and what torch then says of itself."""

    says: dict[str, Any]
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


# One thread and this machine's own vectors are what strict validation itself runs with.
TWO_THREADS = Machine(
    says={"threads": 2},
    options=["--threads=2"],
    environment={"OMP_WAIT_POLICY": "passive"},  # beside other tests, waiting must cost nothing
)
NO_VECTORS = Machine(
    says={"vectors": "DEFAULT", "onednn": False},
    options=["--no-onednn"],
    environment={"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"},
)
AVX2 = Machine(
    says={"vectors": "AVX2"},
    environment={"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
)
HERE = Machine(says={})
X86 = torch.backends.cpu.get_cpu_capability() in {"AVX2", "AVX512"}


def replay(machine: Machine, paths: list[Path], folder: Path) -> dict[str, dict]:
    """Run notebooks in a process of their own, set up like `machine`.

    Returns:
        What each cell showed, by the notebook's stem and the cell's id.
    """
    report = folder / "shown.json"
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.replay", report, *paths, *machine.options],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "2", "IPYTHONDIR": str(folder)} | machine.environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["machine"] | machine.says == found["machine"], "the variant did not take effect"
    return found["shown"]


def stored(cell: NotebookNode) -> dict[str, list[Any]]:
    """What a cell has stored, in the form in which `replay.py` writes what it shows."""
    found: dict[str, list[Any]] = {}
    for output in cell.outputs:
        if output.output_type == "error":
            found["error"] = [f"{output.ename}: {output.evalue}"]
        elif output.output_type == "stream":
            found[output.name] = ["".join(found.get(output.name, [])) + output.text]
        else:
            for kind, text in output.data.items():
                found.setdefault(kind, []).append(text)
    return found


def comparable(shown: dict[str, list[Any]]) -> dict[str, list[str]]:
    return {
        kind: [without_pictures(_text(value)) for value in values]
        for kind, values in shown.items()
        if kind not in NOT_COMPARED
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def differences(notebook: NotebookNode, shown: dict[str, dict[str, list[Any]]]) -> Iterator[str]:
    """What a cell shows otherwise than it is stored, one sentence a difference."""
    for cell in code_cells(notebook):
        if {"nbval-skip", "nbval-ignore-output"} & set(tags(cell)):
            continue
        before, now = comparable(stored(cell)), comparable(shown[cell.id])
        for kind in sorted(before.keys() | now.keys()):
            if before.get(kind) != now.get(kind):
                yield f"{cell.id}: {kind}: stored {before.get(kind)}, shows {now.get(kind)}"
