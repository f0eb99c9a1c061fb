"""Measure a class on a JupyterHub: seconds and memory for each learner.

    python3 -m course_utils test load -- --learners 1 5 20

For each number, a real JupyterHub starts on this computer, with a proxy from npm; that many
learners log in, start a server each, open the lesson, and run all its cells at the same moment.
An error in a cell that does not teach one fails the run. Everything is bounded, stays on
127.0.0.1, and is ended and deleted afterwards, also after Ctrl-C.
"""

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from tornado.httpclient import AsyncHTTPClient

from course_utils.command.learner.workspace import find_lesson
from course_utils.command.project import UserError as Trouble
from tests.hub.learner import Learner, Visit
from tests.hub.memory import Desk, Memory, desks, hub_memory
from tests.hub.proxy import proxy_command
from tests.hub.server import Hub, running_hub

MOST = 60  # learners
MINUTES = 20  # for one class
BARE = "torch"  # in place of a lesson: a kernel that has imported torch and no more
NEEDED = 600_000_000  # bytes for one learner, with some to spare
HEAVY = {"05_update": 750_000_000, "06_train": 900_000_000}
COLUMNS = (
    "learners",
    "server ready, s",
    "lesson run, s",
    "server, MB",
    "kernel, MB",
    "hub, MB",
    "all together, GB",
)


@dataclass(frozen=True)
class Result:
    """What one class came to; `hub` is the memory of the hub and its proxy."""

    visits: list[Visit]
    desks: list[Desk]
    hub: Memory

    @property
    def faults(self) -> list[str]:
        return [fault for visit in self.visits for fault in visit.faults]


def spread(numbers: Sequence[float], digits: int = 0) -> str:
    """Return the median and the largest of some numbers: `12 (30)`.

    Example:
        >>> spread([1.0, 2.0, 9.0])
        '2 (9)'
    """
    return f"{statistics.median(numbers):.{digits}f} ({max(numbers):.{digits}f})"


def row(result: Result) -> str:
    """Return a line of the table for one class."""
    everything = sum((d.server + d.kernel for d in result.desks), result.hub)
    cells = (
        str(len(result.visits)),
        spread([visit.start for visit in result.visits], 1),
        spread([visit.lesson for visit in result.visits], 1),
        _megabytes([desk.server for desk in result.desks]),
        _megabytes([desk.kernel for desk in result.desks]),
        _megabytes([result.hub]),
        f"{everything.pss / 1e9:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def header() -> str:
    """Return the first two lines of the table."""
    return f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def _megabytes(found: Sequence[Memory]) -> str:
    if not found:  # no server came up; the faults say why
        return "–"
    middle = [statistics.median(getattr(m, kind) for m in found) / 1e6 for kind in ("rss", "pss")]
    return " / ".join(f"{value:.0f}" for value in middle)


def check_room(learners: int, lesson: str, available: int | None = None) -> None:
    """Raise `Trouble` where the memory that is free will not hold the class."""
    free = psutil.virtual_memory().available if available is None else available
    each = HEAVY.get(lesson, NEEDED)
    if learners * each > free:
        raise Trouble(
            f"{learners} learners in {lesson} need about {learners * each / 1e9:.1f} GB of memory, "
            f"and {free / 1e9:.1f} GB are free.\n"
            f"Take fewer (--learners {free // each}), or close other programs."
        )


def check_system() -> None:
    """Raise `Trouble` where memory cannot be measured, or JupyterHub does not run."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise Trouble("This measurement reads /proc/PID/smaps_rollup, which only Linux has.")


async def lesson_hour(hub: Hub, names: Sequence[str], path: str, stagger: float) -> Result:
    """Let all learners work; measure their memory while all kernels are still there.

    Args:
        hub: A running hub.
        names: The learners.
        path: The lesson, seen from a learner's folder.
        stagger: Seconds between two learners; 0: all servers start at once, and when all are
            ready all lessons do.
    """
    AsyncHTTPClient.configure(None, max_clients=4 * MOST)
    learners = [Learner(hub, name) for name in names]

    async def come_late(number: int, learner: Learner) -> None:
        await asyncio.sleep(number * stagger)
        await learner.arrive()
        await learner.study(path)

    if stagger:
        await asyncio.gather(*(come_late(*item) for item in enumerate(learners)))
    else:
        await asyncio.gather(*(learner.arrive() for learner in learners))
        await asyncio.gather(*(learner.study(path) for learner in learners))
    visits = [learner.visit for learner in learners]
    return Result(visits, list(desks(hub.mark).values()), hub_memory(hub.mark))


def measure(count: int, lesson: Path, stagger: float) -> Result:
    """Hold one class on a hub of its own."""
    check_room(count, lesson.stem)
    names = [f"learner-{number:02}" for number in range(1, count + 1)]
    with running_hub(names, lesson) as hub:
        hour = lesson_hour(hub, names, f"notebooks/{lesson.name}", stagger)
        try:
            return asyncio.run(asyncio.wait_for(hour, 60 * MINUTES))
        except TimeoutError:
            raise Trouble(
                f"{count} learners were not done after {MINUTES} minutes. Take fewer."
            ) from None


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: in order
    try:
        check_system()
        with tempfile.TemporaryDirectory(prefix="course-lesson-") as folder:
            return _run(options, _lesson(options.lesson, Path(folder)))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; everything that was started has ended.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace, lesson: Path) -> int:
    proxy_command()  # where it has to be fetched, before the table begins
    print(f"{lesson.stem}, {os.cpu_count()} cores. Seconds: median (largest). MB: RSS / PSS.")
    print(header(), flush=True)
    faults = []
    for count in options.learners:
        load = os.getloadavg()[0]
        result = measure(count, lesson, options.stagger)
        print(f"{row(result)}  load before: {load:.1f}", flush=True)
        faults += result.faults
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _lesson(word: str, folder: Path) -> Path:
    """Return the notebook to run; for `BARE`, write it."""
    if word != BARE:
        return find_lesson(word)
    path = folder / f"{BARE}.ipynb"
    cell = nbformat.v4.new_code_cell("import torch", id="import")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m course_utils test load --")
    parser.add_argument("--learners", type=_learners, nargs="+", default=[1])
    parser.add_argument("--lesson", default="01", help=f"01, define, …; {BARE}: its import alone")
    parser.add_argument("--stagger", type=float, default=0, help="seconds between two learners")
    return parser


def _learners(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= MOST:
        raise argparse.ArgumentTypeError(f"a class has 1 to {MOST} learners, not {word}")
    return int(word)


if __name__ == "__main__":
    sys.exit(main())
