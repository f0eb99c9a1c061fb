"""Where things lie in the repository, how files are written, and the errors that users read."""

import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class UserError(Exception):
    """Something the user has to know: what was expected, what came, what to do next.

    The command prints the message without a traceback and ends with a code other than 0.
    """


class Project:
    """The folders and files of one checkout; tests make one of their own.

    Args:
        root: The folder that holds `course_utils` and `notebooks`.
        workspace: The folder that JupyterLab shows; else the learner's copy of the lessons.

    Example:
        >>> Project(Path("course")).venv.as_posix()
        'course/.venv'
    """

    def __init__(self, root: Path = ROOT, workspace: Path | None = None):
        self.root = root
        self.notebooks = root / "notebooks"  # the lessons as the course gives them out
        self.workspace = workspace or root / "workspace"
        self.glossary = root / "docs" / "GLOSSARY.md"  # which `run` writes
        self.constraints = root / "constraints.txt"  # the exact versions
        self.pyproject = root / "pyproject.toml"  # their bounds, and the tools' settings
        self.cache = root / ".cache"  # what may be deleted at any time
        self.log = self.cache / "setup.log"  # what pip said during the last set-up
        self.venv = root / ".venv"
        self.venv_python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.made_here = self.venv / ".course-setup"  # there: the course may replace `venv`
        # The environment before, until the new one is complete. The name is as short as that of
        # `venv`: with a longer one, paths that Windows just allows would be too long to delete.
        self.previous = root / ".prev"


HERE = Project()


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a file so that, whenever the process ends, it is the old one or the new one."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in UTF-8 with `\\n` at the ends of its lines."""
    replace_bytes(path, text.encode())


def read_json(path: Path) -> dict:
    """Read a JSON file; {} where there is none, or what is there cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
