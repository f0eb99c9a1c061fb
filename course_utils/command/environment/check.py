"""Looks whether all is well: the packages, PyTorch itself, and what is in its way."""

import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata, util
from pathlib import Path

from course_utils.command.environment import requirements
from course_utils.command.environment.report import BROKEN, Line, Report
from course_utils.command.environment.variables import child_environment, private_folder
from course_utils.command.project import HERE, Project

BESIDE = "ok with `start`; in the way of lessons that are opened otherwise:"
SWITCH = "was changed; switch back:"
RENAME = "is not the installed one; rename or move the file in its way:"


def check_environment() -> Report:
    """Look at the packages a learner needs, whether PyTorch computes, and what is in its way.

    Example:
        >>> report = check_environment()
        >>> bool(report)
        True
    """
    python = Line("Python", platform.python_version(), "ok")  # the command refuses any other
    alone = not HERE.pyproject.exists()  # installed into somebody else's kernel, as in Colab
    needs = [need for need in requirements.needs() if not (alone and need.name == "jupyterlab")]
    packages = [_package(need) for need in needs]
    in_the_way = [*_loaded_from_elsewhere(packages), *_changed_settings()]
    return Report((python, *packages, *in_the_way, _computation()), alone)


def full_report(project: Project = HERE) -> Report:
    """Look, beyond what `check_environment` does, at JupyterLab and where it writes."""
    folder = _writable(project)
    starts = [] if folder.is_bad else _jupyterlab(project)
    beside = files_in_the_way(project.workspace)
    return Report((*check_environment().lines, *beside, folder, *starts))


def print_report(project: Project = HERE) -> int:
    """Print the table, the verdict, and the line for the instructor; return the exit code."""
    report = full_report(project)
    print(report.table())
    print()
    if report:
        print("Everything the lessons need is here.")
    else:
        print("\n".join(["The lines not marked ok need attention.", *report.next_step()]))
    print("\nIf you ask for help, send this line:")
    print(report.for_instructor())
    return 0 if report else 1


def files_in_the_way(folder: Path) -> list[Line]:
    """Name the files in a folder that a kernel may take for modules which the lessons need."""
    needed = {*sys.modules, *metadata.packages_distributions()}
    found = [path for path in sorted(folder.glob("*")) if _module(path) in needed]
    return [Line(_module(path), "another file", BESIDE, str(path)) for path in found]


def _package(need: requirements.Need) -> Line:
    version = requirements.installed(need.name)
    if version is None:
        return Line(need.name, "missing", f"needed: >={need.lowest},<{need.below}")
    verdict = "ok" if need.allows(version) else f"outside >={need.lowest},<{need.below}"
    return Line(need.name, version, verdict)


def _loaded_from_elsewhere(packages: Iterable[Line]) -> Iterator[Line]:
    """Name the file that is imported in place of an installed package."""
    for package in (*packages, Line("numpy", "", "")):
        spec = util.find_spec(package.name) if package.name.isidentifier() else None
        if spec is None or not spec.origin or requirements.installed(package.name) is None:
            continue
        folder = Path(str(metadata.distribution(package.name).locate_file(""))).resolve()
        found = Path(spec.origin).resolve()
        if not found.is_relative_to(folder):
            yield Line(package.name, "another file", RENAME, str(found))


def _module(path: Path) -> str:
    """Return the name under which a file or folder would be imported; "" if it would not."""
    return path.stem if path.suffix == ".py" or (path / "__init__.py").exists() else ""


def _changed_settings() -> Iterator[Line]:
    """Name what was switched in PyTorch before the lesson, by a start-up file or a cell above."""
    try:
        import torch

        if not torch.is_grad_enabled() or torch.is_inference_mode_enabled():
            yield Line("gradients", "off", f"{SWITCH} torch.set_grad_enabled(True)")
        if (dtype := torch.get_default_dtype()) != torch.float32:
            yield Line("default type", str(dtype), f"{SWITCH} torch.set_default_dtype(torch.float)")
        if (device := torch.get_default_device()).type != "cpu":
            yield Line("default device", str(device), f'{SWITCH} torch.set_default_device("cpu")')
    except Exception:  # `_computation` tells what a broken installation raises
        return


def _computation() -> Line:
    """Let PyTorch add and derive, whatever was switched: a package can be there and not work."""
    name = "a computation in PyTorch"
    try:
        import torch

        with torch.inference_mode(False), torch.enable_grad(), torch.device("cpu"):
            x = torch.tensor(3.0, requires_grad=True)
            (x * x).backward()
            worked = x.grad is not None and x.grad.item() == 6.0
    except Exception as error:  # whatever a broken installation may raise
        return Line(name, type(error).__name__, BROKEN)
    return Line(name, "works" if worked else "wrong result", "ok" if worked else BROKEN)


def _writable(project: Project) -> Line:
    """Try the folders that Jupyter and the lessons write into."""
    for folder in (project.root, project.cache, private_folder(project)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            closed = "copy the course to a folder that is yours; no file can be written in"
            return Line("the course's folder", str(error.strerror), closed, str(folder))
    return Line("the course's folder", "can be written", "ok")


def _jupyterlab(project: Project) -> Iterator[Line]:
    """Start JupyterLab as `start` does, but only to have it say its version."""
    if requirements.installed("jupyterlab") is None:
        return
    command = [sys.executable, "-m", "jupyterlab", "--version"]
    environment = child_environment(Path(sys.executable), project)
    run = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )
    if run.returncode == 0:
        yield Line("JupyterLab's start", "works", "ok")
        return
    last = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
    without_folders = re.sub(r"\S*[/\\]\S*", "…", last)[-80:]
    yield Line("JupyterLab's start", without_folders, BROKEN)
