"""Checks on a machine six times too busy: each verdict is the true one, and a stop breaks nothing.

A new process checks every exercise for the first time, on one core with six busy loops beside it.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.support.exercises import EXERCISES, answer
from tests.support.lessons import ROOT, nothing_in

BUSY = 6
LOOP = [sys.executable, "-c", "while True: pass"]
CHECK = [sys.executable, "-m", "tests.portability.test_slow_machine"]


@pytest.fixture
def busy_core():
    """One core's number, with loops on it that never end."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system cannot keep a process on one core")
    core = min(os.sched_getaffinity(0))
    loops = [subprocess.Popen(LOOP) for _ in range(BUSY)]
    try:
        for loop in loops:
            os.sched_setaffinity(loop.pid, {core})
        yield core
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def verdicts() -> dict[str, list[str]]:
    """By exercise: the first verdict on its solution, on a loop without an end, on it again."""
    told = {}
    for name, exercise in EXERCISES.items():
        solution = answer(exercise, exercise.solution().source)
        given = [solution, _endless, solution] if callable(solution) else [solution]
        told[name] = [exercise.check(each).status for each in given]
    return told


def _endless(*_args, **_keywords):
    while True:
        pass


def test_every_verdict_is_true_where_six_others_want_the_core(busy_core):
    done = subprocess.run(
        [*CHECK, str(busy_core)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    told = json.loads(done.stdout)
    assert set(told) == set(EXERCISES)
    nothing_in(
        f"{name}: {statuses}"
        for name, statuses in told.items()
        if {*statuses[::2]} != {"correct"} or "correct" in statuses[1::2]
    )


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    print(json.dumps(verdicts()))
