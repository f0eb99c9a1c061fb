"""Runs what CI runs, part by part, and sums up."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from course_utils.command.environment.setup import has_packages_here, ready_python
from course_utils.command.environment.variables import child_environment
from course_utils.command.project import HERE, Project, UserError

Command = tuple[str, ...]  # the arguments of Python


class Part(NamedTuple):
    """One part of the tests: its commands, and the sets of packages they need beyond `test`."""

    title: str
    commands: tuple[Command, ...]
    extras: tuple[str, ...] = ()


def _pytest(*arguments: str) -> tuple[Command, ...]:
    return (("-m", "pytest", *arguments),)


LINT_JAVASCRIPT = """
import shutil, subprocess, sys, sysconfig
linter = shutil.which("oxlint", path=sysconfig.get_path("scripts"))
rules = ["-D", "correctness", "-D", "suspicious", "-A", "no-unused-vars"]
if linter is None:
    sys.exit(print("oxlint is not in this environment: JavaScript is left to those that have it."))
sys.exit(subprocess.call([linter, *rules, "course_utils"]))
"""
STYLE = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "ty", "check", "course_utils"),
    # import-linter has no `python -m`; its contracts stand in pyproject.toml.
    ("-c", "from importlinter.cli import lint_imports_command as lint; lint()"),
    ("-c", LINT_JAVASCRIPT),
)
NBVAL = ("--nbval", "--nbval-sanitize-with", "tests/nbval.cfg", "--dist", "loadscope")
QUICKLY = ("--disable-plugin-autoload", "-p", "tests.strict_notebooks")  # says there what it saves
TWO = ("-n", "2")
ALONE = ("browser", "benchmarks", "hub", "portability", "strict_notebooks.py")
UNIT = (*(f"--ignore=tests/{name}" for name in ALONE), "tests", "course_utils")
PARTS = {
    "lint": Part("Style, types, and who imports whom", STYLE),
    "unit": Part("Unit tests", _pytest(*TWO, "--dist", "worksteal", *UNIT)),
    "notebooks": Part("Lessons, run and compared", _pytest(*QUICKLY, *TWO, *NBVAL, "notebooks")),
    "browser": Part("Lessons in a browser", _pytest(*TWO, "tests/browser")),
    "portability": Part("Lessons on other processors", _pytest(*TWO, "tests/portability")),
    "benchmark": Part("Measurements", _pytest("tests/benchmarks"), ("benchmark",)),
    "hub": Part("A JupyterHub in small", _pytest("tests/hub"), ("hub",)),
    "load": Part("A class on a JupyterHub", (("-m", "tests.hub.load"),), ("hub",)),
}
USUAL = ("lint", "unit", "notebooks", "browser")
BESIDE = ("browser",)  # a small set that the usual parts need and conda-forge has not


def extras_for(names: Sequence[str]) -> tuple[str, ...]:
    """Return the dependency sets that the parts need; raise `UserError` for an unknown part.

    Example:
        >>> extras_for(["lint", "benchmark"])
        ('test', 'benchmark')
    """
    for name in names:
        if name not in PARTS:
            raise UserError(f"There is no part {name!r}. The parts are: {', '.join(PARTS)}.")
    return ("test", *sorted({extra for name in names for extra in PARTS[name].extras}))


def test(parts: Sequence[str], handed_on: Sequence[str]) -> int:
    """Run parts in the running Python where it has the packages, else in `.venv`."""
    extras = extras_for(parts)
    if has_packages_here(extras):  # conda may lack those of `BESIDE`: their tests then skip
        return run_parts(Path(sys.executable), parts, handed_on)
    return run_parts(ready_python((*extras, *BESIDE)), parts, handed_on)


def run_parts(
    python: Path,
    names: Sequence[str] = (),
    handed_on: Sequence[str] = (),
    project: Project = HERE,
    call: Callable[..., int] = subprocess.call,
) -> int:
    """Run the parts, all of them even if one fails, and sum up; return 0 only if none failed.

    Args:
        python: The Python that has the packages.
        names: Of `PARTS`; none means those of CI.
        handed_on: Arguments for each pytest, or for the script of `load`.
        call: Runs a command and returns its exit code.
    """
    environment = child_environment(python, project, OMP_NUM_THREADS="1")
    results = []
    for name in names or USUAL:
        print(f"== {PARTS[name].title} ({name})", flush=True)
        began = time.monotonic()
        more = () if name == "lint" else handed_on
        codes = [
            call([str(python), *command, *more], cwd=project.root, env=environment)
            for command in PARTS[name].commands
        ]
        results.append((name, not any(codes), time.monotonic() - began))
    print("== Summary")
    for name, passed, seconds in results:
        print(f"{name:11} {'passed' if passed else 'FAILED'} in {seconds:.0f} s")
    return 0 if all(passed for _, passed, _ in results) else 1
