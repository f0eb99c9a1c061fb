"""Compares what is installed with what the course needs."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from functools import cache

from course_utils.desk import needs
from course_utils.desk.places import HERE, Places
from course_utils.desk.suite import BESIDE

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ADVICE = "Close JupyterLab, then type in a terminal, in the folder of the course: "


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: what it is, what was found, and how that compares."""

    name: str
    found: str
    verdict: str  # `ok`, or what is wrong, or `optional` for what only the tests need

    @property
    def is_bad(self) -> bool:
        """Tell whether the lessons would suffer."""
        return self.verdict not in ("ok", "optional")


@dataclass(frozen=True, repr=False)
class Report:
    """What was found. Shows as text that is the same on every machine where all is well."""

    lines: tuple[Line, ...]

    def __bool__(self) -> bool:
        return not any(line.is_bad for line in self.lines)

    def __repr__(self) -> str:
        if self:
            names = [line.name for line in self.lines if line.verdict == "ok"]
            return f"Everything this course needs is here: {', '.join(names)}."
        bad = [
            f"  {line.name}: {line.verdict} (found: {line.found})"
            for line in self.lines
            if line.is_bad
        ]
        return "\n".join(["This course needs something else:", *bad, ADVICE, "  " + _command()])

    def table(self) -> str:
        """Return one line for each thing, in three columns."""
        names = max(len(line.name) for line in self.lines)
        found = max(len(line.found) for line in self.lines)
        rows = [f"{x.name:{names}}  {x.found:{found}}  {x.verdict}" for x in self.lines]
        return "\n".join(rows)

    def for_instructor(self) -> str:
        """Return one line that says it all and names no person and no folder."""
        items = [
            f"{x.name} {x.found}" + (f" ({x.verdict})" if x.is_bad else "") for x in self.lines
        ]
        system = f"{platform.system()} {platform.machine()}"
        return "; ".join([f"{'ok' if self else 'NOT ok'}: {system}", *items])


def check_environment() -> Report:
    """Look at Python, at the packages a learner needs, and at whether PyTorch computes.

    Example:
        >>> report = check_environment()
        >>> bool(report)
        True
    """
    return Report((_python(), *map(_package, needs.needs()), _computation()))


def full_report(places: Places = HERE) -> Report:
    """Look, beyond what `check_environment` does, at what the tests need."""
    lesson_needs = check_environment().lines
    test_needs = needs.needs(("test", *BESIDE), places)[len(needs.needs((), places)) :]
    return Report((*lesson_needs, *(_optional(need) for need in test_needs), _browser()))


def print_report(places: Places = HERE) -> int:
    """Print the table, the verdict, and the line for the instructor; return the exit code."""
    report = full_report(places)
    print(report.table())
    print()
    if report:
        print("Everything the lessons need is here.")
    else:
        print(f"The lines not marked ok need attention. Type: {_command()}")
    print("\nIf you ask for help, send this line:")
    print(report.for_instructor())
    return 0 if report else 1


def _python() -> Line:
    return Line("Python", platform.python_version(), "ok")  # the command refuses any other


def _package(need: needs.Need) -> Line:
    version = needs.installed(need.name)
    if version is None:
        return Line(need.name, "missing", f"needed: >={need.lowest},<{need.below}")
    verdict = "ok" if need.allows(version) else f"outside >={need.lowest},<{need.below}"
    return Line(need.name, version, verdict)


def _optional(need: needs.Need) -> Line:
    line = _package(need)
    return Line(line.name, line.found, "optional" if line.is_bad else "ok")


@cache
def _computation() -> Line:
    """Let PyTorch add and derive: a package can be there and not work."""
    name = "a computation in PyTorch"
    try:
        import torch

        x = torch.tensor(3.0, requires_grad=True)
        (x * x).backward()
        worked = x.grad.item() == 6.0
    except Exception as error:  # whatever a broken installation may raise
        return Line(name, type(error).__name__, "does not work")
    return Line(name, "works" if worked else "wrong result", "ok" if worked else "does not work")


def _browser() -> Line:
    named = os.environ.get("CHROMIUM")
    found = bool(named and os.path.exists(named)) or any(map(shutil.which, BROWSERS))
    name = "Chromium (for the tests)"
    return Line(name, "found", "ok") if found else Line(name, "missing", "optional")


def _command() -> str:
    return ("py" if sys.platform == "win32" else "python3") + " -m course_utils start"
