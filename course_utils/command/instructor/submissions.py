"""Finds the notebooks of a class, or of one learner, and says whose they are; opens none.

Understood, mixed as well, and in zip files: what Moodle, Canvas and Blackboard give out; a folder
for each learner, for each lesson or for each section; a file for each learner.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.command.instructor.class_files import File, Listing, list_files
from course_utils.command.instructor.names import (
    COPY,
    ENDING,
    NOBODY,
    LessonNames,
    Named,
    Roster,
    one_spelling,
    plain,
    read_platform_name,
)
from course_utils.command.project import UserError

UNREAD = re.compile(r"\.(html?|pdf|py|txt|md|docx?|odt|rtf|png|jpe?g)$", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(rar|7z|t?gz|tar|bz2|xz)$", re.IGNORECASE)
Chains = Sequence[tuple[tuple[str, ...], str]]  # names that may be a learner's, and the lesson


@dataclass(frozen=True)
class Request:
    """What is to be read: a folder or zip file, of a class or of one learner, and how."""

    folder: Path
    learner: str = ""  # whose notebooks they all are, where that is known
    again: bool = False  # whether answers are executed, and outputs not believed
    roster: Roster = field(default_factory=Roster)
    level: int = 0  # learners' folders are the first (1), or the ones in them (2), …; 0: find out


@dataclass(frozen=True)
class Notebook:
    """A notebook, and whose it is; of one learner's, the one with the largest `age` is newest."""

    learner: str
    file: File
    beside: Sequence[File] = ()
    age: tuple = ()


@dataclass(frozen=True)
class Found:
    """Notebooks, learners without one, and what the instructor has to know."""

    notebooks: list[Notebook]
    without: list[str]
    problems: list[str]


def find_submissions(request: Request, lessons: Sequence[str]) -> Found:
    """List the notebooks in a folder or a zip file, and say whose they are.

    The `lessons` are the names of the course's notebooks, without their ending.
    """
    require_class(request.folder)
    listing = list_files(request.folder)
    names = LessonNames(lessons)
    files = [file for file in listing.files if _is_notebook(file)]
    owners = _Owners(names, request.roster, request.folder.resolve().name)
    told = [] if request.learner else owners.choose_level(files, request.level)
    beside: dict[tuple[str, ...], list[File]] = defaultdict(list)
    for file in listing.files:
        beside[file.parts[:-1]].append(file)
    notebooks = [
        Notebook(request.learner or owners.of(f.parts), f, beside[f.parts[:-1]], owners.age(f))
        for f in files
    ]
    if request.learner:
        return Found(notebooks, [], listing.problems)
    here = {one.learner for one in notebooks}
    absent = [person.name for person in owners.roster.people]
    used = {file.parts[:end] for file in files for end in range(1, len(file.parts))}
    if used:  # else it is one learner's folder
        absent += owners.in_folders(parts for parts in listing.folders if parts not in used)
    without = [name for name in dict.fromkeys(absent) if name not in here]
    told += [*owners.strangers(here), *listing.problems, *_unread(listing, names)]
    return Found(notebooks, without, told)


def require_class(folder: Path) -> None:
    """Raise `UserError` unless there is such a folder or zip file."""
    if not folder.is_dir() and not (folder.is_file() and folder.suffix.lower() == ".zip"):
        raise UserError(
            f"There is no folder or zip file {folder.name!r} here. Name the one of a class."
        )


