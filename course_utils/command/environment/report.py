"""What a check of the environment found, as text."""

import platform
import sys
from dataclasses import dataclass

BROKEN = "does not work"
ADVICE = "Close JupyterLab, then type in a terminal, in the folder of the course: "


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: what it is, what was found, and how that compares."""

    name: str
    found: str
    verdict: str  # begins with `ok` if all is well, else says what is wrong
    file: str = ""  # the one that is in the way

    @property
    def is_bad(self) -> bool:
        """Tell whether the lessons would suffer."""
        return not self.verdict.startswith("ok")

    @property
    def advice(self) -> str:
        """The verdict, and the file that it is about."""
        return f"{self.verdict} {self.file}".rstrip()


@dataclass(frozen=True, repr=False)
class Report:
    """What was found. Shows as text that is the same on every machine where all is well."""

    lines: tuple[Line, ...]
    alone: bool = False  # the package is installed without its repository, and its commands

    def __bool__(self) -> bool:
        return not self.bad

    @property
    def bad(self) -> list[Line]:
        """The lines that need attention."""
        return [line for line in self.lines if line.is_bad]

    def __repr__(self) -> str:
        if self:
            names = [line.name for line in self.lines if line.verdict == "ok"]
            return f"Everything needed is here: {', '.join(names)}."
        bad = [f"  {line.name}: {line.advice} (found: {line.found})" for line in self.bad]
        return "\n".join(["This course needs something else:", *bad, *self.next_step()])

    def next_step(self) -> list[str]:
        """Advise a set-up where it would help: not while a file or a setting is in the way."""
        bad = [line.verdict for line in self.bad]
        versions = any(verdict.startswith(("needed", "outside")) for verdict in bad)
        if not versions and any(verdict != BROKEN for verdict in bad):
            return []
        if self.alone:
            wanted = [f'"{line.name}{line.verdict.split()[-1]}"' for line in self.bad]
            return [
                "Run this in a cell, then restart the kernel:",
                f"  %pip install {' '.join(wanted)}",
            ]
        start = ("py" if sys.platform == "win32" else "python3") + " -m course_utils start"
        return [ADVICE, f"  {start}"]

    def table(self) -> str:
        """Return one line for each thing, in three columns."""
        names = max(len(line.name) for line in self.lines)
        found = max(len(line.found) for line in self.lines)
        rows = [f"{x.name:{names}}  {x.found:{found}}  {x.advice}" for x in self.lines]
        return "\n".join(rows)

    def for_instructor(self) -> str:
        """Return one line that says it all and names no person and no folder."""
        items = [
            f"{x.name} {x.found}" + (f" ({x.verdict})" if x.is_bad else "") for x in self.lines
        ]
        system = f"{platform.system()} {platform.machine()}"
        return "; ".join([f"{'ok' if self else 'NOT ok'}: {system}", *items])
