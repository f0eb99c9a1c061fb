"""Where things lie in the repository."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Places:
    """The folders and files of one checkout; tests make one of their own.

    Example:
        >>> Places(Path("course")).venv.as_posix()
        'course/.venv'
    """

    root: Path = ROOT

    @property
    def venv(self) -> Path:
        """The environment that the set-up makes."""
        return self.root / ".venv"

    @property
    def venv_python(self) -> Path:
        """The environment's Python, whether or not it exists."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def cache(self) -> Path:
        """What may be deleted at any time: the log of the set-up and its lock."""
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
    def project(self) -> Path:
        """The bounds of the versions, and the tools' settings."""
        return self.root / "pyproject.toml"

    @property
    def notebooks(self) -> Path:
        """The lessons as the course gives them out."""
        return self.root / "notebooks"

    @property
    def workspace(self) -> Path:
        """The learner's working copy of the lessons."""
        return self.root / "workspace"


HERE = Places()


def child_environment(root: Path = ROOT, **more: str) -> dict[str, str]:
    """Return the variables for a child process, in which `course_utils` can be imported.

    A notebook's kernel starts in the notebook's folder, from where the package is not in sight.

    Args:
        root: The repository.
        more: Further variables, which win.
    """
    path = os.pathsep.join(p for p in (str(root), os.environ.get("PYTHONPATH", "")) if p)
    fixed = {"PYTHONPATH": path, "PYTHONUTF8": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    return {**os.environ, **fixed, **more}
