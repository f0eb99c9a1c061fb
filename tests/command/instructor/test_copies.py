"""Copies for an instructor: what is emptied, what is filled in."""

import copy
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.command.instructor.copies import live_copy, make_copies, solved_copy
from course_utils.command.instructor.output_folder import RECORD
from course_utils.command.learner import start
from course_utils.command.learner.jupyterlab import lab_command
from course_utils.command.project import ROOT, Project, UserError
from tests.support.exercises import EXERCISES
from tests.support.lessons import (
    PATHS,
    cell_called,
    code_cells,
    every_lesson,
    output_texts,
    read,
    sample,
    tags,
)


def exercise_of(cell):
    return cell.metadata.get("course", {}).get("exercise")


def filled(live, lesson):
    """Fill a live copy: what is to be typed from the lesson, starters from the solutions."""
    live = copy.deepcopy(live)
    for cell, original in zip(live.cells, lesson.cells, strict=True):
        if "live" in tags(cell):
            cell.source = original.source
        elif name := exercise_of(cell):
            cell.source = EXERCISES[name].solution().source
    return live


@every_lesson
def test_a_live_copy_filled_in_is_the_solved_copy(path):
    lesson = read(path)
    live, solved = live_copy(lesson), solved_copy(lesson)
    kinds = [made.metadata.course.pop("copy") for made in (live, solved)]
    assert kinds == ["live", "solved"]
    assert filled(live, lesson) == solved
    assert solved.metadata == lesson.metadata


@every_lesson
def test_a_live_copy_keeps_all_but_what_is_typed_and_shown(path):
    lesson = read(path)
    before = copy.deepcopy(lesson)
    live = live_copy(lesson)
    assert lesson == before
    for cell, original in zip(live.cells, lesson.cells, strict=True):
        assert cell.source == ("" if "live" in tags(cell) else original.source)
        assert cell.metadata == original.metadata
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize(
    "line",
    [
        "from {} import {}",
        "from {} import other, {}, more",
        "from {} import (\n    other,\n    {},\n)",
    ],
)
def test_the_solution_is_that_of_the_exercise_the_lesson_imports(line):
    lesson, name = next(
        (lesson, name)
        for lesson in map(read, PATHS)
        for cell in lesson.cells
        if (name := exercise_of(cell))
    )
    [imports] = [cell for cell in code_cells(lesson) if f" import {name}" in cell.source]
    module = re.search(rf"from (\S+) import {name}", imports.source)[1]
    imports.source = line.format(module, name)
    assert EXERCISES[name].solution().source in [cell.source for cell in solved_copy(lesson).cells]


@pytest.mark.parametrize("line", ["", "from somewhere import other\n\nunknown.check(3)"])
def test_an_exercise_that_the_lesson_does_not_import_is_named(line):
    notebook = sample()
    cell_called("total", notebook).metadata["course"] = {"exercise": "unknown"}
    cell_called("share", notebook).source = line
    with pytest.raises(
        UserError, match="total is for the exercise 'unknown', which the lesson does"
    ):
        solved_copy(notebook)


@pytest.fixture
def project(tmp_path):
    """A small course: the first lesson can be run, a cell of the second fails."""
    (tmp_path / "notebooks").mkdir()
    typed = new_code_cell(
        f"import course_utils\ncourse_utils.__path__ == [{str(ROOT / 'course_utils')!r}]",
        id="typed",
        metadata={"tags": ["live"]},
    )
    good = [new_markdown_cell("Where does the package lie?", id="asks"), typed]
    bad = [new_code_cell("1 / 0", id="zero")]
    for name, cells in {"00_good": good, "01_fails": bad}.items():
        notebook = new_notebook(cells=cells, metadata={"course": {"minutes": 3}})
        nbformat.write(notebook, tmp_path / "notebooks" / f"{name}.ipynb")
    return Project(tmp_path)


@pytest.fixture
def out(tmp_path):
    return str(tmp_path / "out")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_live_writes_all_lessons_or_those_that_are_named(project, out, capsys):
    assert make_copies("live", out, ["good"], project=project) == 0
    assert names(Path(out)) == [RECORD, "00_good.ipynb"]
    assert make_copies("live", out, project=project) == 0
    assert names(Path(out)) == [RECORD, "00_good.ipynb", "01_fails.ipynb"]
    assert read(Path(out) / "00_good.ipynb").cells[1].source == ""
    said = capsys.readouterr().out
    assert said.startswith(f"1 copy in {out}. To open the folder:\n")
    assert f"2 copies in {out}" in said
    assert said.endswith(f"python3 -m course_utils start {out}\n")


def test_start_opens_such_a_folder(project, out, monkeypatch):
    make_copies("live", out, project=project)
    seen = []
    monkeypatch.setattr(start, "ready_python", lambda: "python")
    monkeypatch.setattr(start, "open_lab", lambda *given: seen.append(given) or 0)
    assert start.start(out, 8889, False) == 0
    [(python, name, port, browser, copies)] = seen
    assert (python, name, port, browser) == ("python", "00_good.ipynb", 8889, False)
    assert copies.workspace == Path(out)
    assert f"--ServerApp.root_dir={out}" in lab_command("python", 8889, copies)
    for path in Path(out).glob("*.ipynb"):
        path.unlink()
    with pytest.raises(UserError, match="There is no lesson in out"):
        start.start(out, None, False)


def test_solved_is_run_with_this_package_and_says_so_before(project, out, capsys, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert make_copies("solved", out, ["00"], True, project) == 0
    assert list(output_texts(read(Path(out) / "00_good.ipynb").cells[1])) == ["True"]
    assert capsys.readouterr().out.startswith("All cells are run, solutions included: about")


def test_solved_need_not_be_run(project, out, capsys):
    assert make_copies("solved", out, [], project=project) == 0
    made = [read(path) for path in sorted(Path(out).glob("*.ipynb"))]
    assert [cell.outputs for notebook in made for cell in code_cells(notebook)] == [[], []]
    assert "are run" not in capsys.readouterr().out


def test_a_solved_copy_that_fails_leaves_nothing_behind(project, out):
    with pytest.raises(UserError, match=r"01_fails\.ipynb: cell zero failed: ZeroDivisionError"):
        make_copies("solved", out, ["fails"], True, project)
    assert names(Path(out).parent) == ["notebooks"]


def test_a_copy_that_was_typed_into_is_kept_and_one_that_was_only_run_is_not(project, out):
    make_copies("live", out, project=project)
    mine = read(Path(out) / "00_good.ipynb")
    mine.cells[1].execution_count = 4
    nbformat.write(mine, Path(out) / "00_good.ipynb")
    assert make_copies("solved", out, [], project=project) == 0
    assert read(Path(out) / "00_good.ipynb").metadata.course["copy"] == "solved"
    mine.cells[1].source = "typed in class"
    nbformat.write(mine, Path(out) / "00_good.ipynb")
    with pytest.raises(UserError, match=r"or that were changed since: 00_good\.ipynb\n"):
        make_copies("live", out, project=project)
    assert read(Path(out) / "00_good.ipynb") == mine
