"""Runs submitted answers anew in the course's own lessons (`progress --rerun`).

Of a lesson run its imports, the cells tagged `needed`, the answers with what the learner has added
beside them, and the checks: in a kernel of their own, in a temporary folder with the learner's
other files. It is no sandbox: an answer can do what the user can who types the command.
"""

import ast
import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.checks.feedback import NOT_STARTED
from course_utils.command.environment.variables import child_environment
from course_utils.command.instructor import verdicts
from course_utils.command.instructor.kept_results import KeptResults
from course_utils.command.instructor.names import ENDING, read_platform_name
from course_utils.command.instructor.submissions import Notebook
from course_utils.command.instructor.tables import printable
from course_utils.command.instructor.verdicts import Cell, Reading, Task, Verdict
from course_utils.command.project import HERE, Project

AT_ONCE = min(os.cpu_count() or 2, 4)  # each needs half a gigabyte
SECONDS = 150  # for an answer and its check; the slowest check ends itself after 120
Answers = dict[str, list[str]]  # by exercise: the sources of the cells that an answer consists of


class Rerun:
    """Gives verdicts on exercises by executing answers, each for some seconds at most."""

    def __init__(self, tasks: Sequence[Task], project: Project = HERE, seconds: int = SECONDS):
        self.tasks, self.seconds = tasks, seconds
        paths = {task.lesson: project.notebooks / f"{task.lesson}.ipynb" for task in tasks}
        self.lessons = {name: _code(verdicts.read_cells(path)) for name, path in paths.items()}
        cells = [cell for lesson in self.lessons.values() for cell in lesson]
        self.ids, self.sources = {c.id for c in cells}, {c.source for c in cells}
        self.kept = KeptResults(project)
        self.variables = child_environment()
        self.kernels: dict[NotebookClient, subprocess.Popen | None] = {}  # that run
        self.is_stopped = False

    def each(self, notebooks: Sequence[Notebook]) -> Iterator[tuple[Notebook, Reading]]:
        """Yield what each notebook comes to as soon as it is there, and print a line of it."""
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            jobs = {pool.submit(self.read, one): one for one in notebooks}
            for number, job in enumerate(as_completed(jobs), 1):
                told = f"{jobs[job].file.place}: {_in_words(job.result())}"
                print(f"{number} of {len(notebooks)}", printable(told), flush=True)
                yield jobs[job], job.result()
        finally:  # after Ctrl-C, too: nothing more is begun, and what runs is ended
            self.is_stopped = True
            pool.shutdown(wait=False, cancel_futures=True)
            for kernel in list(self.kernels.values()):
                _end(kernel)
            pool.shutdown()

    def read(self, notebook: Notebook) -> Reading:
        """Execute the answers in one notebook; where that fails, its outputs are believed."""
        stored = verdicts.read_notebook(notebook.file, self.tasks)
        if stored.problem:
            return stored
        content, beside = notebook.file.load(), _helpers(notebook)
        key = self.kept.key([content, *(part for item in beside for part in item)])
        if key in self.kept.found:
            return self.kept.found[key]
        try:
            found = self._run_all(content, beside)
        except (OSError, RuntimeError) as error:
            return Reading(stored.verdicts, f"was not run again: {error}")
        none = Verdict(verdicts.NOT_STARTED)
        reading = Reading({name: found.get(name, none) for name in stored.verdicts} | found)
        self.kept.keep(key, reading)
        return reading

    def _run_all(self, content: bytes, beside: Sequence[tuple[bytes, bytes]]) -> dict:
        """Verdicts on all answers in a notebook, run beside these files."""
        answers = self._answers(_code(verdicts.list_cells(json.loads(content))))
        found: dict[str, Verdict] = {}
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for name, helper in beside:
                Path(folder, name.decode()).write_bytes(helper)
            for lesson in self.lessons:
                names = [t.name for t in self.tasks if t.lesson == lesson and t.name in answers]
                found |= self._run(lesson, {name: answers[name] for name in names}, folder)
        return {
            name: dataclasses.replace(verdict, answer="\n\n".join(answers[name]))
            for name, verdict in found.items()
        }

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
            given = [cell.source if is_run else imports_of(cell.source)]
            if cell.exercise:
                given = [part for answer in answers.get(name, []) for part in _statements(answer)]
            for source in given:
                if source.strip():
                    yield new_code_cell(source, metadata={"course": {"exercise": name}})

    def _execute(self, notebook: NotebookNode, folder: str) -> tuple[str, Exception | None]:
        """Run a notebook; where it does not end, return the exercise it stopped at, and why."""
        began: dict[str, float] = {}

        def seconds_left(cell: NotebookNode) -> float:
            """For all statements of an answer together; the lesson's own cells get all of them."""
            now, name = time.monotonic(), cell.metadata.course.exercise
            spent = now - began.setdefault(name, now) if name else 0.0
            return max(self.seconds - spent, 1.0)

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
            timeout_func=seconds_left,
        )
        variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) | {"OMP_NUM_THREADS": "1"}
        environment = {**self.variables, **variables}
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # as zmq needs
                runner.run(client.async_execute(env=environment))
        except (CellTimeoutError, DeadKernelError) as error:
            last = notebook.cells[max(client.code_cells_executed - 1, 0)]
            return last.metadata.course.exercise, error
        finally:
            _end(self.kernels.pop(client, None))
        return "", None


def _code(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.is_code]


def _statements(source: str) -> list[str]:
    """Cut a cell into statements, so that one that fails does not take the others with it.

    What only IPython understands becomes Python first; what nobody understands stays whole.
    """
    source = TransformerManager().transform_cell(source)
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        body = compile(source, "answer", "exec", flags).body
    except (SyntaxError, ValueError):
        return [source]
    lines = source.splitlines(keepends=True)
    starts = [min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", ()))]) for s in body]
    ends = [*(start - 1 for start in starts[1:]), len(lines)]
    return ["".join(lines[start - 1 : end]) for start, end in zip(starts, ends, strict=True)]


def imports_of(source: str) -> str:
    with contextlib.suppress(SyntaxError):  # shown on purpose
        kinds = (ast.Import, ast.ImportFrom)
        return "\n".join(ast.unparse(s) for s in ast.parse(source).body if isinstance(s, kinds))
    return ""


def _helpers(notebook: Notebook) -> list[tuple[bytes, bytes]]:
    """The learner's other files beside a notebook: names and contents."""
    mine = read_platform_name(notebook.file.parts[-1])
    found = []
    for file in notebook.beside:
        name = file.parts[-1]
        if named := read_platform_name(name):  # all learners' files lie in one folder
            name = named.file if mine and named.who == mine.who else ""
        if name and not ENDING.search(name):
            with contextlib.suppress(OSError):  # one that is too large
                found.append((name.encode(), file.load()))
    return found


def _in_words(reading: Reading) -> str:
    told = [f"{n} {v.status}" for n, v in reading.verdicts.items() if v.status != NOT_STARTED]
    return reading.problem or ", ".join(told) or NOT_STARTED


def _end(kernel: subprocess.Popen | None) -> None:
    """End a kernel and what it has started; on Windows, which has no groups, the kernel alone."""
    with contextlib.suppress(OSError):
        if kernel and hasattr(os, "killpg"):
            os.killpg(kernel.pid, signal.SIGKILL)
        elif kernel:
            kernel.kill()
