"""The parts of the tests: each runs alone, a failure counts, none keeps the others back."""

from pathlib import Path

import pytest

from course_utils.command.author import suite
from course_utils.command.project import Project, UserError


def test_a_part_that_fails_does_not_stop_the_next(tmp_path, capsys):
    called = []

    def call(command, cwd, env):
        called.append(command[1:])
        assert env["OMP_NUM_THREADS"] == "1"
        assert cwd == tmp_path
        return int("check" in command)

    code = suite.run_parts(Path("py"), (), ["-k", "x"], Project(tmp_path), call)
    assert code == 1
    tools = [command[1] for command in called]
    assert tools[:3] == ["ruff", "ruff", "ty"]
    assert "lint_imports" in tools[3]
    assert "oxlint" in tools[4]
    assert tools[5:] == ["pytest"] * 3
    assert all(command[-2:] == ["-k", "x"] for command in called[5:])
    printed = capsys.readouterr().out
    assert "lint        FAILED in 0 s\nunit        passed in 0 s" in printed


@pytest.mark.parametrize("part", suite.PARTS)
def test_each_part_runs_alone_and_its_failure_counts(tmp_path, part):
    def ends(code):
        return suite.run_parts(
            Path("py"), [part], (), Project(tmp_path), lambda command, **given: code
        )

    assert ends(0) == 0
    assert ends(5) == 1


def test_what_a_part_needs_beyond_the_tests_is_named():
    assert suite.extras_for(["unit", "hub", "load"]) == ("test", "hub")
    with pytest.raises(UserError, match=r"^There is no part 'units'\. The parts are: lint, unit"):
        suite.extras_for(["units"])


def test_what_a_part_runs_alone_is_left_out_of_the_unit_tests():
    words = [word for part in suite.PARTS.values() for command in part.commands for word in command]
    folders = {word for word in words if word.startswith("tests/") and "." not in word}
    assert {"tests/browser", "tests/portability"} <= folders
    assert {f"--ignore={folder}" for folder in folders} <= set(suite.UNIT)
