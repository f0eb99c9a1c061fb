"""Reads the command line and runs one command, in the Python that has what it needs."""

import errno
import os
import subprocess
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from course_utils.command.author.suite import PARTS
from course_utils.command.environment import obstacles, setup
from course_utils.command.environment.requirements import needs, unmet
from course_utils.command.environment.variables import child_environment
from course_utils.command.project import HERE, UserError

INTERRUPTED = 130
PIPE_CLOSED = 141  # what a shell reports for `progress | head`
PREPARED = "NN_COURSE_PREPARED"  # set for a command that is run again, and for it alone
NO_YES = {"action": "store_false"}
YES_NO = {"action": "store_true"}
FORM = {"action": "store_const", "dest": "form", "default": "read"}


class Command(NamedTuple):
    """One command; `extras` None means that it sees to its packages itself, () a learner's."""

    help: str
    example: str  # what one types after `python3 -m course_utils`
    function: str  # `module:name` in `course_utils`; gets the options, returns the exit code
    arguments: Sequence[tuple[str, dict]] = ()  # of `add_argument`
    extras: Sequence[str] | None = None
    only_with: Sequence[str] = ()  # options of which one must be given, else no packages are needed
    before: str = ""  # gets the command's name and the options; refuses them before a set-up
    sets_up: bool = True  # whether it makes an environment if there is none

    def packages(self, options: dict[str, Any]) -> Sequence[str] | None:
        """Return the sets of packages that it needs with these options."""
        needed = not self.only_with or any(options[name] for name in self.only_with)
        return self.extras if needed else None


def port(text: str) -> int:
    """Read the number of a port."""
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")


