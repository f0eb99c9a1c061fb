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


def test_what_a_part_needs_beyond_the_tests_is_named():
    assert suite.extras_for(["unit", "hub", "load"]) == ("test", "hub")
    with pytest.raises(UserError, match=r"^There is no part 'units'\. The parts are: lint, unit"):
        suite.extras_for(["units"])
