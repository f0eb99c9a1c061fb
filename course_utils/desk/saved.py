"""Reads a saved notebook of which nothing is certain: neither that it is one, nor who wrote it.

Whatever the file holds, the result is either cells in a plain form or one sentence that says why
there are none. Nothing in it is executed, and no value is taken that has not the right type.
"""

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.command.project import UserError as Trouble

LARGEST = 16_000_000  # bytes; the longest lesson, all outputs stored, has a million
VERDICT = "application/vnd.nn-course.feedback+json"  # as `course_utils.exercises.feedback` says


@dataclass(frozen=True)
class Shown:
    """One output of a cell.

    Attributes:
        text: Its plain words.
        verdict: What a check has said, in the form made for machines; empty if there is none.
        error: The name of the exception, if the output is one.
    """

    text: str = ""
    verdict: dict = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        id: Its name; empty in old formats.
        source: What stands in it.
        is_code: Whether it is a code cell.
        exercise: The exercise whose starter the course has put into it.
        count: The number of its last execution; 0 if it has none.
        shown: Its outputs.
    """

    id: str
    source: str
    is_code: bool
    exercise: str = ""
    count: int = 0
    shown: tuple[Shown, ...] = ()


def read_saved(path: Path) -> tuple[Cell, ...]:
    """Read the cells of a notebook file.

    Raises:
        Trouble: There are none to be had; the message is half a sentence that says why.
    """
    try:
        found = json.loads(_content(path))
    except OSError as error:
        raise Trouble(f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise Trouble("is not text in UTF-8") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Trouble("is broken: its JSON cannot be read") from error
    cells = found.get("cells") if type(found) is dict else None
    if type(cells) is not list:
        raise Trouble("is no notebook: it has no list of cells")
    return tuple(_cell(cell) for cell in cells if type(cell) is dict)


def _content(path: Path) -> bytes:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
        raise Trouble("is a folder" if stat.S_ISDIR(about.st_mode) else "is no ordinary file")
    if about.st_size > LARGEST:
        raise Trouble(f"is larger than {LARGEST // 10**6} MB")
    content = _read(path)
    if not content.strip():
        raise Trouble("is empty")
    return content


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
        if len(content) > LARGEST or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Trouble("changed while it was read")
    return content


def _cell(cell: dict) -> Cell:
    course = _dict(_dict(cell.get("metadata")).get("course"))
    count, outputs = cell.get("execution_count"), cell.get("outputs")
    return Cell(
        id=_text(cell.get("id")),
        source=_text(cell.get("source")),
        is_code=cell.get("cell_type") == "code",
        exercise=_text(course.get("exercise")),
        count=count if type(count) is int and count > 0 else 0,
        shown=tuple(map(_shown, outputs)) if type(outputs) is list else (),
    )


def _shown(output: object) -> Shown:
    output = _dict(output)
    if output.get("output_type") == "error":
        return Shown(_text(output.get("evalue")), error=_text(output.get("ename")) or "Error")
    if output.get("output_type") == "stream":
        return Shown(_text(output.get("text")))
    data = _dict(output.get("data"))
    return Shown(_text(data.get("text/plain")), _dict(data.get(VERDICT)))


def _text(value: object) -> str:
    """Notebooks store a text as one string or as a list of lines."""
    if type(value) is list:
        return "".join(line for line in value if type(line) is str)
    return value if type(value) is str else ""


def _dict(value: object) -> dict:
    return value if type(value) is dict else {}
