"""Where things lie in the repository, how files are written, and the errors that users read."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class UserError(Exception):
    """Something the user has to know: what was expected, what came, what to do next.

    The command prints the message without a traceback and ends with a code other than 0.
    """


@dataclass(frozen=True)
class Project:
    """The folders and files of one checkout; tests make one of their own.

    Example:
        >>> Project(Path("course")).venv.as_posix()
        'course/.venv'
    """

    root: Path = ROOT

    @property
    def venv(self) -> Path:
        """The environment that the set-up makes."""
        return self.root / ".venv"

    @property
    def previous(self) -> Path:
        """The environment before, until the new one is complete.

        The name is as short as that of `venv`: with a longer one, paths inside that Windows just
        allows would be too long to be deleted.
        """
        return self.root / ".prev"

    @property
    def venv_python(self) -> Path:
        """The environment's Python, whether or not it exists."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def made_here(self) -> Path:
        """In `venv` from its first moment: the course made this folder and may replace it."""
        return self.venv / ".course-setup"

    @property
    def cache(self) -> Path:
        """What may be deleted at any time: the log of the set-up, and what Jupyter writes."""
        return self.root / ".cache"

    @property
    def log(self) -> Path:
        """What pip said during the last set-up."""
        return self.cache / "setup.log"

    @property
    def constraints(self) -> Path:
        """The exact versions."""
        return self.root / "constraints.txt"

    @property
    def pyproject(self) -> Path:
        """The bounds of the versions, and the tools' settings."""
        return self.root / "pyproject.toml"

    @property
    def notebooks(self) -> Path:
        """The lessons as the course gives them out."""
        return self.root / "notebooks"

    @property
    def glossary(self) -> Path:
        """The page of all terms, which `run` writes."""
        return self.root / "docs" / "GLOSSARY.md"

    @property
    def workspace(self) -> Path:
        """The learner's working copy of the lessons."""
        return self.root / "workspace"


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
