"""The command line: the oldest Python reads it, and every refusal is one message."""

import ast
import errno
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import __main__ as command
from course_utils.desk import commands
from course_utils.desk.places import ROOT

BOUNDS = ((3, 11), (3, 15))


@pytest.mark.parametrize("name", ["__main__.py", "__init__.py"])
def test_an_old_python_can_read_what_refuses_it(name):
    ast.parse((ROOT / "course_utils" / name).read_text("ascii"), feature_version=(3, 6))


def test_bounds_are_those_of_the_project():
    assert command.python_bounds() == BOUNDS


@pytest.mark.parametrize("running", [(3, 11, 0), (3, 14, 9)])
def test_pythons_inside_the_bounds_are_accepted(running):
    assert command.version_trouble(running, BOUNDS) == ""


@pytest.mark.parametrize(
    ("running", "start"),
    [
        ((2, 7, 18, "final", 0), "Python 3.11 or newer is needed; this is 2.7.18.\n"),
        ((3, 9, 18, "final", 0), "Python 3.11 or newer is needed; this is 3.9.18.\n"),
        ((3, 15, 0, "final", 0), "Python 3.11 to 3.14 is needed; this is 3.15.0.\n"),
    ],
)
def test_other_pythons_are_told_apart_and_told_what_to_do(monkeypatch, running, start):
    monkeypatch.setattr(command, "suitable_python", lambda bounds: "")
    message = command.version_trouble(running, BOUNDS)
    assert message.startswith(start)
    assert "python3.14 -m course_utils start" in message
    assert "py -3.14 -m course_utils start" in message


def test_a_python_that_fits_is_named(monkeypatch):
    monkeypatch.setattr(command, "suitable_python", lambda bounds: "python3.12")
    message = command.version_trouble((3, 9, 18), BOUNDS)
    assert message.endswith("Type: python3.12 -m course_utils start")


def test_too_old_a_python_stops_before_anything_else_is_imported(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    monkeypatch.setitem(sys.modules, "course_utils.desk.commands", None)  # importing it fails
    assert command.main(["start"]) == 1
    assert "3.11 or newer is needed; this is 3.9.18" in capsys.readouterr().err


def test_no_command_lists_the_commands():
    answer = subprocess.run(
        [sys.executable, "-m", "course_utils"], capture_output=True, text=True, cwd=ROOT
    )
    names = ("start", "setup", "test", "check", "run", "reset", "live", "solved", "handout")
    for name in (*names, "progress"):
        assert f"\n    {name} " in answer.stdout


def test_the_commands_start_without_any_package():
    program = (
        "import sys; sys.path.insert(0, '.'); import course_utils.desk.commands as c; "
        "import course_utils.desk.check; c.parser(); print('fine')"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, cwd=ROOT
    )
    assert answer.stdout == "fine\n", answer.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["start", "7"], "There is no lesson '7'. The lessons are: "),
        (["reset", "nothing"], "There is no lesson 'nothing'. The lessons are: "),
        (["run", "absent.ipynb"], "There is no lesson 'absent.ipynb'. The lessons are: "),
        (["start", "--port", "70000"], "A port is a number from 1 to 65535, not 70000."),
        (["test", "units"], "There is no part 'units'. The parts are: lint, unit, notebooks,"),
    ],
)
def test_a_wrong_argument_gets_one_message(monkeypatch, capsys, tmp_path, arguments, message):
    assert commands.run_command(arguments) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(message)
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "01_define.ipynb could not be read")],
)
def test_files_that_fail_get_one_message(monkeypatch, capsys, number, message):
    def fail(lesson):
        raise OSError(number, "it failed", str(Path("some/where/01_define.ipynb")))

    monkeypatch.setattr(commands.workspace, "reset", fail)
    assert commands.run_command(["reset", "01"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(message)
    assert "some" not in error.splitlines()[0]


def test_ctrl_c_is_no_error_message(monkeypatch, capsys):
    def stop(lesson):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands.workspace, "reset", stop)
    assert commands.run_command(["reset", "01"]) == 130
    assert capsys.readouterr().err.startswith("\nStopped.")


def test_setup_makes_the_environment_and_the_working_copy_and_opens_nothing(monkeypatch, capsys):
    monkeypatch.setattr(commands.setup, "ready_python", lambda: print("made"))
    monkeypatch.setattr(commands.workspace, "refresh", lambda: ["01_define.ipynb: a new version"])
    monkeypatch.setattr(commands.lab, "open_lab", None)  # calling it fails
    assert commands.run_command(["setup"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "made",
        "01_define.ipynb: a new version",
        "Everything is here. The lessons are in the folder workspace.",
    ]


def test_packages_for_tests_at_hand_are_used_in_place(monkeypatch):
    seen = []
    monkeypatch.setattr(commands.setup, "has_packages_here", lambda extras: extras == ("test",))
    monkeypatch.setattr(commands.suite, "run_parts", lambda *given: seen.append(given[0]) or 0)
    assert commands.run_command(["test", "lint"]) == 0
    assert seen == [Path(sys.executable)]


@pytest.mark.parametrize(
    ("part", "extras"),
    [
        ("unit", ("test", "browser", "image")),
        ("hub", ("test", "hub", "browser", "image")),
        ("load", ("test", "hub", "browser", "image")),
    ],
)
def test_what_follows_two_dashes_is_handed_on_and_what_a_part_needs_is_set_up(
    monkeypatch, part, extras
):
    seen = []
    monkeypatch.setattr(commands.setup, "has_packages_here", lambda extras: False)
    monkeypatch.setattr(commands.setup, "ready_python", lambda extras: seen.append(extras))
    monkeypatch.setattr(commands.suite, "run_parts", lambda *given: seen.append(given) or 0)
    assert commands.run_command(["test", part, "--", "-k", "trace"]) == 0
    assert seen == [extras, (None, [part], ["-k", "trace"])]
