"""Executes answers, each in a process of its own, and checks them with the course's own checks.

    python -m course_utils.desk.examiner

Reads jobs, a line of JSON each, and writes verdicts, a line of JSON each. It has imported PyTorch
and the exercises once and forks a process for every answer, so that an answer costs milliseconds
and meets nothing that an earlier one has left. `course_utils.desk.rerun` starts it.

The learner's own check cells are never run for a verdict. When the answer stands, the process
says so, is sent a secret that did not exist before, looks whether anything was changed that the
check relies on, and returns the secret with the verdict. Whatever else arrives, arrives too early
or arrives twice is taken for an attempt to speak for the check.

On Windows, which cannot fork, an examiner serves one job and has no limits; its parent ends it.
"""

import contextlib
import importlib
import json
import linecache
import os
import pkgutil
import re
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from types import ModuleType

from course_utils.desk import tamper, verdicts
from course_utils.desk.leash import adopt_orphans, end_all, set_limits, start_apart
from course_utils.desk.slices import (
    Code,
    find_answer,
    find_check,
    imports_apart,
    needed_cells,
    without_magic,
)

READY = "ready"
OUT_OF_MEMORY = re.compile(r"allocate memory|not enough memory|out of memory", re.IGNORECASE)
LONGEST = 65_536  # bytes of a message
GONE = "nothing in the notebook defines the answer"


@dataclass(frozen=True)
class Job:
    """One answer to examine.

    Attributes:
        exercise: Its name.
        cells: The sources of the notebook's code cells.
        marked: Places of those that the course has made for this answer.
        is_alone: Whether no other exercise of the lesson has an answer of that name.
        whole: Whether to run all cells up to the check, not only those that are needed.
        seconds: How long the cells may run.
        namespace: Whether to try for a process namespace.
    """

    exercise: str
    cells: tuple[str, ...]
    marked: tuple[int, ...] = ()
    is_alone: bool = True
    whole: bool = False
    seconds: float = 10.0
    namespace: bool = True


@dataclass(frozen=True)
class Result:
    """What came of it: as `verdicts.Verdict`, for a line of JSON.

    Raises:
        ValueError: Something is no text, or there is no such status: it is not from us.
    """

    status: str
    code: str = ""
    says: str = ""
    note: str = ""

    def __post_init__(self):
        if {type(value) for value in vars(self).values()} != {str}:
            raise ValueError("A result holds texts.")
        if self.status not in verdicts.STATUSES:
            raise ValueError("There is no such status.")


class Examiner:
    """Holds the exercises, and what they looked like before any stranger's code ran."""

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.exercises = _exercises()
        self.before = tamper.note_down()

    def examined(self, job: Job) -> Result:
        """Run an answer in a process of its own and return the verdict; leave nothing running."""
        folder = tempfile.mkdtemp(prefix="answer-")
        ours, theirs = socket.socketpair()
        leader = start_apart(lambda: self._candidate(job, theirs, folder), job.namespace)
        theirs.close()
        try:
            with ours:
                return _conversation(ours, job.seconds, self._patience(job))
        finally:
            end_all(leader)
            shutil.rmtree(folder, ignore_errors=True)

    def examined_here(self, job: Job) -> Result:
        """Do the same in this process, which has to end afterwards."""
        os.chdir(tempfile.mkdtemp(prefix="answer-"))
        answer = _answer(job, self.exercises[job.exercise].starter.name)
        return answer if isinstance(answer, Result) else self._verdict(job, answer[0])

    def _patience(self, job: Job) -> float:
        return 2 * self.exercises[job.exercise].seconds + 2

    def _candidate(self, job: Job, line: socket.socket, folder: str) -> None:
        _settle_in(folder, line.fileno())
        set_limits(job.seconds + self._patience(job))
        answer = _answer(job, self.exercises[job.exercise].starter.name)
        line.sendall(f"{READY}\n".encode())
        secret = line.recv(LONGEST).decode()
        result = answer if isinstance(answer, Result) else self._verdict(job, answer[0])
        line.sendall((json.dumps({"secret": secret, **asdict(result)}) + "\n").encode())

    def _verdict(self, job: Job, answer: object) -> Result:
        if changed := tamper.changed_since(self.before):
            return Result(verdicts.CHANGED, note=f"changed {'.'.join(changed[0])}")
        if tamper.is_watched():
            return Result(verdicts.CHANGED, note="watches the check at work")
        feedback = self.exercises[job.exercise].check(answer)
        return Result(feedback.status, feedback.code, feedback.message)


