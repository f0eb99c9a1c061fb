"""A checkout of its own, and a pip that installs nothing but what can be listed afterwards."""

import subprocess
from pathlib import Path

from course_utils.command.environment import setup, venv
from course_utils.command.environment.requirements import pins
from course_utils.command.project import Project, UserError

PYPROJECT = """\
[project]
dependencies = ["torch >=90.0,<91", "jupyterlab >=4.5,<5"]
[project.optional-dependencies]
test = ["nbval >=0.11,<0.12"]
handout = ["docutils >=0.22,<0.24"]
"""
PINS = {"torch": "90.0.0", "jupyterlab": "4.6.6", "nbval": "0.11.0", "docutils": "0.23"}
LEARNERS = {"torch": "90.0.0", "jupyterlab": "4.6.6"}


def make_project(folder: Path, **changed: str) -> Project:
    """Write what a set-up reads; no Python has the packages it asks for."""
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    pin(folder, **changed)
    (folder / ".cache").mkdir(exist_ok=True)
    return Project(folder)


def pin(folder: Path, **changed: str) -> None:
    """Write the exact versions, as the next version of the course might."""
    lines = [f"{name}=={version}\n" for name, version in {**PINS, **changed}.items()]
    (folder / "constraints.txt").write_text("".join(lines), encoding="utf-8")


class FakePip:
    """Makes real but empty environments and marks packages as installed in them.

    Attributes:
        commands: What it was asked to run so far.
        fail_at: The number of the command that fails, from 0.
        failure: Is called then; raises.
    """

    def __init__(self, project, fail_at=None, failure=None):
        self.project, self.fail_at, self.failure = project, fail_at, failure or _fail
        self.commands = []

    def __call__(self, command, environment=None):
        self.commands.append([str(word) for word in command])
        if self.fail_at == len(self.commands) - 1:
            self.failure()
        if "venv" in command:
            subprocess.run([*command, "--without-pip"], check=True)
        if "install" in command:
            wanted = [word.partition(">=")[0] for word in command if ">=" in word]
            for name in wanted:
                self._mark(name, pins(self.project)[name][0])

    def _mark(self, name: str, version: str) -> None:
        folder = Path(venv.ask(self.project.venv_python, setup.SITE_PACKAGES))
        for old in folder.glob(f"{name}-*.dist-info/METADATA"):
            old.unlink()
        (folder / f"{name}-{version}.dist-info").mkdir(exist_ok=True)
        metadata = folder / f"{name}-{version}.dist-info" / "METADATA"
        metadata.write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")


def _fail() -> None:
    raise UserError("it failed")
