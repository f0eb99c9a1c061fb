"""What the pages for learners and authors promise is so: the lessons, the commands, the links."""

import re
from pathlib import Path

from course_utils.command.author.suite import PARTS, USUAL
from course_utils.command.cli import parser
from tests.support.lessons import PATHS, read

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
AUTHORS = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


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
    listed = re.findall(r"^\| `(\w+)` \|", AUTHORS.partition("## The tests")[2], re.MULTILINE)
    assert tuple(listed) == USUAL
    mentioned = set(re.findall(r"`test (\w+)[` ]", AUTHORS))
    assert mentioned >= set(PARTS) - set(USUAL)


def test_every_command_they_show_exists():
    commands = set(re.findall(r"-m course_utils (\w+)", TEXT + AUTHORS))
    assert commands >= {"start", "test", "check", "run", "reset"}
    known = parser().format_help()
    assert all(re.search(rf"\b{command}\b", known) for command in commands)


def test_the_folders_of_the_package_are_those_that_are_there():
    listed = re.findall(r"^\| `([a-z]+)[/`]", AUTHORS.partition("## The tests")[0], re.MULTILINE)
    package = ROOT / "course_utils"
    found = [path.name for path in package.iterdir() if (path / "__init__.py").is_file()]
    assert sorted(listed) == sorted(found)


def test_every_file_it_links_to_is_there():
    targets = [t for t in re.findall(r"\]\(([^)]+)\)", TEXT + AUTHORS) if not t.startswith("http")]
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []
