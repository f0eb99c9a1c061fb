"""Finds the notebooks of a class, or of one learner, in a folder; opens none of them.

These layouts are understood, mixed as well:

    FOLDER/<learner>/….ipynb           at any depth, so also as nbgrader collects them
    FOLDER/<learner>_<lesson>.ipynb    or the other way round
    FOLDER/<lesson>.ipynb              one learner's folder, such as `workspace`
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.command.project import UserError

COPY = re.compile(r"[ _-]*(\(\d+\)|copy ?\d*|(mine|new)_\d+)$", re.IGNORECASE)  # added by programs
EDGES = " _.-"
NO_LEARNERS = (".", "__")  # how the names of checkpoints, settings and caches begin


@dataclass(frozen=True)
class Found:
    """The learner of each notebook, learners without one, and what was not opened."""

    owners: dict[Path, str]
    without: set[str]
    problems: list[str]


def find_submissions(folder: Path, lessons: Sequence[str], learner: str = "") -> Found:
    """List the notebooks in a folder, and say whose they are.

    Args:
        folder: Of a class or of a learner.
        lessons: The names of the course's notebooks, without their ending.
        learner: Whose notebooks they all are, where that is known.

    Raises:
        UserError: There is no such folder.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder.name!r} here. Name the folder of a class.")
    problems: list[str] = []
    paths = list(_notebooks(folder, problems))
    owners = {path: learner or _owner(path, folder, lessons) for path in paths}
    has_folders = not learner and any(path.parent != folder for path in paths)
    folders = [path.name for path in folder.iterdir() if path.is_dir()] if has_folders else []
    names = {_one_spelling(name) for name in folders if not name.startswith(NO_LEARNERS)}
    return Found(owners, names - set(owners.values()), problems)


def _notebooks(folder: Path, problems: list[str]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        problems.append(f"{Path(error.filename).name} cannot be opened ({error.strerror}).")

    for place, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith(NO_LEARNERS))
        links = (name for name in folders if Path(place, name).is_symlink())
        problems += (f"{name} is a link to a folder: not followed." for name in links)
        for name in sorted(files):
            if name.lower().endswith(".ipynb") and not name.startswith(NO_LEARNERS):
                yield Path(place, name)


def _owner(path: Path, folder: Path, lessons: Sequence[str]) -> str:
    """The first folder's name, else what the file's name says beside the lesson's."""
    first, *below = path.relative_to(folder).parts
    if below:
        return _one_spelling(first)
    titles = "|".join(re.escape(lesson.partition("_")[2] or lesson) for lesson in lessons)
    edge = f"[{re.escape(EDGES)}]"
    lesson = rf"(?:^|{edge})(?:\d+[ _-])?(?:{titles})(?:$|{edge})"
    rest = re.sub(lesson, " ", COPY.sub("", path.stem), count=1, flags=re.IGNORECASE)
    return _one_spelling(rest.strip(EDGES)) or folder.resolve().name


def _one_spelling(name: str) -> str:
    """Systems store the dots of ü as part of it or apart."""
    return unicodedata.normalize("NFC", name)