class _Owners:
    """Says whose a file is, by the names of its folders and its own."""

    def __init__(self, names: LessonNames, roster: Roster, top: str):
        self.names, self.roster, self.top = names, roster, top
        self.level = 1
        self.spellings: dict[str, str] = {}

    def choose_level(self, files: Iterable[File], level: int) -> list[str]:
        """Find out which folders are the learners', and say so where it could be others."""
        chains = [
            (chain, self._lesson(file.parts))
            for file in files
            if not isinstance(chain := self._chain(file.parts), str)
        ]
        self.level = level or 1
        while not level and _are_sections(chains, self.level):
            self.level += 1
        if level or (self.level == 1 and not _hold_one_lesson_twice(chains, 1)):
            return []
        way = "/".join(["SECTION"] * (self.level - 1) + ["LEARNER"])
        example = "/".join(max((chain for chain, _ in chains), key=len)[: self.level])
        which, other = ("folders in them", 2) if self.level == 1 else ("first folders", 1)
        return [
            f"Read as {way}, as in {example}. If the {which} are the learners': --level {other}"
        ]

    def of(self, parts: Sequence[str]) -> str:
        """Return the learner whose file has these folders and this name."""
        chain = self._chain(parts)
        if isinstance(chain, str):
            return chain
        return self._known(chain[min(self.level, len(chain)) - 1] if chain else self.top)

    def age(self, file: File) -> tuple:
        """What sorts one learner's notebooks: the platform's date or number, then the file's."""
        attempt = next((n.attempt for n in map(read_platform_name, file.parts) if n), ("", 0))
        copy = COPY.search(ENDING.sub("", file.parts[-1]))
        return (*attempt, file.changed // 60, int(copy[2] or 0) if copy else 0)

    def in_folders(self, folders: Iterable[Sequence[str]]) -> Iterator[str]:
        """Yield the learners that folders are named for, whatever is in them."""
        for parts in folders:
            chain = self._chain((*parts, ""))
            if isinstance(chain, str):
                yield chain
            elif len(chain) >= self.level:
                yield self._known(chain[self.level - 1])

    def strangers(self, here: Iterable[str]) -> Iterator[str]:
        """Name who has handed in and is not on the roster."""
        others = sorted(set(here) - {person.name for person in self.roster.people})
        if self.roster.people and others:
            yield f"Not on the roster: {', '.join(others)}."

    def _chain(self, parts: Sequence[str]) -> str | tuple[str, ...]:
        """The learner where a name says it for sure, else all names that may be one's."""
        if person := self.roster.find(ENDING.sub("", part) for part in parts):
            return person.name
        named: list[Named] = [one for one in map(read_platform_name, parts) if one]
        if named:
            return self._known(named[0].who)
        *folders, name = parts
        chain = [part for part in map(one_spelling, folders) if not self._is_nobody(part)]
        rest = self.names.rest(name)
        if rest and (not chain or self.names.lesson_in(name)) and not NOBODY.fullmatch(rest):
            chain.append(rest)
        learners = [part for part in chain if part not in self.names.numbers]
        return tuple(learners or chain)

    def _is_nobody(self, part: str) -> bool:
        return self.names.is_title(part) or NOBODY.fullmatch(part) is not None

    def _lesson(self, parts: Sequence[str]) -> str:
        return next(filter(None, map(self.names.lesson_in, reversed(parts))), "")

    def _known(self, name: str) -> str:
        """The spelling in which a name came first, or that of the roster."""
        if person := self.roster.find([name]):
            return person.name
        return self.spellings.setdefault(plain(name) or name, name)


def _are_sections(chains: Chains, level: int) -> bool:
    """Tell whether the folders of a level hold several learners each.

    So it is where each holds folders, those bear other names in each, and some of them the same
    lesson: `week 1` is in many learners' folders, `ada` in one section's.
    """
    pairs = {chain[: level + 1] for chain, _ in chains}
    if not pairs or any(len(pair) <= level for pair in pairs):
        return False
    return (
        len({pair[-1] for pair in pairs}) > 0.9 * len(pairs)
        and len(pairs) >= 2 * len({pair[:-1] for pair in pairs})
        and _hold_one_lesson_twice(chains, level)
    )


def _hold_one_lesson_twice(chains: Chains, level: int) -> bool:
    above, below = (
        {(chain[:depth], lesson) for chain, lesson in chains if lesson}
        for depth in (level, level + 1)
    )
    return len(below) > len(above)


def _is_notebook(file: File) -> bool:
    name = file.parts[-1].lower()
    if not ENDING.search(name):
        return False
    try:  # other programs' settings end in .json too
        return ".ipynb" in name or b'"cells"' in file.load()
    except OSError:
        return True


def _unread(listing: Listing, names: LessonNames) -> Iterator[str]:
    """Tell of each file that looks like a notebook, and is not read."""
    for file in listing.files:
        name = file.parts[-1]
        found = names.pattern.search(UNREAD.sub("", name))
        if ARCHIVE.search(name):
            yield f"{file.place} was not unpacked: unpack it, or ask for a .zip file."
        elif UNREAD.search(name) and not ENDING.search(name) and found and found["number"]:
            yield f"{file.place} was not read: it is no notebook. Ask for the .ipynb file."
