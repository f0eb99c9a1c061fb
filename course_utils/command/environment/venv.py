"""The environment `.venv` on the disk: whether it is complete, and what it has.

An environment for other versions is set aside as `.prev` until the new one is complete, and put
back if that fails. After a set-up that was killed, the next one begins by putting it back.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from course_utils.command.environment.requirements import agrees, needs, pins, plain, unmet
from course_utils.command.project import HERE, Project, UserError, read_json, replace_text

COMPLETE = ".course-ready.json"  # in `.venv`, written last: its Python and its packages
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
PACKAGES = (
    "from importlib import metadata; import json\n"
    "print(json.dumps({d.name: d.version for d in metadata.distributions() if d.name}))"
)


def is_ready(extras: Sequence[str] = (), project: Project = HERE, exactly: bool = True) -> bool:
    """Tell whether `.venv` is complete, starts, and has what is asked for.

    Args:
        extras: Optional sets of packages in pyproject.toml: what is needed beyond a learner's.
        exactly: Whether the versions must be those of `constraints.txt`; else, inside the bounds.
            An environment of the user's own need only be inside the bounds.
    """
    packages = packages_in(project)
    if not packages or unmet(needs(extras, project), packages.get):
        return False
    return not exactly or not project.made_here.exists() or agrees(packages, pins(project))


def packages_in(project: Project) -> dict[str, str]:
    """Return the packages of a complete `.venv` that starts, by plain name; else {}."""
    if not project.made_here.exists():  # the user's own
        return _list_packages(project)
    done = read_json(project.venv / COMPLETE)
    starts = done and ask(project.venv_python, VERSION) == done.get("python")
    return done.get("packages", {}) if starts else {}


def mark_complete(project: Project) -> None:
    """Record what is installed, which makes the environment count as complete."""
    version = ask(project.venv_python, VERSION)
    done = {"python": version, "packages": _list_packages(project)}
    replace_text(project.venv / COMPLETE, json.dumps(done, indent=1))


def set_aside(project: Project) -> None:
    """Make way for a new environment: keep a complete one, delete one left unfinished.

    Raises:
        UserError: The folder was not made by the course; it stays.
    """
    if not project.venv.exists():
        return
    if not project.made_here.exists() and any(project.venv.iterdir()):
        raise UserError(
            "The folder .venv is here, was not made by this course, and lacks packages.\n"
            "Rename or delete it, or activate it and install the course there "
            "(pip install -c constraints.txt -e .); then type the same command again."
        )
    if (project.venv / COMPLETE).exists():
        project.venv.rename(project.previous)
    else:
        shutil.rmtree(project.venv)


def put_back(project: Project) -> None:
    """Bring back the environment that was set aside, unless its replacement is complete."""
    if not project.previous.exists():
        return
    if (project.venv / COMPLETE).exists():
        shutil.rmtree(project.previous, ignore_errors=True)
        return
    if project.venv.exists():
        shutil.rmtree(project.venv)
    project.previous.rename(project.venv)


def ask(python: Path, program: str) -> str:
    """Return the last line that a program prints in another Python; "" if that does not start.

    Nothing of the user's own takes part (`-I`), and what else is printed at a start is passed by.
    """
    command = [str(python), "-I", "-X", "utf8", "-c", program]
    try:
        answer = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (answer.stdout.splitlines() or [""])[-1].strip()


def _list_packages(project: Project) -> dict[str, str]:
    listed = json.loads(ask(project.venv_python, PACKAGES) or "{}")
    return {plain(name): version for name, version in listed.items()}
