"""The check says the same on every machine where all is well, and what is not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from course_utils import check_environment
from course_utils.command.environment import check, requirements
from course_utils.command.environment.report import Line, Report
from course_utils.command.project import ROOT, Project

WELL = check_environment()


@pytest.fixture
def found(monkeypatch):
    """What is installed, by name; alter it in a test."""
    versions = {need.name: need.lowest for need in requirements.needs()}
    monkeypatch.setattr(requirements, "installed", versions.get)
    return versions


def test_where_all_is_well_the_text_names_no_version():
    names = ", ".join(need.name for need in requirements.needs())
    assert WELL
    assert repr(WELL) == f"Everything needed is here: Python, {names}, a computation in PyTorch."


def test_newer_versions_give_the_same_text(found):
    found["torch"], found["jupyterlab"] = found["torch"] + ".7+cpu", "4.99"
    assert repr(check_environment()) == repr(WELL)


@pytest.mark.parametrize(
    ("version", "line"),
    [
        (None, "  anywidget: needed: >=0.9,<0.12 (found: missing)"),
        ("0.8", "  anywidget: outside >=0.9,<0.12 (found: 0.8)"),
    ],
)
def test_what_is_off_is_named_with_the_next_step(found, version, line):
    found["anywidget"] = version
    report = check_environment()
    assert not report
    assert line in repr(report).splitlines()
    assert repr(report).endswith("-m course_utils start")


def test_in_a_kernel_of_somebody_else_a_cell_installs_what_is_missing(found, monkeypatch, tmp_path):
    needs = requirements.needs()
    monkeypatch.setattr(requirements, "needs", lambda: needs)
    monkeypatch.setattr(check, "HERE", Project(tmp_path))
    found["anywidget"] = found["jupyterlab"] = None  # Colab has neither, and shows the lesson
    report = check_environment()
    assert [line.name for line in report.bad] == ["anywidget"]
    assert repr(report).endswith('  %pip install "anywidget>=0.9,<0.12"')


@pytest.mark.parametrize("result", [ZeroDivisionError, "wrong result"])
def test_a_pytorch_that_does_not_work_is_seen(monkeypatch, result):
    def compute(*_):
        if isinstance(result, type):
            raise result
        return torch.tensor(5.0)

    monkeypatch.setattr(torch.Tensor, "__mul__", lambda self, other: self + compute())
    report = check_environment()
    name = getattr(result, "__name__", result)
    assert f"  a computation in PyTorch: does not work (found: {name})" in repr(report)
    assert repr(report).endswith("-m course_utils start")


@pytest.fixture
def switched_back():
    yield
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device("cpu")


@pytest.mark.parametrize(
    ("name", "switch"),
    [
        ("gradients", lambda: torch.set_grad_enabled(False)),
        ("default type", lambda: torch.set_default_dtype(torch.float64)),
        ("default device", lambda: torch.set_default_device("meta")),
    ],
)
def test_what_was_switched_before_the_lesson_is_named_and_how_to_switch_back(
    switched_back, name, switch
):
    switch()
    report = check_environment()
    [line] = report.bad  # PyTorch itself is not accused
    assert line.name == name
    assert report.next_step() == []  # a set-up would not help
    exec(line.advice.rpartition("back: ")[2], {"torch": torch})
    assert check_environment()


@pytest.mark.parametrize("name", ["torch", "numpy"])
def test_a_file_in_the_way_of_a_package_is_named(tmp_path, name):
    path = tmp_path / f"{name}.py"
    path.write_text("", encoding="utf-8")
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]\n"
        "from course_utils import check_environment; print(check_environment())"
    )
    said = subprocess.check_output([sys.executable, "-c", program], encoding="utf-8")
    assert f"in its way: {path.resolve()}" in said
    assert "course_utils start" not in said


def test_files_beside_the_lessons_with_names_of_modules_are_named(tmp_path):
    for name in ("types.py", "torch.py", "helper.py", "torch.txt", "matplotlib/__init__.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", encoding="utf-8")
    lines = check.files_in_the_way(tmp_path)
    assert {(line.name, Path(line.file).name) for line in lines} == {
        ("matplotlib", "matplotlib"),
        ("torch", "torch.py"),
        ("types", "types.py"),
    }
    assert not any(line.is_bad for line in lines)  # `start` opens lessons so that they are not


def test_folders_that_cannot_be_written_are_named(tmp_path):
    (tmp_path / ".cache").write_text("no folder", encoding="utf-8")
    [line] = check.full_report(_like(tmp_path)).bad
    assert line.file == str(tmp_path / ".cache")


def _like(folder):
    """A checkout that asks for what this one asks for."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return Project(folder)


def test_the_command_looks_at_jupyterlab_too_and_ends_with_a_line_to_send(capsys):
    assert check.print_report(Project(ROOT)) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^JupyterLab's start +works +ok$", printed, re.M)
    assert "Everything the lessons need is here." in printed
    assert printed.splitlines()[-1].startswith("ok: ")


def test_the_line_for_the_instructor_names_no_folder():
    bad = Line("torch", "another file", check.RENAME, "/home/somebody/torch.py")
    line = Report((Line("Python", "3.11", "ok"), bad)).for_instructor()
    assert line.startswith("NOT ok: ")
    assert "torch another file (is not the installed one" in line
    assert "/" not in line
