"""Sets up: makes the environment `.venv`, or finds that none is needed.

What works is never given up before its replacement is complete (see `venv`). Packages for tests or
for handouts are added in place.
"""

import os
import sys
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from course_utils.command.environment import obstacles, venv
from course_utils.command.environment.pip import (
    Runner,
    pip_environment,
    plain_environment,
    run_logged,
)
from course_utils.command.environment.requirements import needs, pins, unmet
from course_utils.command.project import HERE, Project, UserError, replace_text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
TRIAL = "import torch, jupyterlab, ipywidgets, anywidget, matplotlib, course_utils"
SITE_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"


def ready_python(extras: Sequence[str] = (), project: Project = HERE) -> Path:
    """Return the Python that has what the course needs, after a set-up if there is none yet.

    Where the running Python has it (a conda environment, an environment of one's own), nothing
    is made. Otherwise `.venv` is used, and first made, replaced or added to.

    Args:
        extras: Optional sets of packages in pyproject.toml: what is needed beyond a learner's.

    Raises:
        UserError: The set-up failed. What worked before it still works.
    """
    obstacles.check_path(project.root)
    if python := find_python(extras, project):
        return python
    try:
        with only_one(project.cache / "setup.lock") as held:
            venv.put_back(project)
            if not venv.is_ready(extras, project):
                set_up(extras, project, partial(run_logged, log=project.log, keep=held))
    except OSError as error:
        raise obstacles.explain(str(error)) from error
    return project.venv_python


def find_python(extras: Sequence[str] = (), project: Project = HERE) -> Path | None:
    """Return the Python that has what is needed, the running one or that of `.venv`, or None."""
    if has_packages_here(extras, project):
        return Path(sys.executable)
    return project.venv_python if venv.is_ready(extras, project) else None


def has_packages_here(extras: Sequence[str] = (), project: Project = HERE) -> bool:
    """Tell whether the running Python will do; if it is the course's `.venv`, it must be whole."""
    if project.made_here.exists() and Path(sys.prefix).samefile(project.venv):
        return venv.is_ready(extras, project)
    return not unmet(needs(extras, project))


def set_up(extras: Sequence[str], project: Project, run: Runner) -> None:
    """Add what is missing to a complete environment, or make a new one."""
    project.log.unlink(missing_ok=True)
    if project.made_here.exists() and venv.is_ready((), project):
        print("Adding packages to .venv.")
        install(extras, project, run)
        venv.mark_complete(project)
        return
    try:
        make_new(extras, project, run)
    except UserError as error:
        if not venv.is_ready(extras, project, exactly=False):
            raise
        print(f"{error}\nUntil then, the course goes on with the packages that are here.")


def make_new(extras: Sequence[str], project: Project, run: Runner) -> None:
    """Make `.venv` anew; whatever happens, what was complete before is there afterwards."""
    obstacles.check_system(project.root)
    small_torch = small_torch_offered()
    update = bool(venv.packages_in(project))
    venv.set_aside(project)
    announce(update, small_torch)
    try:
        make_venv(project, run)
        install(extras, project, run, small_torch)
        venv.mark_complete(project)
    finally:
        venv.put_back(project)
    print("Set-up done.")


def make_venv(project: Project, run: Runner) -> None:
    """Make an empty environment, marked as ours from its first moment."""
    project.venv.mkdir()
    replace_text(project.made_here, "The course made this folder and may replace it.\n")
    python = getattr(sys, "_base_executable", sys.executable)
    run([python, "-m", "venv", str(project.venv)], environment=plain_environment())


def install(
    extras: Sequence[str], project: Project, run: Runner, small_torch: bool = False
) -> None:
    """Install the packages, tell Python where the course is, and see that all can be imported."""
    python = project.venv_python
    run = partial(run, environment=pip_environment(python))
    pip = [str(python), "-m", "pip", "install", "--no-input", "--progress-bar=off", "--retries=3"]
    if small_torch:
        torch = f"torch=={pins(project)['torch'][-1]}"
        try:
            run([*pip, "--no-deps", "--index-url", CPU_INDEX, torch])
        except UserError:
            print("  PyTorch's own index gave no small build; taking the usual one")
    wanted = [str(need) for need in needs(extras, project)]
    run([*pip, "--constraint", str(project.constraints), *wanted])
    tell_where_the_course_is(project)
    run([str(python), "-c", TRIAL])


def tell_where_the_course_is(project: Project) -> None:
    """Let `.venv` find `course_utils`, whoever starts it, also after the folder was moved."""
    folder = Path(venv.ask(project.venv_python, SITE_PACKAGES))
    path = os.path.relpath(project.root, folder)  # dots alone: there is no letter to be misread
    replace_text(folder / "nn-course.pth", path + "\n")


def announce(update: bool, small_torch: bool) -> None:
    """Say what will be done and how large the download is, before anything is done."""
    if update:
        print("The course asks for other versions than .venv has; making a new one beside it.")
        return
    size = "about 0.4 GB"
    if sys.platform == "linux" and not small_torch:
        size += " (up to 3 GB if only PyTorch's build for graphics cards can be had)"
    print(
        "First set-up: Python packages go into the folder .venv of this course, nowhere else.\n"
        f"The download is {size} and takes some minutes.\n"
        "You may stop it with Ctrl-C and start again at any time. After it, the course needs no "
        "network."
    )


def small_torch_offered(url: str = CPU_INDEX + "/torch/", seconds: float = 4) -> bool:
    """Tell whether PyTorch's index of CPU builds, which are 2 GB smaller, answers in time.

    Only Linux is asked: elsewhere the usual index holds the CPU build.
    """
    if sys.platform != "linux":
        return False
    try:
        with urllib.request.urlopen(url, timeout=seconds) as reply:
            return reply.status == 200
    except (OSError, ValueError):
        return False


@contextmanager
def only_one(path: Path) -> Generator[Sequence[int]]:
    """Hold a lock file, which the system frees when its last holder ends; yield what holds it.

    pip inherits it: one that outlives a killed set-up keeps the next from writing beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(
                "Another set-up is at work in this folder.\n"
                "Wait until it ends, then type the same command again."
            ) from None
        yield () if sys.platform == "win32" else (file.fileno(),)
