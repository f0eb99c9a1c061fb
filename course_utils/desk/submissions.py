"""Finds the notebooks of a class, or of one learner, in a folder.

Four layouts are understood, mixed as well:

    FOLDER/<learner>/<lesson>.ipynb
    FOLDER/<learner>/<assignment>/<lesson>.ipynb     as nbgrader collects them
    FOLDER/<learner>_<lesson>.ipynb                  or the other way round
    FOLDER/<lesson>.ipynb                            one learner's folder, such as `workspace`

A notebook's lesson is told by the exercises in it; its name decides only between equals. Whatever
cannot be read costs one line, and nothing else.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.command.project import UserError as Trouble
from course_utils.desk.saved import Cell, read_saved
from course_utils.desk.tasks import Task
from course_utils.desk.verdicts import exercises_in

DEEPEST = 4  # folders below the one that was named
COPY = re.compile(r"((mine|new|copy)[_ -]?\d*|\(?\d+\)?)", re.IGNORECASE)
BETWEEN = " _-.()"
SKIPPED = (".", "__")  # beginnings of the names of what no learner has written


@dataclass(frozen=True)
class Submission:
    """One learner's notebook for one lesson.

    Attributes:
        learner: Taken from the folder's or the file's name.
        lesson: The lesson's name.
        path: The file.
        cells: Empty where the file cannot be read.
        is_readable: Whether it can.
    """

    learner: str
    lesson: str
    path: Path
    cells: tuple[Cell, ...] = ()
    is_readable: bool = True


@dataclass
class Found:
    """What a folder holds.

    Attributes:
        learners: In alphabetical order; also those who have handed nothing in.
        submissions: At most one for each learner and lesson.
        told: One sentence for each thing that was left aside.
    """

    learners: list[str] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def find_submissions(folder: Path, tasks: Sequence[Task], learner: str = "") -> Found:
    """Read all notebooks in a folder.

    Args:
        folder: Of a class or of a learner.
        tasks: The exercises of the course.
        learner: Whose notebooks they all are, where that is known.

    Raises:
        Trouble: There is no such folder.
    """
    if not folder.is_dir():
        raise Trouble(f"There is no folder {folder.name!r} here. Name the folder of a class.")
    found, every = Found(), []
    for path in _notebooks(folder, folder, found.told):
        submission = _submission(path, folder, tasks, learner, found.told)
        if submission:
            every.append(submission)
    found.submissions = list(_one_each(every, folder, found.told, quiet=bool(learner)))
    names = {submission.learner for submission in every} | {learner} - {""}
    if not learner and any(one.path.parent != folder for one in every):
        names |= {path.name for path in folder.iterdir() if path.is_dir() and _counts(path.name)}
    found.learners = sorted(names, key=lambda name: (name.casefold(), name))
    return found


def _notebooks(folder: Path, top: Path, told: list[str], depth: int = 0) -> Iterator[Path]:
    """Every notebook below a folder, in order; links to folders are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        told.append(f"{_place(folder, top)} cannot be opened ({error.strerror}).")
        return
    for entry in entries:
        path = Path(entry.path)
        if not _counts(entry.name):
            continue
        if entry.name.endswith(".ipynb"):
            yield path
        elif entry.is_symlink() and path.is_dir():
            told.append(f"{_place(path, top)} is a link to a folder: not followed.")
        elif entry.is_dir(follow_symlinks=False) and depth < DEEPEST:
            yield from _notebooks(path, top, told, depth + 1)


def _counts(name: str) -> bool:
    return not name.startswith(SKIPPED)


def _submission(
    path: Path, top: Path, tasks: Sequence[Task], learner: str, told: list[str]
) -> Submission | None:
    named, rest = _lesson_in(path.stem, tasks)
    parts = path.relative_to(top).parts
    owner = learner or (parts[0] if len(parts) > 1 else _owner(rest, named, top))
    try:
        cells = read_saved(path)
    except Trouble as trouble:
        told.append(f"{_place(path, top)} {trouble}.")
        return Submission(owner, named, path, is_readable=False) if named else None
    lesson = _lesson_of(cells, tasks, named)
    if not lesson:
        told.append(f"{_place(path, top)} holds no exercise of the course.")
        return None
    return Submission(owner, lesson, path, cells)


def _owner(rest: str, named: str, top: Path) -> str:
    """Whose notebook lies directly in the folder: its name says so, or it is the folder's."""
    if named and (not rest or COPY.fullmatch(rest)):
        return top.resolve().name
    return rest


def _lesson_in(stem: str, tasks: Sequence[Task]) -> tuple[str, str]:
    """The lesson that a file's name names, if any, and what else the name says."""
    for lesson in dict.fromkeys(task.lesson for task in tasks):
        edge = rf"[{re.escape(BETWEEN)}]"
        found = re.search(rf"(?:^|{edge}){re.escape(lesson)}(?:$|{edge})", stem, re.IGNORECASE)
        if found:
            rest = f"{stem[: found.start()]}_{stem[found.end() :]}"
            return lesson, rest.strip(BETWEEN)
    return "", stem


def _lesson_of(cells: tuple[Cell, ...], tasks: Sequence[Task], named: str) -> str:
    """The lesson most of whose exercises are in the notebook; empty if there is none."""
    names = exercises_in(cells, tasks)
    counts = Counter(task.lesson for task in tasks if task.name in names)
    return max(counts, key=lambda lesson: (counts[lesson], lesson == named), default=named)


def _one_each(
    every: list[Submission], top: Path, told: list[str], quiet: bool
) -> Iterator[Submission]:
    """For each learner and lesson the notebook that counts: named plainly, else the newest."""
    groups: dict[tuple[str, str], list[Submission]] = {}
    for one in every:
        groups.setdefault((one.learner, one.lesson), []).append(one)
    for (_, lesson), group in groups.items():
        best = max(group, key=lambda one: _weight(one, lesson))
        yield best
        told += (
            f"{_place(one.path, top)} is left aside: {_place(best.path, top)} counts."
            for one in group
            if one is not best and not (quiet and lesson in one.path.stem)
        )


def _weight(one: Submission, lesson: str) -> tuple[bool, bool, float, str]:
    try:
        modified = one.path.stat().st_mtime
    except OSError:
        modified = 0.0
    return one.is_readable, one.path.stem == lesson, modified, str(one.path)


def _place(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix() if path != top else top.name
