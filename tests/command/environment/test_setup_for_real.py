"""A set-up with the real pip, from packages made here, under settings that lead elsewhere."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from course_utils.command.environment import setup, venv
from course_utils.command.environment.variables import child_environment
from course_utils.command.project import ROOT, Project, UserError

PACKAGES = ("torch", "jupyterlab", "ipywidgets", "anywidget", "matplotlib")
FOREIGN = {
    "PIP_TARGET": "elsewhere",
    "PIP_USER": "1",
    "PIP_PREFIX": "elsewhere",
    "PIP_NO_DEPS": "1",
    "PIP_CONSTRAINT": "/no/such/file",
    "PIP_DRY_RUN": "1",
    "PYTHONUSERBASE": "elsewhere",
    "MPLBACKEND": "Qt4Agg",
    "PYTHONSTARTUP": "/no/such/file",
    "https_proxy": "http://127.0.0.1:9",
}


def make_wheel(folder: Path, name: str) -> None:
    info = f"{name}-90.0.0.dist-info"
    files = {
        f"{name}.py": "import os; assert os.environ.get('MPLBACKEND') != 'Qt4Agg'",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 90.0.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-90.0.0-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A checkout whose packages lie in a folder that only the user's pip.conf names."""
    folder, wheels = tmp_path_factory.mktemp("course ×"), tmp_path_factory.mktemp("wheels")
    for name in PACKAGES:
        make_wheel(wheels, name)
    needed = ", ".join(f'"{name} >=90,<91"' for name in PACKAGES)
    (folder / "pyproject.toml").write_text(
        f"[project]\ndependencies = [{needed}]\n"
        '[project.optional-dependencies]\nhandout = ["docutils >=0.22,<0.24"]\n',
        encoding="utf-8",
    )
    pins = "".join(f"{name}==90.0.0\n" for name in PACKAGES)
    (folder / "constraints.txt").write_text(pins, encoding="utf-8")
    (folder / "course_utils").mkdir()
    (folder / "course_utils" / "__init__.py").touch()
    configuration = f"[global]\nuser = true\nno-index = true\nfind-links = {wheels}\n"
    (folder / "pip.conf").write_text(configuration, encoding="utf-8")
    return Project(folder)


@pytest.fixture(scope="module")
def settings(project, tmp_path_factory):
    """Settings of pip and Python that lead elsewhere, and one that leads to the packages."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "torch.py").write_text("raise RuntimeError('in the way')", encoding="utf-8")
    (folder / "sitecustomize.py").write_text("print('hello')", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PIP_")]:
            patch.delenv(name)
        patch.setenv("PIP_CONFIG_FILE", str(project.root / "pip.conf"))
        patch.setenv("PYTHONPATH", str(folder))
        for name, value in FOREIGN.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        yield


@pytest.fixture(scope="module")
def python(project, settings):
    return setup.ready_python((), project)


def test_packages_arrive_whatever_the_users_settings_say(project, python):
    assert python == project.venv_python
    assert dict.fromkeys(PACKAGES, "90.0.0").items() <= venv.packages_in(project).items()
    assert not Path("elsewhere").exists()


def test_packages_that_cannot_be_had_offline_leave_the_environment_ready(project, python):
    with pytest.raises(UserError, match="has no docutils"):
        setup.ready_python(("handout",), project)
    assert setup.ready_python((), project) == python


def test_a_child_finds_the_course_and_none_of_the_users_own_modules(project, python):
    said = run(python, project, "import course_utils, torch; print(course_utils.__file__)")
    assert said.splitlines() == [str(project.root / "course_utils" / "__init__.py")]


def test_the_environment_still_works_after_the_folder_was_renamed(project, python):
    renamed = Project(project.root.with_name("renamed"))
    project.root.rename(renamed.root)
    try:
        assert venv.is_ready((), renamed)
        said = run(renamed.venv_python, renamed, "import course_utils as c; print(c.__file__)")
        assert said.strip() == str(renamed.root / "course_utils" / "__init__.py")
    finally:
        renamed.root.rename(project.root)


def run(python, project, program):
    """What a program prints that is started as the commands start theirs, from the lessons."""
    environment = child_environment(python, project)
    folder = ROOT / "notebooks"
    return subprocess.check_output(
        [str(python), "-c", program], env=environment, cwd=folder, encoding="utf-8"
    )
