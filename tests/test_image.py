"""The image that repo2docker makes of this repository, for Binder and for a JupyterHub.

No image is built here. repo2docker plans it (`jupyter-repo2docker --no-build --debug .`), and the
one step of the plan that is ours, `postBuild`, is run.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from course_utils.desk.places import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="images are built on Linux")

CONFIGURATION = ("environment.yml", "postBuild", ".dockerignore")
LEFT_BEHIND = (".venv/bin/python", "workspace/01_define.ipynb", "course_utils/__pycache__/a.pyc")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """What repo2docker reads, and some files of a checkout in use."""
    folder = tmp_path_factory.mktemp("repository")
    for name in CONFIGURATION:
        shutil.copy(ROOT / name, folder)
    for name in ("notebooks/00_start_here.ipynb", *LEFT_BEHIND):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.fixture(scope="module")
def plan(repository):
    """The Dockerfile that repo2docker writes, and what it says of it."""
    pytest.importorskip("repo2docker", reason="jupyter-repo2docker is not installed")
    program = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(repository)]
    run = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run


def lines(text, *words):
    """The lines that begin with one of the words, in order."""
    return [line for line in text.splitlines() if line.startswith(words)]


def test_conda_sets_the_image_up_from_our_file_and_nothing_else_does(plan):
    update = 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"'
    assert plan.stdout.count(update) == 1
    copied = [line.split()[-2] for line in lines(plan.stdout, "COPY")]
    assert [name for name in copied if name.startswith("src/")] == ["src/environment.yml", "src/"]
    assert "pip install" not in plan.stdout


def test_the_python_is_the_one_named_and_inside_the_bounds(plan):
    """Where it finds no version, repo2docker begins with one that is too old for the course."""
    assert "Python version unspecified" not in plan.stderr
    [line] = lines(plan.stderr, "Building conda environment for python=")
    python = line.rpartition("=")[2]
    assert f"  - python ={python}\n" in (ROOT / "environment.yml").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(f"{python}.0")


def test_a_range_of_pythons_would_not_do():
    """The reason why environment.yml names one; when this fails, it may give the range."""
    conda = pytest.importorskip("repo2docker.buildpacks.conda", reason="not installed")
    assert conda.PYTHON_REGEX.match("python =3.13")[1] == "3.13"
    assert conda.PYTHON_REGEX.match("python >=3.11,<3.15") is None


def test_the_package_is_installed_last_and_nothing_is_fetched_at_a_start(plan):
    assert lines(plan.stdout, "RUN")[-2:] == ["RUN chmod +x postBuild", "RUN ./postBuild"]
    assert "R2D_ENTRYPOINT" not in plan.stdout, "a start script"
    assert lines(plan.stdout, "ENTRYPOINT", "CMD") == [
        'ENTRYPOINT ["/usr/local/bin/repo2docker-entrypoint"]',
        'CMD ["jupyter", "notebook", "--ip", "0.0.0.0"]',
    ]


def test_what_belongs_to_one_checkout_stays_out_of_the_image(repository):
    build = pytest.importorskip("docker.utils.build", reason="not installed")
    text = (repository / ".dockerignore").read_text(encoding="utf-8")
    patterns = [line for line in text.splitlines() if not line.startswith("#")]
    copied = build.exclude_paths(str(repository), patterns)
    assert copied >= {"environment.yml", "postBuild", "notebooks/00_start_here.ipynb"}
    assert copied.isdisjoint(LEFT_BEHIND)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which `postBuild` has installed the package, from a copy of the repository."""
    pytest.importorskip("flit_core", reason="flit_core, which packs it, is not installed")
    copy = tmp_path_factory.mktemp("copy") / "repository"
    copy.mkdir()
    for name in ("README.md", "LICENSE", "pyproject.toml", "postBuild"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "course_utils", copy / "course_utils")
    shutil.copytree(ROOT / "notebooks", copy / "notebooks")
    target = copy.parent / "packages"
    _run(["./postBuild"], copy, PIP_TARGET=str(target), PIP_NO_BUILD_ISOLATION="0", PYTHONPATH="")
    shutil.rmtree(copy / "course_utils")  # as under a disk that a JupyterHub lays over it
    return target


def _run(command, folder, **variables):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path, **variables},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_installed_package_is_whole_and_found_where_kernels_start(installed):
    program = (
        "from course_utils.desk import check, needs\n"
        "from course_utils.lessons.train.drawing_pad import DigitPad\n"
        "print(needs.__file__, len(needs.needs()), check.check_environment())"
    )
    said = _run(
        [sys.executable, "-c", program],
        installed.parent / "repository" / "notebooks",
        PYTHONPATH=str(installed),
    )
    assert said.startswith(f"{installed / 'course_utils'}")
    assert " 6 Everything this course needs is here: Python, torch," in said
    sources = (ROOT / "course_utils").rglob("*.*")
    names = {path.relative_to(ROOT) for path in sources if path.suffix in (".py", ".js", ".css")}
    assert {name for name in names if not (installed / name).is_file()} == set()
