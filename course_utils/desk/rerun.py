"""Executes submitted answers anew, since stored outputs can be edited (`progress --rerun`).

Of each notebook only the cells that an answer needs are run, in a process of its own, with limits
on time, memory and files; the course's own check then looks at the answer. See `examiner` for how
a verdict travels, `leash` for the limits and `tamper` for what is noticed.

What this protects: the table, the other submissions, and the machine from endless loops, floods
of memory and processes, and what is left running. What it does not protect: files. The code runs
as the user who types the command, can read, change and delete what that user can, and can use the
network. For the code of strangers, type the command in a container, or as a user without rights.
Nor is a verdict proof against somebody who has studied these files, since an answer and its check
share a process. On Windows there is a limit on time alone.
"""

import contextlib
import json
import os
import queue
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict

from course_utils.command.environment.variables import child_environment
from course_utils.command.project import HERE
from course_utils.command.project import UserError as Trouble
from course_utils.desk import verdicts
from course_utils.desk.examiner import GONE, READY, Job, Result
from course_utils.desk.leash import end_marked
from course_utils.desk.saved import Cell
from course_utils.desk.submissions import Submission
from course_utils.desk.tasks import Task
from course_utils.desk.verdicts import Verdict, answer_cells, is_starter

AT_ONCE = 2
SECONDS = 10.0  # for the cells that an answer needs
WHOLE_SECONDS = 60.0  # for all cells of a lesson
START_SECONDS = 180.0  # importing PyTorch on a busy machine
GRACE = 60.0  # beyond its own limits, until an examiner itself counts as stuck
FORKS = hasattr(os, "fork")
MARK = "COURSE_EXAMINER"  # the variable by which leftovers are recognised
DOUBTFUL = (verdicts.NOT_YET, verdicts.STOPPED, verdicts.NOT_STARTED)


class Rerun:
    """Gives verdicts by executing answers; may be called from several threads.

    Args:
        tasks: The exercises of the course.
        seconds: How long the cells that an answer needs may run.
        namespace: Whether to try for process namespaces.
        forks: Whether this system forks; else every answer costs an import of PyTorch.
        at_once: How many answers run side by side.
    """

    def __init__(
        self,
        tasks: Iterable[Task],
        seconds: float = SECONDS,
        namespace: bool = True,
        forks: bool = FORKS,
        at_once: int = AT_ONCE,
    ):
        self.tasks, self.seconds, self.namespace = tuple(tasks), seconds, namespace
        self._free: queue.Queue[_Process] = queue.Queue()
        self.at_once = at_once
        processes = [_Process(forks) for _ in range(at_once)]
        self.marks = tuple(process.mark for process in processes)  # in their environments
        for process in processes:
            self._free.put(process)

    @contextmanager
    def running(self) -> Iterator["Rerun"]:
        """End the processes, whatever happens."""
        try:
            yield self
        finally:
            for _ in range(self.at_once):
                self._free.get().end()

    def side_by_side(self, function, work):
        """Map a function over some work, `at_once` at a time; Ctrl-C drops what has not begun."""
        pool = ThreadPoolExecutor(self.at_once)
        try:
            return list(pool.map(function, work))
        finally:
            pool.shutdown(cancel_futures=True)

    def __call__(self, submission: Submission, task: Task, stored: Verdict) -> Verdict:
        """Return the verdict on one answer of a submission.

        Args:
            submission: With its cells.
            task: Of its lesson.
            stored: What its outputs say; if that is *correct* and the rerun disagrees, all cells
                are run before the learner is contradicted.
        """
        mine = answer_cells(submission.cells, task)
        if _is_untouched(submission.cells, mine, task):
            return Verdict(verdicts.NOT_STARTED, source="rerun")
        if not _is_mentioned(submission.cells, task):
            return Verdict(verdicts.NOT_STARTED, source="rerun", note=GONE)
        code = [i for i, cell in enumerate(submission.cells) if cell.is_code]
        sources = tuple(submission.cells[i].source for i in code)
        marked = tuple(code.index(i) for i in mine)
        alone = sum((t.lesson, t.answer) == (task.lesson, task.answer) for t in self.tasks) == 1
        job = {"exercise": task.name, "cells": sources, "marked": marked, "is_alone": alone}
        job["namespace"] = self.namespace
        result = self._asked(Job(**job, seconds=self.seconds))
        if result.status in DOUBTFUL and verdicts.CORRECT in (stored.status, _hope(result)):
            whole = self._asked(Job(**job, whole=True, seconds=WHOLE_SECONDS))
            if whole.status in (verdicts.CORRECT, verdicts.CHANGED):
                result = whole
        return Verdict(result.status, result.code, "rerun", result.note, result.says)

    def _asked(self, job: Job) -> Result:
        process = self._free.get()
        try:
            return process.ask(job)
        finally:
            self._free.put(process)


class _Process:
    """An examiner, started when first asked and again when it has ended."""

    def __init__(self, forks: bool):
        self.forks = forks
        self.mark = f"{MARK}={secrets.token_hex(16)}"
        self.folder = ""  # for temporary files; removed here, should the process be killed
        self.process: subprocess.Popen | None = None

    def ask(self, job: Job) -> Result:
        if self.process is None:
            self._start()
        patience = job.seconds + GRACE if self.forks else job.seconds
        said, in_time = self._line(patience, json.dumps(asdict(job)))
        if not self.forks or not said:
            self.end()
        try:
            return Result(**json.loads(said))
        except (ValueError, TypeError):
            return Result(verdicts.ENDED if in_time else verdicts.TOO_LONG)

    def end(self) -> None:
        """End the process and whatever an answer has left of itself."""
        if self.process is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None
        end_marked(self.mark)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        command = [sys.executable, "-m", "course_utils.desk.examiner"]
        name, _, value = self.mark.partition("=")
        self.folder = tempfile.mkdtemp(prefix="course-rerun-")
        more = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg", name: value}
        more |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self.folder)
        self.process = subprocess.Popen(
            command if self.forks else [*command, "--once"],
            env=child_environment(**more),
            cwd=HERE.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        if self._line(START_SECONDS)[0].strip() != READY:
            self.end()
            raise Trouble(
                "The process that executes answers does not start.\n"
                "To see whether all packages are as they should be: python3 -m course_utils check"
            )

    def _line(self, seconds: float, said: str = "") -> tuple[str, bool]:
        """The next line it writes, and whether that took no longer than it may."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        try:
            if said:
                self.process.stdin.write(said + "\n")
                self.process.stdin.flush()
            return self.process.stdout.readline(), timer.is_alive()
        except (OSError, ValueError):
            return "", timer.is_alive()
        finally:
            timer.cancel()


def _is_untouched(cells: Sequence[Cell], mine: Sequence[int], task: Task) -> bool:
    """Whether the starter is as it was, and no cell of the learner's own gives the answer."""
    name = re.escape(task.answer)
    binds = re.compile(rf"\b{name}\b\s*(=[^=]|:)|\b(def|class|as)\s+{name}\b")
    own = (cell for cell in cells if cell.is_code and not cell.exercise)
    return (
        bool(mine)
        and all(is_starter(cells[i].source, task) for i in mine)
        and not any(binds.search(cell.source) for cell in own)
    )


def _is_mentioned(cells: Sequence[Cell], task: Task) -> bool:
    name = re.compile(rf"\b{re.escape(task.answer)}\b")
    return any(name.search(cell.source) for cell in cells if cell.is_code)


def _hope(result: Result) -> str:
    """What all cells together may come to where a name was missing among the needed ones."""
    return verdicts.CORRECT if result.code == "NameError" else ""
