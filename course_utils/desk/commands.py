"""Reads the command line and runs one command."""

import argparse
import errno
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.command.instructor import output_folder
from course_utils.desk import lab, setup, suite, workspace
from course_utils.desk.places import HERE, child_environment
from course_utils.desk.trouble import FullDisk, Trouble

INTERRUPTED = 130
FIRST = "00_start_here"
COPIES = {  # for instructors: the command, and what it makes
    "live": "lessons to type into, the cells to be typed left empty",
    "solved": "lessons with every exercise solved, and run",
    "handout": "lessons as web pages that need no network",
}


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` names; print trouble as a message; return an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    arguments = list(arguments)
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser().parse_args(arguments[:at] or ["--help"])
    options.given, options.handed_on = arguments, arguments[at + 1 :]
    try:
        return options.run(options)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        print(_file_trouble(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command begins again where it can.", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    top = argparse.ArgumentParser(
        prog="python3 -m course_utils", description="The desk of the course."
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    start = commands.add_parser("start", help="set up if need be, and open a lesson in JupyterLab")
    start.add_argument("lesson", nargs="?", help="01, define or 01_define; else the first")
    start.add_argument("--port", type=int, help="where JupyterLab listens; else the first free one")
    start.add_argument("--no-browser", action="store_true", help="only print the address")
    start.set_defaults(run=_start)

    prepare = commands.add_parser("setup", help="set up if need be, and open nothing")
    prepare.set_defaults(run=_setup)

    test = commands.add_parser(
        "test", help="set up if need be, and run what CI runs (after --: for pytest or a script)"
    )
    test.add_argument("parts", nargs="*", help=f"{', '.join(suite.PARTS)}; else those of CI")
    test.set_defaults(run=_test)

    check = commands.add_parser("check", help="compare what is installed with what is needed")
    check.set_defaults(run=_check)

    run = commands.add_parser("run", help="for authors: run notebooks and store them")
    run.add_argument("notebooks", nargs="*", help="lessons or files; else every lesson")
    run.set_defaults(run=_run)

    reset = commands.add_parser("reset", help="hand out a lesson anew; yours is kept beside it")
    reset.add_argument("lesson", help="01, define or 01_define")
    reset.set_defaults(run=_reset)

    for name, makes in COPIES.items():
        about = f"for instructors: {makes}"
        copies = commands.add_parser(name, help=about, description=f"For instructors: {makes}.")
        copies.add_argument("out", help="a folder, new or made by such a command")
        copies.add_argument("lessons", nargs="*", help="01, define or 01_define; else every lesson")
        if name == "solved":
            copies.add_argument("--no-run", action="store_true", help="leave the outputs out")
        copies.set_defaults(run=_copies, command=name)

    progress = commands.add_parser("progress", help="show who has solved what, from notebooks")
    progress.add_argument("folder", nargs="?", type=Path, help="of a class; else your workspace")
    progress.add_argument("--csv", type=Path, metavar="FILE", help="write the table to a file")
    progress.add_argument("--picture", type=Path, metavar="FILE", help="draw it: .svg or .png")
    progress.add_argument("--rerun", action="store_true", help="execute every answer anew")
    progress.set_defaults(run=_progress)
    return top


def _start(options: argparse.Namespace) -> int:
    lesson = workspace.find_lesson(options.lesson or FIRST).name
    port = lab.free_port(options.port)  # before a set-up of minutes, not after it
    python = setup.ready_python()
    for line in workspace.refresh():
        print(line)
    return lab.open_lab(python, lesson, port, not options.no_browser)


def _setup(options: argparse.Namespace) -> int:
    setup.ready_python()
    for line in workspace.refresh():
        print(line)
    print("Everything is here. The lessons are in the folder workspace.")
    return 0


def _test(options: argparse.Namespace) -> int:
    extras = suite.extras_for(options.parts)
    if setup.has_packages_here(extras):  # conda may lack those of `BESIDE`: their tests then skip
        python = Path(sys.executable)
    else:
        python = setup.ready_python((*extras, *suite.BESIDE))
    return suite.run_parts(python, options.parts, options.handed_on)


def _check(options: argparse.Namespace) -> int:
    if setup.has_packages_here() or not setup.is_ready():
        from course_utils.desk.check import print_report

        return print_report()
    return _in(setup.ready_python(), ["check"])


def _run(options: argparse.Namespace) -> int:
    python = setup.ready_python()
    if not setup.has_packages_here():
        return _in(python, ["run", *options.notebooks])
    from course_utils.desk.execute import run_notebooks

    return run_notebooks(options.notebooks)


def _reset(options: argparse.Namespace) -> int:
    print(workspace.reset(options.lesson))
    return 0


def _copies(options: argparse.Namespace) -> int:
    out = output_folder.chosen_folder(options.out, options.command)
    workspace.chosen_lessons(options.lessons)  # both before a set-up of minutes, not after it
    extras = ("handout",) if options.command == "handout" else ()
    python = setup.ready_python(extras)
    if not setup.has_packages_here(extras):
        return _in(python, options.given)
    if options.command == "handout":
        from course_utils.command.instructor.handout import make_handout

        return make_handout(out, options.lessons)
    from course_utils.command.instructor.copies import make_copies

    run = options.command == "solved" and not options.no_run
    return make_copies(options.command, out, options.lessons, run)


def _progress(options: argparse.Namespace) -> int:
    from course_utils.desk.progress import show_progress

    if (options.rerun or options.picture) and not setup.has_packages_here():
        return _in(setup.ready_python(), options.given)
    return show_progress(options.folder, options.csv, options.picture, options.rerun)


def _in(python: Path, arguments: Sequence[str]) -> int:
    """Run the same command in the Python that has the packages."""
    command = [str(python), "-m", "course_utils", *arguments]
    return subprocess.call(command, env=child_environment(HERE.root, OMP_NUM_THREADS="1"))


def _file_trouble(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return str(FullDisk())
    name = Path(error.filename).name if error.filename else "a file"
    return (
        f"{name} could not be read or written ({error.strerror}).\n"
        "Check that the folder of the course is yours; then type the same command again."
    )
