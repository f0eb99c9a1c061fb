"""Running a notebook stores it or leaves it alone, and nobody's own settings take part."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.command.author import execute
from course_utils.command.author.stored_form import deviations
from course_utils.command.project import ROOT, Project


@pytest.fixture
def project(tmp_path):
    (tmp_path / "notebooks").mkdir()
    return Project(tmp_path)


def write(project, name, *cells):
    path = project.notebooks / name
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def test_a_notebook_is_run_in_its_folder_and_stored(project, capsys):
    (project.notebooks / "beside.txt").write_text("beside")
    wrong = new_code_cell("1/0", id="wrong", metadata={"tags": ["raises-exception"]})
    path = write(project, "00_a.ipynb", new_code_cell("print(open('beside.txt').read())"), wrong)
    assert execute.run_notebooks([], project) == 0
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].outputs[0].text == "beside\n"
    assert cells[1].outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert deviations(path.read_text(encoding="utf-8")) == []
    assert capsys.readouterr().out == "00_a.ipynb: stored anew\n"


def test_a_cell_that_fails_is_named_and_the_file_left_alone(project, capsys):
    teaches = new_code_cell("1/0", id="teaches", metadata={"tags": ["raises-exception"]})
    cells = (new_code_cell("undefined", id="mistake"), new_code_cell("later", id="later"))
    path = write(project, "00_a.ipynb", teaches, *cells)
    before = path.read_bytes()
    assert execute.run_notebooks(["00"], project) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(
        "00_a.ipynb: cell mistake failed: NameError: name 'undefined' is not defined\n"
    )
    assert path.read_bytes() == before
    assert [p.name for p in project.notebooks.iterdir()] == ["00_a.ipynb"]


def test_a_kernel_that_dies_is_reported(project, capsys):
    write(project, "00_a.ipynb", new_code_cell("import os; os._exit(1)", id="end"))
    assert execute.run_notebooks([], project) == 1
    assert "00_a.ipynb: cell end failed: the kernel ended" in capsys.readouterr().out


SHOWS = """
import matplotlib.pyplot, sys, torch
print(torch.get_default_dtype(), matplotlib.get_backend(), sys.flags.optimize)
"""


def test_settings_of_the_authors_own_take_no_part(project, tmp_path):
    foreign = tmp_path / "foreign"
    (foreign / "profile_default" / "startup").mkdir(parents=True)
    start_up = "import torch; torch.set_default_dtype(torch.float64); print('mine')"
    (foreign / "profile_default" / "startup" / "a.py").write_text(start_up, encoding="utf-8")
    (foreign / "matplotlibrc").write_text("no.such.key: 1", encoding="utf-8")
    path = write(project, "00_a.ipynb", new_code_cell(SHOWS))
    settings = {
        "HOME": str(tmp_path / "absent" / "home"),
        "IPYTHONDIR": str(foreign),
        "JUPYTER_CONFIG_DIR": str(foreign),
        "JUPYTER_RUNTIME_DIR": "/no/such/folder",
        "MPLBACKEND": "Qt4Agg",
        "MPLCONFIGDIR": str(foreign),
        "MATPLOTLIBRC": str(foreign),
        "PYTHONSTARTUP": str(foreign / "profile_default" / "startup" / "a.py"),
        "PYTHONOPTIMIZE": "2",
    }
    subprocess.run(
        [sys.executable, "-m", "course_utils", "run", str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        check=True,
    )
    [output] = nbformat.read(path, as_version=4).cells[0].outputs
    assert output.text == "torch.float32 module://matplotlib_inline.backend_inline 0\n"
