"""Runs submitted answers anew in the course's own lessons (`progress --rerun`).

Of a lesson run its imports, the cells tagged `needed`, the answers with what the learner has added
beside them, and the checks: in a kernel of their own, in a temporary folder with the learner's
other files. It is no sandbox: an answer can do what the user can who types the command.
"""

import ast
import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.command.environment.variables import child_environment
from course_utils.command.instructor import verdicts
from course_utils.command.instructor.verdicts import Cell, Reading, Task, Verdict
from course_utils.command.project import HERE, Project

AT_ONCE = 2
SECONDS = 150  # for a cell; the slowest check ends itself after 120
Answers = dict[str, list[str]]  # by exercise: the sources of the cells that an answer consists of


class Rerun:
    """Gives verdicts on exercises by executing answers, each cell for some seconds at most."""

    def __init__(self, tasks: Sequence[Task], project: Project = HERE, seconds: int = SECONDS):
        self.tasks, self.seconds = tasks, seconds
        paths = {task.lesson: project.notebooks / f"{task.lesson}.ipynb" for task in tasks}
        self.lessons = {name: _code_cells(path) for name, path in paths.items()}
        cells = [cell for lesson in self.lessons.values() for cell in lesson]
        self.ids, self.sources = {c.id for c in cells}, {c.source for c in cells}
        self.kernels: dict[NotebookClient, subprocess.Popen | None] = {}  # that run
        self.is_stopped = False

    def each(self, paths: Iterable[Path]) -> Iterator[Reading]:
        """Yield what each notebook comes to as soon as it is there, two of them at a time."""
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            for job in as_completed([pool.submit(self.read, path) for path in paths]):
                yield job.result()
        finally:  # after Ctrl-C, too: nothing more is begun, and what runs is ended
            self.is_stopped = True
            pool.shutdown(wait=False, cancel_futures=True)
            for kernel in list(self.kernels.values()):
                _end(kernel)
            pool.shutdown()

    def read(self, path: Path) -> Reading:
        """Execute the answers in one notebook; where that fails, its outputs are believed."""
        stored = verdicts.read_notebook(path, self.tasks)
        if stored.problem:
            return stored
        answers = self._answers(_code_cells(path))
        found = dict.fromkeys(stored.verdicts, Verdict(verdicts.NOT_STARTED))
        try:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                _copy_files(path.parent, folder)
                for lesson in self.lessons:
                    names = [t.name for t in self.tasks if t.lesson == lesson and t.name in answers]
                    found |= self._run(lesson, {name: answers[name] for name in names}, folder)
        except (OSError, RuntimeError) as error:
            return Reading(path, stored.verdicts, f"was not run again: {error}")
        return Reading(path, found)

    def _answers(self, cells: Sequence[Cell]) -> Answers:
        """The answers that are more than the starter."""
        answers: Answers = {task.name: [] for task in self.tasks}
        added: list[str] = []
        for cell in cells:
            name = next((name for name in (cell.exercise, *cell.checks) if name in answers), "")
            is_new = cell.source not in self.sources and (name or cell.id not in self.ids)
            if is_new or cell.exercise in answers:
                added.append(cell.source)
            if name:
                answers[name] += added
                added = []
        tasks = (t for t in self.tasks if not all(map(t.is_starter, answers[t.name])))
        return {task.name: answers[task.name] for task in tasks}

    def _run(self, lesson: str, answers: Answers, folder: str, whole: bool = False) -> dict:
        """Verdicts on answers; the next try is without one that ends the kernel or never ends."""
        found: dict[str, Verdict] = {}
        while rest := {name: answers[name] for name in answers if name not in found}:
            notebook = new_notebook(cells=list(self._cells(lesson, rest, whole)))
            name, error = self._execute(notebook, folder)
            if not error:
                said = verdicts.read_verdicts(verdicts.list_cells(notebook), self.tasks)
                found |= {name: said[name] for name in rest}
            elif name and not self.is_stopped:
                found[name] = Verdict(verdicts.STOPPED, type(error).__name__, str(error))
            else:
                raise RuntimeError(f"a cell of {lesson} did not end") from error
        # An answer may use what is defined in a cell that no check needs.
        lacking = {name: answers[name] for name in found if found[name].code == "NameError"}
        return found if whole else found | self._run(lesson, lacking, folder, whole=True)

    def _cells(self, lesson: str, answers: Answers, whole: bool) -> Iterator[NotebookNode]:
        """The cells that run, marked with the exercise that they are for."""
        for cell in self.lessons[lesson]:
            name = cell.exercise or next((name for name in cell.checks if name in answers), "")
            is_run = name or cell.is_needed or whole
            given = [cell.source if is_run else _imports(cell.source)]
            for source in answers.get(name, []) if cell.exercise else given:
                if source.strip():
                    yield new_code_cell(source, metadata={"course": {"exercise": name}})

    def _execute(self, notebook: NotebookNode, folder: str) -> tuple[str, Exception | None]:
        """Run a notebook; where it does not end, return the exercise it stopped at, and why."""

        def begin(cell: NotebookNode, cell_index: int) -> None:
            self.kernels[client] = getattr(client.km and client.km.provisioner, "process", None)
            if self.is_stopped:
                raise DeadKernelError

        client = NotebookClient(
            notebook,
            allow_errors=True,
            extra_arguments=["--log-level=ERROR"],  # it warns of connections not encrypted
            kernel_name="python3",
            on_cell_start=begin,
            resources={"metadata": {"path": folder}},
            shutdown_kernel="immediate",
            timeout=self.seconds,
        )
        variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) | {"OMP_NUM_THREADS": "1"}
        environment = {**child_environment(), **variables}
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # as zmq needs
                runner.run(client.async_execute(env=environment))
        except (CellTimeoutError, DeadKernelError) as error:
            last = notebook.cells[max(client.code_cells_executed - 1, 0)]
            return last.metadata.course.exercise, error
        finally:
            _end(self.kernels.pop(client, None))
        return "", None


def _code_cells(path: Path) -> list[Cell]:
    return [cell for cell in verdicts.read_cells(path) if cell.is_code]


def _imports(source: str) -> str:
    with contextlib.suppress(SyntaxError):  # shown on purpose
        kinds = (ast.Import, ast.ImportFrom)
        return "\n".join(ast.unparse(s) for s in ast.parse(source).body if isinstance(s, kinds))
    return ""


def _copy_files(source: Path, folder: str) -> None:
    for path in source.iterdir():
        with contextlib.suppress(OSError):
            if path.suffix != ".ipynb" and path.is_file():
                shutil.copy(path, folder)


def _end(kernel: subprocess.Popen | None) -> None:
    """End a kernel and what it has started; on Windows, which has no groups, the kernel alone."""
    with contextlib.suppress(OSError):
        if kernel and hasattr(os, "killpg"):
            os.killpg(kernel.pid, signal.SIGKILL)
        elif kernel:
            kernel.kill()
