"""Run notebooks' code cells in this process and write down what they show, as JSON.

    python -m tests.support.replay OUTFILE NOTEBOOK... [--threads N] [--no-onednn] [--twice]

Without a kernel, so that many notebooks share one import of torch: each has its own names,
starts in its own folder, and leaves nothing to the next but the modules it imported.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

Shown = dict[str, list[str]]
"""What a cell showed: texts by kind (`text/plain`, `stdout`, `error`, …), in order."""


class Shell(InteractiveShell):
    """An interpreter that reports an error as its type and message, as a notebook stores it."""

    def showtraceback(self, *args: Any, **kinds: Any) -> None:
        """Show nothing: the error is read from the cell's result."""


def shown_by(notebook: Path, times: int = 1) -> dict[str, Shown]:
    """What each code cell of a notebook shows at the last of so many runs in a row, by cell id."""
    os.chdir(notebook.parent)
    shell = Shell.instance()
    shown: dict[str, Shown] = {}
    try:
        for cell in _code_cells(notebook):
            for _ in range(times):
                shown[cell["id"]] = _run(shell, "".join(cell["source"]))
        return shown
    finally:
        Shell.clear_instance()


def _code_cells(notebook: Path) -> Iterator[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return (cell for cell in cells if cell["cell_type"] == "code")


def _run(shell: Shell, source: str) -> Shown:
    # Entered first, the trap leaves the capturing display hook in place while the cell runs.
    with shell.display_trap, capture_output() as captured:
        result = shell.run_cell(source)
    found: Shown = {}
    for output in captured.outputs:
        for kind, text in output.data.items():
            found.setdefault(kind, []).append(text)
    for name, text in {"stdout": captured.stdout, "stderr": captured.stderr}.items():
        if text:
            found[name] = [text]
    if error := result.error_before_exec or result.error_in_exec:
        found["error"] = [f"{type(error).__name__}: {error}"]
    return found


def prepare_torch(threads: int | None, onednn: bool) -> dict[str, Any]:
    """Set torch up as asked, so that no cell can undo it, and say how it now computes."""
    import torch

    if threads:
        torch.set_num_threads(threads)
        torch.set_num_threads = lambda count: None  # a lesson asks for one thread
    torch.backends.mkldnn.enabled = onednn
    return {
        "threads": torch.get_num_threads(),
        "onednn": torch.backends.mkldnn.enabled and torch.backends.mkldnn.is_available(),
        "vectors": torch.backends.cpu.get_cpu_capability(),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("outfile", type=Path)
    parser.add_argument("notebooks", type=Path, nargs="+")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-onednn", action="store_true")
    parser.add_argument("--twice", action="store_true", help="each cell two times in a row")
    given = parser.parse_args()
    outfile = given.outfile.resolve()
    paths = [path.resolve() for path in given.notebooks]
    machine = prepare_torch(given.threads, not given.no_onednn)
    shown = {path.stem: shown_by(path, 1 + given.twice) for path in paths}
    outfile.write_text(json.dumps({"machine": machine, "shown": shown}), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