def _exercises() -> dict[str, object]:
    """Every exercise by name, with its starter evaluated before anybody can meddle with it."""
    from course_utils import exercises
    from course_utils.exercises.exercise import Exercise

    found = {}
    for module in pkgutil.iter_modules(exercises.__path__, exercises.__name__ + "."):
        values = vars(importlib.import_module(module.name)).values()
        found |= {value.name: value for value in values if isinstance(value, Exercise)}
    for one in found.values():
        _ = one.starter.value
    return found


def _settle_in(folder: str, kept: int) -> None:
    """Leave everything behind that is this process's but the line to the examiner."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.closerange(3, kept)
    os.closerange(kept + 1, max(kept, nowhere) + 64)
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder)
    tempfile.tempdir = None
    linecache.clearcache()


def _answer(job: Job, name: str) -> Result | tuple[object]:
    """The learner's answer, or what happened on the way to it."""
    cells = [Code(without_magic(source)) for source in job.cells]
    place = find_answer(cells, job.exercise, name, job.marked, job.is_alone)
    if place is None:
        return Result(verdicts.NOT_STARTED, note=GONE)
    if job.whole:
        check = find_check(cells, job.exercise, name)
        order = list(range(place + 1 if check is None or check < place else check))
    else:
        cells, place = imports_apart(cells, place)
        order = needed_cells(cells, place)
    names, errors = _run(cells, order)
    if place in errors:
        return _stopped(errors[place])
    if name not in names:
        return Result(verdicts.NOT_STARTED, note=GONE)
    return (names[name],)


def _run(cells: Sequence[Code], order: Sequence[int]) -> tuple[dict, dict[int, BaseException]]:
    """Run cells as a notebook would: what fails is noted, and the next cell has its turn."""
    main = sys.modules["__main__"] = ModuleType("__main__")
    names = vars(main)
    names["display"] = lambda *shown, **how: None
    errors = {}
    for i in order:
        place, text = f"<cell {i + 1}>", cells[i].source + "\n"
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        try:
            exec(compile(text, place, "exec"), names)
        except BaseException as error:  # also SystemExit, as in a notebook
            errors[i] = error
    return names, errors


def _stopped(error: BaseException) -> Result:
    kind = type(error).__name__
    try:
        says = str(error)[:300]
    except BaseException:
        says = ""
    if isinstance(error, MemoryError) or OUT_OF_MEMORY.search(says):
        return Result(verdicts.TOO_LARGE, kind, says)
    return Result(verdicts.STOPPED, kind, says)


def _conversation(line: socket.socket, seconds: float, patience: float) -> Result:
    """Hear that the answer stands, send the secret, hear the verdict."""
    first, rest = _heard(line, time.monotonic() + seconds, b"")
    if first is None:
        return rest
    if first != READY or rest:
        return Result(verdicts.CHANGED, note="spoke for the check")
    secret = secrets.token_hex(16)
    with contextlib.suppress(OSError):
        line.sendall(secret.encode())
    said, rest = _heard(line, time.monotonic() + patience, b"")
    if said is None:
        return rest
    try:
        found = json.loads(said)
        if rest or found.pop("secret") != secret:
            raise ValueError
        return Result(**found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Result(verdicts.CHANGED, note="spoke for the check")


def _heard(line: socket.socket, until: float, sofar: bytes) -> tuple:
    """A line of text and what came after it; or None and the result that its absence means."""
    while b"\n" not in sofar:
        left = until - time.monotonic()
        if left <= 0:
            return None, Result(verdicts.TOO_LONG)
        line.settimeout(left)
        try:
            more = line.recv(LONGEST)
        except TimeoutError:
            return None, Result(verdicts.TOO_LONG)
        except OSError:
            more = b""
        if not more:
            return None, Result(verdicts.ENDED)
        sofar += more
        if len(sofar) > LONGEST:
            return None, Result(verdicts.CHANGED, note="spoke for the check")
    text, _, rest = sofar.partition(b"\n")
    return text.decode(errors="replace"), rest


def serve(work: Callable[[Examiner], Callable[[Job], Result]], jobs: int | None = None) -> None:
    """Answer jobs from standard input, on a copy of standard output that answers cannot reach."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    examine = work(Examiner())
    adopt_orphans()
    print(READY, file=said, flush=True)
    while jobs is None or jobs > 0:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        print(json.dumps(asdict(examine(Job(**json.loads(line))))), file=said, flush=True)
        jobs = None if jobs is None else jobs - 1


if __name__ == "__main__":
    if "--once" in sys.argv:
        serve(lambda examiner: examiner.examined_here, jobs=1)
        os._exit(0)  # whatever the answer has left running here
    serve(lambda examiner: examiner.examined)
