"""Runs what CI runs, part by part, and sums up."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.desk.places import HERE, Places, child_environment
from course_utils.desk.trouble import Trouble


@dataclass(frozen=True)
class Part:
    """One part of the tests: its commands, each the arguments of `python -m`."""

    title: str
    commands: tuple[tuple[str, ...], ...]


NBVAL = ("--nbval", "--nbval-sanitize-with", "tests/nbval.cfg", "--dist", "loadscope")
QUICKLY = ("--disable-plugin-autoload", "-p", "tests.strict_notebooks")  # says there what it saves
ALONE = ("browser", "benchmarks", "hub", "strict_notebooks.py")
APART = [f"--ignore=tests/{name}" for name in ALONE]
TWO = ("-n", "2")
PARTS = {
    "lint": Part("Style", (("ruff", "check", "."), ("ruff", "format", "--check", "."))),
    "unit": Part(
        "Unit tests", (("pytest", *TWO, "--dist", "worksteal", *APART, "tests", "course_utils"),)
    ),
    "notebooks": Part(
        "Lessons, run and compared", (("pytest", *QUICKLY, *TWO, *NBVAL, "notebooks"),)
    ),
    "browser": Part("Lessons in a browser", (("pytest", *TWO, "tests/browser"),)),
    "benchmark": Part("Measurements", (("pytest", "tests/benchmarks"),)),
    "hub": Part("A JupyterHub in small", (("pytest", "tests/hub"),)),
    "load": Part("A class on a JupyterHub", (("tests.hub.load",),)),
}
USUAL = ("lint", "unit", "notebooks", "browser")
MORE = {"benchmark": "benchmark", "hub": "hub", "load": "hub"}  # what a part needs beyond `test`
BESIDE = ("browser", "image")  # small sets that the usual parts need and conda-forge has not


def extras_for(names: Sequence[str]) -> tuple[str, ...]:
    """Return the dependency sets that the parts need; raise `Trouble` for an unknown part.

    Example:
        >>> extras_for(["lint", "benchmark"])
        ('test', 'benchmark')
    """
    for name in names:
        if name not in PARTS:
            raise Trouble(f"There is no part {name!r}. The parts are: {', '.join(PARTS)}.")
    return ("test", *sorted({MORE[name] for name in names if name in MORE}))


def run_parts(
    python: Path,
    names: Sequence[str] = (),
    handed_on: Sequence[str] = (),
    places: Places = HERE,
    call: Callable[..., int] = subprocess.call,
) -> int:
    """Run the parts, all of them even if one fails, and sum up; return 0 only if none failed.

    Args:
        python: The Python that has the packages.
        names: Of `PARTS`; none means those of CI.
        handed_on: Arguments for each pytest, or for the script of `load`.
        places: The checkout.
        call: Runs a command and returns its exit code.
    """
    environment = child_environment(places.root, OMP_NUM_THREADS="1")
    results = []
    for name in names or USUAL:
        _say(f"== {PARTS[name].title} ({name})")
        began = time.monotonic()
        codes = [
            call(
                [str(python), "-m", *_with(command, handed_on)],
                cwd=places.root,
                env=environment,
            )
            for command in PARTS[name].commands
        ]
        results.append((name, not any(codes), time.monotonic() - began))
    _say("== Summary")
    for name, passed, seconds in results:
        _say(f"{name:10} {'passed' if passed else 'FAILED'} in {seconds:.0f} s")
    return 0 if all(passed for _, passed, _ in results) else 1


def _with(command: Sequence[str], handed_on: Sequence[str]) -> list[str]:
    return list(command) if command[0] == "ruff" else [*command, *handed_on]


def _say(line: str) -> None:
    print(line, flush=True)
    sys.stdout.flush()