LESSON = "01, define or 01_define"
STARTED = f"{LESSON}, or a folder of live or solved lessons; else where you stopped"
WANTED = ("wanted", {"nargs": "*", "metavar": "lesson", "help": f"{LESSON}; else every lesson"})
OUT = ("out", {"help": "a folder, new or made by such a command"})
FILE = {"type": Path, "metavar": "FILE"}
FOLDER = {"type": Path, "metavar": "FOLDER"}
CLASS = "a folder, or a zip file as a learning platform gives it"
LEVEL = "the learners' folders are the first ones in CLASS (1), the ones in them (2), …"
COMMANDS = {
    "start": Command(
        "set up if need be, and open a lesson in JupyterLab",
        "start 03",
        "command.learner.start:start",
        (
            ("lesson", {"nargs": "?", "help": STARTED}),
            ("--port", {"type": port, "help": "where JupyterLab listens; else on a free port"}),
            ("--no-browser", {**NO_YES, "dest": "browser", "help": "only print the address"}),
        ),
    ),
    "setup": Command(
        "set up if need be, and open nothing",
        "setup",
        "command.learner.start:prepare",
    ),
    "test": Command(
        "set up if need be, and run what CI runs (after --: for pytest or a script)",
        "test unit -- -k trace",
        "command.author.suite:test",
        (("parts", {"nargs": "*", "help": f"{', '.join(PARTS)}; else those of CI"}),),
    ),
    "check": Command(
        "look whether all that is needed is here, and works",
        "check",
        "command.environment.check:print_report",
        extras=(),
        sets_up=False,
    ),
    "run": Command(
        "for authors: run notebooks and store them",
        "run 01",
        "command.author.execute:run_notebooks",
        (("wanted", {**WANTED[1], "help": "lessons or files; else every lesson"}),),
        extras=(),
    ),
    "reset": Command(
        "hand out a lesson anew; yours is kept beside it",
        "reset 03",
        "command.learner.start:hand_out_anew",
        (("lesson", {"help": LESSON}),),
    ),
    "live": Command(
        "for instructors: lessons to type into, the cells to be typed left empty",
        "live class/live 01 02",
        "command.instructor.copies:make_live",
        (OUT, WANTED),
        extras=(),
        before="command.instructor.output_folder:check_request",
    ),
    "solved": Command(
        "for instructors: lessons with every exercise solved, and run",
        "solved class/solved",
        "command.instructor.copies:make_solved",
        (OUT, WANTED, ("--no-run", {**NO_YES, "dest": "run", "help": "leave the outputs out"})),
        extras=(),
        before="command.instructor.output_folder:check_request",
    ),
    "handout": Command(
        "for instructors: lessons as web pages that need no network; also a site for any host",
        "handout class/pages",
        "command.instructor.handout:make_handout",
        (
            OUT,
            WANTED,
            ("--worksheet", {**FORM, "const": "worksheet", "help": "questions without answers"}),
            ("--solved", {**FORM, "const": "solved", "help": "every exercise solved, and run"}),
            ("--no-run", {**NO_YES, "dest": "run", "help": "run nothing; explorers stand still"}),
        ),
        extras=("handout",),
        before="command.instructor.output_folder:check_request",
    ),
    "handin": Command(
        "pack the notebooks you have worked in, and modules they import, into one file to upload",
        'handin "Ada Lovelace"',
        "command.learner.handin:hand_in",
        (
            ("name", {"help": "yours, as your instructor knows it"}),
            ("wanted", {**WANTED[1], "help": f"{LESSON}; else those you have worked in"}),
            ("--folder", {**FOLDER, "help": "where your notebooks lie; else workspace"}),
        ),
    ),
    "progress": Command(
        "show who has solved what, from notebooks; without CLASS, what you have solved",
        "progress class --csv table.csv --feedback pages",
        "command.instructor.progress:show_progress",
        (
            ("folder", {"nargs": "?", "type": Path, "metavar": "CLASS", "help": CLASS}),
            ("--csv", {**FILE, "dest": "table", "help": "write a gradebook: a row a learner"}),
            ("--points", {**FILE, "help": "for the gradebook: lines such as mse,2"}),
            ("--roster", {**FILE, "help": "who is in the class: lines such as Ada Lovelace,123"}),
            (
                "--feedback",
                {
                    **FOLDER,
                    "metavar": "OUT",
                    "help": "write a page for each learner, one for the class",
                },
            ),
            ("--level", {"type": int, "default": 0, "metavar": "N", "help": LEVEL}),
            ("--rerun", {**YES_NO, "dest": "again", "help": "execute every answer anew"}),
            ("--watch", {**YES_NO, "help": "show who is stuck, until Ctrl-C"}),
        ),
        extras=(),
        only_with=("again",),
        before="command.instructor.progress:check_request",
    ),
    "export": Command(
        "for instructors: the exercises as assignments for nbgrader or Otter-Grader",
        "export nbgrader class/marks 03",
        "command.instructor.export:export_exercises",
        (("tool", {"choices": ("nbgrader", "otter"), "help": "who gives the marks"}), OUT, WANTED),
        extras=(),
        before="command.instructor.output_folder:check_request",
    ),
}


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` names; print errors as messages; return an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")  # where the locale is ASCII, ? is printed instead
    try:
        try:
            return _run(list(arguments))
        finally:
            sys.stdout.flush()
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's last flush
        return PIPE_CLOSED
    except OSError as error:
        print(_file_error(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command begins again where it can.", file=sys.stderr)
        return INTERRUPTED


def parser() -> ArgumentParser:
    """Return the reader of the command line."""
    top = ArgumentParser(prog="python3 -m course_utils", description="The commands of the course.")
    commands = top.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for name, command in COMMANDS.items():
        one = commands.add_parser(
            name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"Example:\n    python3 -m course_utils {command.example}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        for argument, settings in command.arguments:
            one.add_argument(argument, **settings)
    return top


def function_of(reference: str) -> Any:
    """Return the function that `module:name` stands for; its module is imported only now."""
    module, _, name = reference.partition(":")
    return getattr(import_module(f"course_utils.{module}"), name)


def _run(given: list[str]) -> int:
    """Run a command here, or again in the Python and with the variables that it needs."""
    at = given.index("--") if "--" in given else len(given)
    options = vars(parser().parse_args(given[:at] or ["--help"]))
    name = options.pop("command")
    command = COMMANDS[name]
    if "parts" in options:
        options["handed_on"] = given[at + 1 :]
    if command.before:
        function_of(command.before)(name, **options)
    extras = command.packages(options)
    prepared = os.environ.pop(PREPARED, "") != ""
    if extras is None or (prepared and not unmet(needs(extras))):
        return function_of(command.function)(**options)
    find = setup.ready_python if command.sets_up else setup.find_python
    python = find(extras)
    if python is None:
        return function_of(command.function)(**options)
    again = [str(python), "-m", "course_utils", *given]
    variables = {PREPARED: "1", "OMP_NUM_THREADS": "1"}
    return subprocess.call(again, env=child_environment(python, HERE, **variables))


def _file_error(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return str(obstacles.explain(str(error)))
    name = Path(error.filename).name if error.filename else "a file"
    return (
        f"{name} could not be read or written ({error.strerror}).\n"
        "Check that the folder of the course is yours; then type the same command again."
    )
