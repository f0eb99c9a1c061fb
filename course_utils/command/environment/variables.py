"""The variables of child processes: no settings of the user's own reach a lesson.

Python, Jupyter, IPython and matplotlib get folders of the course, so neither a start-up file nor
an old configuration nor a home that cannot be written decides what a lesson shows.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path

from course_utils.command.project import HERE, Project, read_json, replace_text

SETTINGS = ("PYTHON", "JUPYTER", "IPYTHON", "MPL", "MATPLOTLIB")
# Where the packages were installed by somebody else, these may be what makes them found.
SEARCH = ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE")


def child_environment(
    python: Path | None = None, project: Project = HERE, **more: str
) -> dict[str, str]:
    """Return the variables for a child process, in which `course_utils` can be imported.

    The folders that they name are made.

    Args:
        python: The Python that the child runs; else the running one.
        more: Further variables, which win.
    """
    return {
        **without(*SETTINGS),
        **_search_path(python, project),
        "PYTHONSAFEPATH": "1",  # no `types.py` beside a notebook stops its kernel
        "PYTHONUTF8": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(project.cache / "matplotlib"),
        "IPYTHONDIR": str(_ipython_folder(project)),
        "JUPYTER_CONFIG_DIR": str(project.cache / "jupyter" / "config"),
        "JUPYTER_DATA_DIR": str(project.cache / "jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(private_folder(project)),
        "JUPYTER_PREFER_ENV_PATH": "1",
        **more,
    }


def _search_path(python: Path | None, project: Project) -> dict[str, str]:
    """In the environment made here nothing is needed: it knows where `course_utils` lies."""
    if python == project.venv_python and project.made_here.exists():
        return {"PYTHONNOUSERSITE": "1"}
    kept = {name: os.environ[name] for name in SEARCH if name in os.environ}
    found = [str(project.root), kept.get("PYTHONPATH", "")]
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in found if path)}


def _ipython_folder(project: Project) -> Path:
    """Make the folder, with settings for kernels.

    Files beside a notebook can be imported, after all else. No history is kept: of kernels that
    start at once, one would complain of the other's in a cell.
    """
    folder = project.cache / "ipython"
    (folder / "profile_default").mkdir(parents=True, exist_ok=True)
    configuration = folder / "profile_default" / "ipython_config.json"
    settings = {
        "InteractiveShellApp": {"exec_lines": ["import sys; sys.path.append('')"]},
        "HistoryManager": {"enabled": False},
    }
    if read_json(configuration) != settings:
        replace_text(configuration, json.dumps(settings))
    return folder


def without(*beginnings: str) -> dict[str, str]:
    """Return this process's variables but those whose names begin so."""
    return {k: v for k, v in os.environ.items() if not k.upper().startswith(beginnings)}


def private_folder(project: Project = HERE) -> Path:
    """Return a folder for files that nobody else may read, as Jupyter insists.

    It is the course's own, except on drives that keep no permissions (Windows' drives in WSL,
    memory sticks): there it is one among the temporary files, always the same.
    """
    name = hashlib.sha256(str(project.root).encode(errors="replace")).hexdigest()[:12]
    own = project.cache / "jupyter" / "runtime"
    places = (own, Path(tempfile.gettempdir()) / f"nn-course-{name}")
    return next((place for place in places if _keeps_secrets(place)), own)


def _keeps_secrets(folder: Path) -> bool:
    """Make the folder; tell whether it is ours, and a file in it can be closed to others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, trial = tempfile.mkstemp(dir=folder)
        os.close(number)
        mode, owner = os.stat(trial).st_mode, folder.stat().st_uid
        os.unlink(trial)
    except OSError:
        return False
    return os.name == "nt" or (mode & 0o077 == 0 and owner == os.getuid())
