"""The command line: the oldest Python reads it, and every refusal is one message."""

import ast
import contextlib
import errno
import inspect
import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import __main__ as entry
from course_utils.command import cli
from course_utils.command.learner import start
from course_utils.command.project import ROOT

BOUNDS = ((3, 11), (3, 15))
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}


def run(*arguments, **variables):
    """Run the command line in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-m", "course_utils", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", ["__main__.py", "__init__.py"])
def test_an_old_python_can_read_what_refuses_it(name):
    ast.parse((ROOT / "course_utils" / name).read_text("ascii"), feature_version=(3, 6))


def test_bounds_are_those_of_the_project():
    assert entry.python_bounds() == BOUNDS


@pytest.mark.parametrize("running", [(3, 11, 0), (3, 14, 9)])
def test_pythons_inside_the_bounds_are_accepted(running):
    assert entry.version_trouble(running, BOUNDS) == ""


@pytest.mark.parametrize(
    ("running", "start"),
    [
        ((2, 7, 18, "final", 0), "Python 3.11 or newer is needed; this is 2.7.18.\n"),
        ((3, 9, 18, "final", 0), "Python 3.11 or newer is needed; this is 3.9.18.\n"),
        ((3, 15, 0, "final", 0), "Python 3.11 to 3.14 is needed; this is 3.15.0.\n"),
    ],
)
def test_other_pythons_are_told_apart_and_told_what_to_do(monkeypatch, running, start):
    monkeypatch.setenv("PATH", "")  # no other Python is here
    message = entry.version_trouble(running, BOUNDS)
    assert message.startswith(start)
    assert "python3.14 -m course_utils start" in message
    assert "py -3.14 -m course_utils start" in message


@pytest.mark.skipif(os.name == "nt", reason="the file that stands for a Python is a script")
def test_a_python_that_fits_is_named(monkeypatch, tmp_path):
    for name, code in (("python3.14", 1), ("python3.12", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    message = entry.version_trouble((3, 9, 18), BOUNDS)
    assert message.endswith("Type: python3.12 -m course_utils start")


def test_too_old_a_python_stops_before_anything_else_is_imported(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    monkeypatch.setitem(sys.modules, "course_utils.command.cli", None)  # importing it fails
    assert entry.main(["start"]) == 1
    assert "3.11 or newer is needed; this is 3.9.18" in capsys.readouterr().err


def test_no_command_lists_the_commands():
    said = run().stdout
    assert all(f"\n    {name} " in said for name in cli.COMMANDS)


@pytest.mark.skipif(os.name == "nt", reason="locales are made of variables elsewhere")
def test_every_text_file_is_read_and_written_where_the_locale_is_ascii():
    answer = run("start", "×", **ASCII)
    assert answer.returncode == 1
    assert "There is no lesson" in answer.stderr
    answer = run("check", **ASCII)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Everything the lessons need is here." in answer.stdout


def test_what_a_stream_cannot_print_is_replaced(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(start, "prepare", lambda: print("Closing …") or 0)
    with contextlib.redirect_stdout(stream):
        assert cli.run_command(["setup"]) == 0
    assert stream.buffer.getvalue() == b"Closing ?\n"


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix reports it so")
def test_a_reader_that_stops_reading_is_no_error():
    program = (
        "import sys; from course_utils.command import cli; from course_utils.command.learner "
        "import start; start.prepare = lambda: print('x' * 10**6) or 0\n"
        "sys.exit(cli.run_command(['setup']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=pipe, stderr=pipe
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == cli.PIPE_CLOSED


def test_the_commands_start_without_any_package():
    """Those that set up, those that need no packages, and what looks at options before."""
    alone = [c for c in cli.COMMANDS.values() if c.packages(dict.fromkeys(c.only_with)) is None]
    references = [command.function for command in [*alone, cli.COMMANDS["check"]]]
    references += [command.before for command in cli.COMMANDS.values() if command.before]
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from course_utils.command import cli\n"
        f"for reference in {references}: cli.function_of(reference)\n"
        "print('fine')"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, encoding="utf-8"
    )
    assert answer.stdout == "fine\n", answer.stderr


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_an_example_and_a_function_that_takes_its_options(name, capsys):
    command = cli.COMMANDS[name]
    given = shlex.split(command.example.partition(" -- ")[0])
    options = dict.fromkeys(vars(cli.parser().parse_args(given)), None)
    options.pop("command")
    if "parts" in options:
        options["handed_on"] = None
    inspect.signature(cli.function_of(command.function)).bind(**options)
    if command.before:
        inspect.signature(cli.function_of(command.before)).bind(name, **options)
    with pytest.raises(SystemExit):
        cli.run_command([name, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert command.help[1:] in said
    assert said.endswith(f"Example: python3 -m course_utils {command.example}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["start", "77"], "There is no lesson '77'. The lessons are: "),
        (["reset", "nothing"], "There is no lesson 'nothing'. The lessons are: "),
        (["solved", "x", "77"], "There is no lesson '77'. The lessons are: "),
        (["test", "units"], "There is no part 'units'. The parts are: lint, unit, notebooks,"),
    ],
)
def test_a_wrong_argument_gets_one_message(capsys, arguments, message):
    assert cli.run_command(arguments) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(message)
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http"])
def test_what_is_no_port_is_refused(capsys, port):
    assert cli.port("65535") == 65535
    with pytest.raises(SystemExit):
        cli.run_command(["start", f"--port={port}"])
    assert f"a port is a number from 1 to 65535, not '{port}'" in capsys.readouterr().err


def test_a_command_is_run_again_where_its_packages_are_and_only_once(tmp_path):
    answer = run("run", "absent.ipynb")
    assert answer.stderr.startswith("There is no lesson 'absent.ipynb'. The lessons are: ")
    seen = tmp_path / "seen"
    (tmp_path / "sitecustomize.py").write_text(
        f"import os, sys; open({str(seen)!r}, 'a').write(os.environ.get('JUPYTER_NO_CONFIG', '-'))",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    run("run", "absent.ipynb", PYTHONPATH=path, JUPYTER_NO_CONFIG="1")
    # The second time without foreign settings; in `.venv` not even this folder is searched.
    assert seen.read_text(encoding="utf-8") in {"1", "1-"}


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "01_define.ipynb could not be read")],
)
def test_files_that_fail_get_one_message(monkeypatch, capsys, number, message):
    def fail(lesson):
        raise OSError(number, "No space left", str(Path("some/where/01_define.ipynb")))

    monkeypatch.setattr(start, "hand_out_anew", fail)
    assert cli.run_command(["reset", "01"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(message)
    assert "some" not in error.splitlines()[0]


def test_ctrl_c_is_no_error_message(monkeypatch, capsys):
    def stop(lesson):
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "hand_out_anew", stop)
    assert cli.run_command(["reset", "01"]) == 130
    assert capsys.readouterr().err.startswith("\nStopped.")


def test_what_follows_two_dashes_is_handed_on(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "course_utils.command.author.suite.test", lambda **given: seen.append(given) or 0
    )
    assert cli.run_command(["test", "unit", "--", "-k", "trace"]) == 0
    assert seen == [{"parts": ["unit"], "handed_on": ["-k", "trace"]}]
