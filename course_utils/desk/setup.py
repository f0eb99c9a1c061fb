"""Makes the environment `.venv`, or finds that none is needed; resumes what was interrupted."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from course_utils.desk import needs, system
from course_utils.desk.files import read_json, replace_text
from course_utils.desk.lock import only_one
from course_utils.desk.pip import CHANGES_BEGIN, Runner, run_logged
from course_utils.desk.places import HERE, Places
from course_utils.desk.trouble import FullDisk, NoNetwork, Trouble

MADE_HERE = ".course-setup"  # in `.venv`, from its first moment: this folder is ours to replace
READY = ".course-ready.json"  # in `.venv`, written last: what it was made for
EXTRAS = ("test", "browser", "image", "hub", "handout", "benchmark")
IMPORTS = "import torch, jupyterlab, ipywidgets, anywidget, matplotlib, course_utils"


def ready_python(extras: Sequence[str] = (), places: Places = HERE) -> Path:
    """Return the Python that has what the course needs, after a set-up if there is none yet.

    Where the running Python has it (a conda environment, an environment of one's own), nothing
    is made. Otherwise `.venv` is used, and first made, updated or repaired.

    Args:
        extras: Of `EXTRAS`: what is needed beyond a learner's packages.
        places: The checkout.

    Raises:
        Trouble: The set-up failed. What it left is not used; the next call begins again.
    """
    if has_packages_here(extras, places):
        return Path(sys.executable)
    if is_ready(extras, places):
        return places.venv_python
    try:
        with only_one(places.cache / "setup.lock") as lock:
            if not is_ready(extras, places):  # else: made while we waited
                set_up(extras, places, _inheriting(lock.fileno()))
    except FullDisk:
        _give_back(places)
        raise
    except OSError as error:
        raise _disk_trouble(error, places) from error
    return places.venv_python


def has_packages_here(extras: Sequence[str] = (), places: Places = HERE) -> bool:
    """Tell whether the running Python will do; if it is the course's `.venv`, it must be whole."""
    if _is_inside(places):
        return is_ready(extras, places)
    return not needs.unmet(needs.needs(extras, places))


def is_ready(extras: Sequence[str] = (), places: Places = HERE) -> bool:
    """Tell whether `.venv` was made, to its end, for what is now asked for; imports nothing."""
    if not places.venv_python.exists():
        return False
    if not (places.venv / MADE_HERE).exists():  # the learner's own
        return not needs.unmet(needs.needs(extras, places), _installed_in(places.venv_python))
    done = read_json(places.venv / READY)
    return (
        done.get("asked") == fingerprint(places)
        and set(extras) <= set(done.get("extras", []))
        and done.get("python") == python_version(places.venv_python)
    )


def set_up(extras: Sequence[str], places: Places, run: Runner = run_logged) -> None:
    """Make or update `.venv` with the exact versions of `constraints.txt`; takes no lock.

    The file `READY` goes first and comes last, so an environment without it is never used. One
    that a killed set-up left behind is made anew: pip may have left a package half written and
    take it for whole. (What was downloaded stays in pip's cache.)

    Args:
        extras: Of `EXTRAS`; those of an earlier set-up stay.
        places: The checkout.
        run: Runs a command and logs it; raises `Trouble` when it fails.
    """
    system.check_system()
    done = read_json(places.venv / READY)
    extras = sorted({*extras, *done.get("extras", [])})
    update = bool(done) and python_version(places.venv_python) == done.get("python")
    small_torch = system.small_torch_offered()
    system.announce(update, small_torch)
    places.log.unlink(missing_ok=True)
    if not update:
        make_venv(places, run)
    (places.venv / READY).unlink(missing_ok=True)
    try:
        install(extras, places, run, small_torch)
    except NoNetwork:
        if not update or not _as_it_was(done, extras, places):
            raise
        print("The update could not be downloaded; going on with the packages that are here.")
        return
    version = python_version(places.venv_python)
    stamp = {"asked": fingerprint(places), "extras": extras, "python": version}
    replace_text(places.venv / READY, json.dumps(stamp))
    print("Set-up done.")


def install(extras: Sequence[str], places: Places, run: Runner, small_torch: bool) -> None:
    """Install the packages, then the course's own, then see that they can be imported."""
    python = str(places.venv_python)
    pip = [python, "-m", "pip", "install", "--no-input", "--progress-bar=off", "--retries=3"]
    pinned = [*pip, "--constraint", str(places.constraints)]
    run([*pinned, "flit_core"], places.log)
    if small_torch:
        torch = f"torch=={needs.pins(places)['torch']}"
        try:
            run([*pip, "--no-deps", "--index-url", system.CPU_INDEX, torch], places.log)
        except FullDisk:
            raise
        except Trouble:
            print("  PyTorch's own index gave no small build; taking the usual one")
    wanted = [str(need).replace(" ", "") for need in needs.needs(extras, places)]
    run([*pinned, *wanted], places.log)
    here = ["--no-build-isolation", "--no-deps", "--editable", str(places.root)]
    run([*pip, *here], places.log)
    run([python, "-c", IMPORTS], places.log)


def make_venv(places: Places, run: Runner) -> None:
    """Make an empty `.venv`, in place of one that an earlier set-up left unfinished."""
    if places.venv.exists() and any(places.venv.iterdir()):
        if not (places.venv / MADE_HERE).exists():
            raise Trouble(
                "The folder .venv is here, was not made by this course, and lacks packages.\n"
                "Rename or delete it, or activate it and install the course there "
                "(pip install -c constraints.txt -e .); then type the same command again."
            )
        print("An environment that is unfinished or does not start is made anew.")
        _empty(places.venv, but=MADE_HERE)
    system.check_room(places.root)
    places.venv.mkdir(exist_ok=True)
    (places.venv / MADE_HERE).write_text("The course made this folder and may replace it.\n")
    python = getattr(sys, "_base_executable", sys.executable)
    run([python, "-m", "venv", str(places.venv)], places.log)


def fingerprint(places: Places = HERE) -> str:
    """Return a hash of all that decides what is installed: the pins and the dependency sets."""
    asked = [str(need) for need in needs.needs(EXTRAS, places)]
    text = "\n".join([*asked, places.constraints.read_text(encoding="utf-8")])
    return hashlib.sha256(text.encode()).hexdigest()


def python_version(python: Path) -> str:
    """Return the version that an environment's Python reports, or "" if it does not start."""
    return _ask(python, "import sys; print('%d.%d' % sys.version_info[:2])")


def _installed_in(python: Path) -> Callable[[str], str | None]:
    """Return a function from a package's name to its version in another Python, or None."""
    program = (
        "from importlib import metadata; import json\n"
        "print(json.dumps({d.name: d.version for d in metadata.distributions()}))"
    )
    found = {_plain(k): v for k, v in json.loads(_ask(python, program) or "{}").items()}
    return lambda name: found.get(_plain(name))


def _ask(python: Path, program: str) -> str:
    command = [str(python), "-c", program]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _as_it_was(done: dict, extras: Sequence[str], places: Places) -> bool:
    """Take an update back that changed nothing; tell whether the packages will still do."""
    log = places.log.read_text(encoding="utf-8", errors="replace") if places.log.exists() else ""
    if CHANGES_BEGIN in log:
        return False
    replace_text(places.venv / READY, json.dumps(done))
    return not needs.unmet(needs.needs(extras, places), _installed_in(places.venv_python))


def _is_inside(places: Places) -> bool:
    """Tell whether the running Python is the `.venv` that the course makes."""
    return (places.venv / MADE_HERE).exists() and Path(sys.prefix).samefile(places.venv)


def _empty(folder: Path, but: str) -> None:
    """Delete all but the marker, which goes on saying whose folder this is."""
    for entry in folder.iterdir():
        if entry.name == but:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _give_back(places: Places) -> None:
    """Free what a failed set-up took of a full disk."""
    if (places.venv / MADE_HERE).exists():
        shutil.rmtree(places.venv, ignore_errors=True)


def _inheriting(lock: int) -> Runner:
    """A runner whose children hold the lock too: a pip that outlives us keeps others out."""
    keep = () if os.name == "nt" else (lock,)
    return lambda command, log: run_logged(command, log, keep)


def _disk_trouble(error: OSError, places: Places) -> Trouble:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        _give_back(places)
        return FullDisk()
    return Trouble(
        f"The folder of the course cannot be written ({error.strerror}).\n"
        "Close what uses it, or copy the course to a folder that is yours; then type the same "
        "command again."
    )
