"""Learners' names as they stand in the names of files and folders, and in a roster."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.command.project import UserError

COPY = re.compile(r"[ _-]*(\((\d+)\)|copy ?\d*|(mine|new)_\d+)$", re.IGNORECASE)  # by programs
ENDING = re.compile(r"\.ipynb(\.txt|\.json)?$|\.json$", re.IGNORECASE)
EDGES = " _.-"
SYSTEMS = (  # how learning platforms name what they give out
    re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)"),  # Moodle
    re.compile(r"(?P<who>[^\W\d_]+)(_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)"),  # Canvas
    re.compile(  # Blackboard
        r"(.+_)?(?P<who>[^_]+)_attempt_(?P<when>\d{4}(-\d\d){2,5})_?(?P<file>.*)"
    ),
)
TRY = re.compile(r"-(\d+)$")  # after a file's name: Canvas numbers the later attempts
NOBODY = re.compile(
    r"workspace|notebooks?|course|submitted|submissions?|answers|solutions|home|hand-?ins?|"
    r"(attempt|try|version|v|week|day|part)[ _-]?\d+|final|old|new|backup|nn-course.*",
    re.IGNORECASE,
)  # folders' names that are no learner's


@dataclass(frozen=True)
class Named:
    """What a platform's name for a file or folder says."""

    who: str
    file: str
    attempt: tuple[str, int] = ("", 0)  # when, and which; "" and 0 where that is not said


@dataclass(frozen=True)
class Person:
    """A line of a roster."""

    name: str
    id: str = ""


def read_platform_name(part: str) -> Named | None:
    """Read a name that Moodle, Canvas or Blackboard has made; None for others.

    Example:
        >>> read_platform_name("mullerada_LATE_12_345_03_loss-1.ipynb")
        Named(who='mullerada', file='03_loss-1.ipynb', attempt=('', 1))
    """
    for pattern in SYSTEMS:
        if found := pattern.fullmatch(part):
            told = found.groupdict()
            number = TRY.search(ENDING.sub("", told["file"]))
            return Named(
                told["who"].strip(EDGES),
                told["file"],
                (told.get("when") or "", int(number[1]) if number else 0),
            )
    return None


class LessonNames:
    """Finds lessons' names in other names, with their numbers or without."""

    def __init__(self, lessons: Sequence[str]):
        self.lessons = lessons
        titles = "|".join(re.escape(lesson.partition("_")[2] or lesson) for lesson in lessons)
        edge = f"[{re.escape(EDGES)}]"
        name = rf"(?:^|{edge})(?P<number>\d+[ _-])?(?P<title>{titles})(?:-\d+$|$|(?={edge}))"
        self.pattern = re.compile(name, re.IGNORECASE)
        self.numbers = {lesson.partition("_")[0] for lesson in lessons}

    def lesson_in(self, name: str) -> str:
        """Return the title of the lesson that a name contains, else ""."""
        found = self.pattern.search(name)
        return found["title"].lower() if found else ""

    def is_title(self, name: str) -> bool:
        """Tell whether a name, as a folder's, is a lesson's and nothing else."""
        return bool(self.lesson_in(name)) and not self.rest(name)

    def rest(self, name: str) -> str:
        """Return what a name says beside the lesson's: whose it is, or ""."""
        stem = COPY.sub("", ENDING.sub("", name))
        return one_spelling(self.pattern.sub(" ", stem, count=1).strip(EDGES))


class Roster:
    """Who is in the class; finds them by name, in any order and spelling, or by their number."""

    def __init__(self, people: Iterable[Person] = ()):
        self.people = list(people)
        self.known: dict[str, Person] = {}
        for person in self.people:
            words = person.name.replace(",", " ").split()
            for order in (words, words[::-1], words[-1:] + words[:-1], words[1:] + words[:1]):
                self.known.setdefault(plain("".join(order)), person)
            if person.id:
                self.known[plain(person.id)] = person
        self.known.pop("", None)

    def find(self, names: Iterable[str]) -> Person | None:
        """Return the person that one of the names means: whole, or by a number in it."""
        for name in names:
            words = re.split(r"[^\w.@]+|_", name)
            for word in (name, *(word for word in words if len(word) > 3)):
                if found := self.known.get(plain(word)):
                    return found
        return None


def read_roster(path: Path) -> Roster:
    """Read a table with a name and, if there is one, a number or login a line.

    The first line may say what stands where: *First name* and *Last name*, or *name*, and *id*.

    Raises:
        UserError: It cannot be read, or names nobody.
    """
    rows = read_table(path)
    heads = [head.casefold() for head in rows[0]] if rows else []
    names = [i for i, head in enumerate(heads) if "name" in head and "user" not in head]
    ids = [i for i, head in enumerate(heads) if re.search(r"\bid\b|user|login|number", head)]
    if names:
        rows = rows[1:]
        names.sort(key=lambda i: re.search("last|sur|family", heads[i]) is not None)
    names, ids = names or [0], ids or ([] if names else [1])
    people = []
    for row in rows:
        name = one_spelling(" ".join(row[i].strip() for i in names if i < len(row)))
        number = next((row[i].strip() for i in ids if i < len(row)), "")
        people += [Person(name, number)] if name.strip() else []
    if not people:
        raise UserError(f"{path} names nobody. It needs a name a line: Ada Lovelace,12345")
    return Roster(people)


def read_table(path: Path) -> list[list[str]]:
    """Read a table that a spreadsheet has written, whichever sign is between its columns."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).") from error
    first = text.partition("\n")[0]
    return [row for row in csv.reader(text.splitlines(), delimiter=_separator(first)) if any(row)]


def one_spelling(name: str) -> str:
    """Return a name with its spaces single and its ü one sign: systems store them in two ways."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def plain(name: str) -> str:
    """Return a name's letters and digits alone, without accents: the same for each spelling.

    Example:
        >>> plain("Müller, Ada-Maria") == plain("MULLER ada_maria")
        True
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def _separator(line: str) -> str:
    return max(",;\t", key=line.count)
