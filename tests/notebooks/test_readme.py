"""What the README promises is so: its map of the lessons, its commands, its picture."""

import re
from pathlib import Path

from course_utils.command.author.suite import PARTS, USUAL
from course_utils.command.cli import parser
from tests.support.lessons import PATHS, read

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_map_lists_every_lesson_with_its_title_and_minutes():
    rows = re.findall(
        r"^\| \[(\d\d) ([^]]+)\]\(notebooks/([^)]+)\) \| (\d+) \|", TEXT, re.MULTILINE
    )
    assert [(f"{number} {title}", file, int(minutes)) for number, title, file, minutes in rows] == [
        (
            f"{path.stem[:2]} {read(path).cells[0].source.splitlines()[0].removeprefix('# ')}",
            path.name,
            read(path).metadata.course.minutes,
        )
        for path in PATHS
    ]


def test_the_parts_of_the_tests_are_those_of_the_command():
    listed = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert tuple(listed) == USUAL
    mentioned = set(re.findall(r"`test (\w+)[` ]", TEXT))
    assert mentioned >= set(PARTS) - set(USUAL)


def test_every_command_it_shows_exists():
    commands = set(re.findall(r"-m course_utils (\w+)", TEXT))
    assert commands >= {"start", "test", "check", "run", "reset"}
    known = parser().format_help()
    assert all(re.search(rf"\b{command}\b", known) for command in commands)


def test_the_lesson_that_a_hub_opens_is_there():
    [path] = re.findall(r"urlpath=lab/tree/([^`]+)", TEXT)
    assert (ROOT / path).is_file()


def test_every_file_it_links_to_is_there():
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", TEXT) if not t.startswith("http")]
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []
