"""For authors: the instructor's page, of which all that can be measured is written here.

A block stands between `<!-- NAME -->` and `<!-- end -->`; what stands around it is written by
hand. A test holds the page to what would be written.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from pathlib import Path

from course_utils.command.learner.workspace import INSTRUCTORS, lessons
from course_utils.command.project import HERE, replace_text
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.desk.pace import lesson_pace, load, rounded
from course_utils.desk.schedules import PLANS, cuts, rows

NAME = r"[a-z]+(?:-[a-z0-9]+)*"
BLOCK = re.compile(rf"(<!-- (?!end)({NAME}) -->\n).*?(<!-- end -->)", re.DOTALL)
LONGEST = 100  # letters of a message

Lessons = Mapping[str, dict]  # notebooks by number


def write_page(places: Places = HERE, measure: bool = False) -> int:
    """Write the blocks of the instructor's page anew; say what differs in the lessons.

    Args:
        places: The checkout.
        measure: Run every lesson first and store the seconds it takes in its metadata.
    """
    if measure:
        for path in lessons(places):
            _store_seconds(path)
    page = places.notebooks / INSTRUCTORS
    known = load(lessons(places))
    replace_text(page, filled(page.read_text(encoding="utf-8"), known))
    wrong = list(other_minutes(known))
    print("\n".join(wrong) or f"{page.name} says what the lessons say.")
    return 1 if wrong else 0


def filled(page: str, lessons: Lessons) -> str:
    """Return the page with every block written anew.

    Raises:
        Trouble: A block has a name that nothing writes, or does not end.
    """
    marks = len(re.findall(rf"<!-- {NAME} -->", page))
    if marks != 2 * len(BLOCK.findall(page)):
        raise Trouble(f"{INSTRUCTORS}: a block is not closed by <!-- end -->, or not opened.")
    return BLOCK.sub(lambda found: f"{found[1]}{_block(found[2], lessons)}\n{found[3]}", page)


def other_minutes(lessons: Lessons) -> Iterator[str]:
    """Yield a sentence for each lesson that announces other minutes than are measured."""
    for number, notebook in lessons.items():
        says, takes = notebook["metadata"]["course"]["minutes"], lesson_pace(notebook).reading
        if says != rounded(takes):
            yield (
                f"Lesson {number} announces {says} minutes; {takes:.1f} are measured. Write "
                f"{rounded(takes)} in its opening, in its metadata and in the README."
            )


def _block(name: str, lessons: Lessons) -> str:
    kind, _, which = name.partition("-")
    blocks: dict[str, Callable[[], Iterator[str]]] = {
        "minutes": lambda: _minutes(lessons),
        "objectives": lambda: _objectives(lessons[which]),
        "errors": lambda: _errors(lessons[which]),
        "plan": lambda: _plan(which, lessons),
        "cuts": lambda: _cuts(which, lessons),
    }
    if kind not in blocks or (which and which not in {*lessons, *PLANS}):
        raise Trouble(f"{INSTRUCTORS}: nothing writes a block called {name!r}.")
    return "\n".join(blocks[kind]())


def _minutes(lessons: Lessons) -> Iterator[str]:
    yield "| Lesson | Read and run | Exercises | Together | *Run All* |"
    yield "|---|---:|---:|---:|---:|"
    all_of_them = [0, 0]
    for number, notebook in lessons.items():
        pace, seconds = lesson_pace(notebook), notebook["metadata"]["course"]["seconds"]
        reading = notebook["metadata"]["course"]["minutes"]
        all_of_them = [all_of_them[0] + reading, all_of_them[1] + pace.exercises]
        times = f"{reading} min | {pace.exercises} min | {reading + pace.exercises} min"
        yield f"| {number} {pace.title} | {times} | {seconds} s |"
    reading, doing = all_of_them
    yield f"| All | {reading} min | {doing} min | {reading + doing} min | |"


def _objectives(notebook: dict) -> Iterator[str]:
    for objective in notebook["metadata"]["course"]["objectives"]:
        yield f"- {objective}"


def _errors(notebook: dict) -> Iterator[str]:
    """The errors that teach: PyTorch's words as the lesson stores them, and where."""
    section = ""
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and text.startswith("## "):
            section = text.partition("\n")[0].removeprefix("## ")
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                yield f"- *{section}:* `{output['ename']}: {_short(output['evalue'])}`"


def _short(message: str) -> str:
    line = message.strip().partition("\n")[0].replace("`", "'")
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"


def _plan(name: str, lessons: Lessons) -> Iterator[str]:
    yield "| From | Minutes | What |"
    yield "|---|---:|---|"
    end = 0
    for at, minutes, text in rows(PLANS[name], lessons):
        yield f"| {_clock(at)} | {minutes} | {text} |"
        end = at + minutes
    yield f"| {_clock(end)} | | End |"


def _cuts(name: str, lessons: Lessons) -> Iterator[str]:
    for number, title, minutes in cuts(PLANS[name], lessons):
        yield f"1. {number}, *{title}*: {minutes} minutes"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _store_seconds(path: Path) -> None:
    """Run a lesson and store how long that took, up to the next whole five seconds."""
    import nbformat

    from course_utils.command.author.execute import executed
    from course_utils.command.author.stored_form import normal_form

    before = path.read_text(encoding="utf-8")
    began = time.monotonic()
    executed(nbformat.reads(before, as_version=4), path)
    seconds = 5 * ceil((time.monotonic() - began) / 5)
    notebook = nbformat.reads(before, as_version=4)
    notebook.metadata.course["seconds"] = seconds
    replace_text(path, normal_form(notebook))
    print(f"{path.name}: {seconds} s", flush=True)
