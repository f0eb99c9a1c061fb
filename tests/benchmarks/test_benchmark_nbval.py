"""What validating the lessons costs, beside running their cells once and comparing nothing.

Both run side by side, in turns, with as many processes at once. Compared is the processor time
of all processes together, which a busy machine changes least; the time on the clock is reported.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils.command.author.suite import PARTS

resource = pytest.importorskip("resource", reason="Windows does not tell children's time")

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

AT_ONCE = 2  # as many processes as the validation has workers
ROUNDS = 3
AT_MOST = 1.2


@dataclass(frozen=True)
class Time:
    """Seconds that some work took: of the processors, and on the clock."""

    processors: float
    clock: float


def timed(work: Callable[[], None]) -> Time:
    """Do some work in child processes and say what it took."""
    began, used = time.perf_counter(), _used_by_children()
    work()
    return Time(_used_by_children() - used, time.perf_counter() - began)


def _used_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(*arguments: object) -> None:
    command = [sys.executable, "-m", *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def validate() -> None:
    """Run the lessons and compare every output, with the command of the tests."""
    [command] = PARTS["notebooks"].commands
    assert command[command.index("-n") + 1] == str(AT_ONCE)
    run(*command)


def run_once(folder: Path) -> None:
    """Run each lesson's cells in a process of its own, and compare nothing."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [
            pool.submit(run, "tests.support.replay", folder / path.stem, path) for path in PATHS
        ]
    for finished in runs:
        finished.result()


@pytest.mark.skipif(not PATHS, reason="there is no lesson yet")
def test_validating_costs_little_more_than_running(benchmark, tmp_path):
    plain, validated = [], []
    run_once(tmp_path)  # the very first run reads the libraries from disk
    benchmark.pedantic(
        lambda: validated.append(timed(validate)),
        setup=lambda: plain.append(timed(lambda: run_once(tmp_path))),
        rounds=ROUNDS,
    )
    processors = _ratio(validated, plain, "processors")
    clock = _ratio(validated, plain, "clock")
    benchmark.extra_info.update(processors=processors, clock=clock)
    print(f"\nValidating takes {processors} times the processor time, {clock} times on the clock.")
    assert processors <= AT_MOST


def _ratio(validated: list[Time], plain: list[Time], what: str) -> float:
    """How many times as long, at best: what disturbs a round only adds to it."""
    best = [min(getattr(time, what) for time in times) for times in (validated, plain)]
    return round(best[0] / best[1], 2)
