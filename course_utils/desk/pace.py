"""How long a lesson takes, measured on what stands in it.

Text is counted at the slowest of R. P. Carver's five speeds of reading, the one of readers who
want to be able to recall what they read: 138 words a minute ("Reading rate: Theory, research, and
practical implications", Journal of Reading 36, 1992, pages 84 to 95). The other rates are ours.
Exercises take the minutes that stand in their tasks.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

WORDS = 138  # a minute
LINES = 10  # of code a minute, read and run
PICTURE = 0.5  # minutes
EXPLORER = 3.0  # minutes, with the guess before
ROUNDED = 5  # minutes

SECTION = re.compile(r"^#{1,2} (.+)")
EFFORT = re.compile(r"^[●○]{3} (\d+) minutes?\. ", re.M)
TARGET = re.compile(r"\]\([^)]*\)")
CONTROLS = re.compile(r"^Controls?: .+ Run the cell to ")


@dataclass(frozen=True)
class Pace:
    """The minutes of a section or of a whole lesson.

    Attributes:
        title: Its heading.
        reading: Minutes to read it and to run it cell by cell.
        exercises: Minutes for its exercises.
    """

    title: str
    reading: float
    exercises: int

    @property
    def together(self) -> float:
        """Both."""
        return self.reading + self.exercises


def sections(notebook: dict) -> list[Pace]:
    """Measure a lesson section by section; what stands before the first one bears the title.

    Args:
        notebook: As it stands in its file, run and stored.

    Example:
        >>> cell = {"cell_type": "markdown", "source": ["# Count\\n", "one two three"]}
        >>> [(part.title, round(part.reading * WORDS)) for part in sections({"cells": [cell]})]
        [('Count', 5)]
    """
    found: list[list] = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (heading := SECTION.match(text)):
            found.append([heading[1], 0.0, 0])
        if found:
            found[-1][1] += _minutes(cell, text)
            found[-1][2] += sum(map(int, EFFORT.findall(text)))
    return [Pace(*part) for part in found]


@dataclass(frozen=True)
class Task:
    """An exercise as it stands in a lesson.

    Attributes:
        heading: Its title.
        section: The heading of the section that it stands in.
        minutes: What its text says it takes.
    """

    heading: str
    section: str
    minutes: int


def exercises(notebook: dict) -> dict[str, Task]:
    """List a lesson's exercises by name, in their order."""
    found, section, text = {}, "", ""
    for cell in notebook["cells"]:
        name = cell["metadata"].get("course", {}).get("exercise")
        if name:
            heading = text.partition("\n")[0].removeprefix("### Exercise: ")
            found[name] = Task(heading, section, sum(map(int, EFFORT.findall(text))))
        elif cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            section = heading[1] if (heading := SECTION.match(text)) else section
    return found


def lesson_pace(notebook: dict) -> Pace:
    """Measure a whole lesson, the seconds in which it was seen to run included."""
    parts = sections(notebook)
    running = notebook["metadata"]["course"].get("seconds", 0) / 60
    reading = sum(part.reading for part in parts) + running
    return Pace(parts[0].title, reading, sum(part.exercises for part in parts))


def rounded(minutes: float) -> int:
    """Minutes as they are announced: up or down to the next five, at least five.

    Example:
        >>> rounded(37.7), rounded(1.2)
        (40, 5)
    """
    return max(ROUNDED, ROUNDED * round(minutes / ROUNDED))


def whole(minutes: float) -> int:
    """Minutes as they stand in a plan: never too few."""
    return ceil(minutes)


def load(paths: Iterable[Path]) -> dict[str, dict]:
    """Read notebooks, by the number of their lesson: `01`."""
    return {path.stem[:2]: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def _minutes(cell: dict, text: str) -> float:
    if cell["cell_type"] == "markdown":
        return len(TARGET.sub("]", text).split()) / WORDS
    lines = sum(bool(line.strip()) for line in text.splitlines())
    shown = list(_texts(cell))
    if any(map(CONTROLS.match, shown)):
        return lines / LINES + EXPLORER
    return lines / LINES + PICTURE * sum("<img" in markup for markup in shown)


def _texts(cell: dict) -> Iterator[str]:
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        yield from ("".join(data[kind]) for kind in ("text/plain", "text/html") if kind in data)
