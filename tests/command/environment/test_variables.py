"""No settings of the user's own reach a child process, and its folders can be written."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course_utils.command.environment.variables import child_environment, private_folder
from course_utils.command.project import Project

FOREIGN = {
    "PYTHONPATH": "elsewhere",
    "PYTHONSTARTUP": "start.py",
    "PYTHONHOME": "elsewhere",
    "PYTHONOPTIMIZE": "2",
    "JUPYTER_CONFIG_PATH": "elsewhere",
    "JUPYTER_PATH": "elsewhere",
    "JUPYTER_NO_CONFIG": "1",
    "JUPYTERLAB_SETTINGS_DIR": "elsewhere",
    "IPYTHONDIR": "elsewhere",
    "MPLBACKEND": "Qt4Agg",
    "MATPLOTLIBRC": "elsewhere",
}


@pytest.fixture
def foreign(monkeypatch):
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHROMIUM", "/a/browser")


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_in_the_environment_made_here_no_foreign_setting_is_left(foreign, project):
    project.venv.mkdir()
    project.made_here.touch()
    found = child_environment(project.venv_python, project)
    for name, value in FOREIGN.items():
        assert found.get(name) != value, name
    assert "PYTHONPATH" not in found
    assert found["CHROMIUM"] == "/a/browser"


def test_where_somebody_else_installed_the_packages_they_are_still_found(foreign, project):
    found = child_environment(Path(sys.executable), project)
    assert found["PYTHONPATH"].split(os.pathsep) == [str(project.root), "elsewhere"]
    assert found["PYTHONHOME"] == "elsewhere"
    assert "PYTHONSTARTUP" not in found


def test_every_folder_is_the_courses_own(project):
    found = child_environment(None, project)
    names = ("IPYTHONDIR", "MPLCONFIGDIR", *(f"JUPYTER_{x}_DIR" for x in ("CONFIG", "DATA")))
    assert all(Path(found[name]).is_relative_to(project.cache) for name in names)
    assert Path(found["JUPYTER_RUNTIME_DIR"]) == private_folder(project)
    assert child_environment(None, project, MPLBACKEND="mine")["MPLBACKEND"] == "mine"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions another way")
def test_where_a_drive_keeps_no_permissions_the_private_files_lie_elsewhere(
    project, tmp_path, monkeypatch
):
    own = private_folder(project)
    assert own.is_relative_to(project.cache)
    assert own.stat().st_mode & 0o077 == 0
    make_file = tempfile.mkstemp

    def make_open_file(dir):
        number, path = make_file(dir=dir)
        if dir == own:
            os.chmod(path, 0o777)
        return number, path

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.mkstemp", make_open_file)
    elsewhere = private_folder(project)
    assert elsewhere.parent == tmp_path / "temporary"
    assert elsewhere == private_folder(project)
    assert elsewhere != private_folder(Project(tmp_path / "another"))


ASK = "print(get_ipython().history_manager.enabled, '' in __import__('sys').path)"


def test_a_kernel_keeps_no_history_that_another_could_trip_over(project):
    asked = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", ASK],
        env=child_environment(None, project),
        capture_output=True,
        encoding="utf-8",
    )
    assert asked.stdout.split()[-2:] == ["False", "True"], asked.stderr
    assert not list(Path(project.cache).rglob("history.sqlite*"))
