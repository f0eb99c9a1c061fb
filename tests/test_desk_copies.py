"""Copies for an instructor: what is emptied, what is filled in, and that no file is ever lost."""

import copy
import json

import nbformat
import pytest
from exercises import EXERCISES
from lessons import cell_called, code_cells, every_lesson, read, sample, tags
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.command import cli
from course_utils.command.project import ROOT
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.desk import generated
from course_utils.desk.copies import live_copy, make_live, make_solved, solved_copy
from course_utils.desk.generated import RECORD, check_folder, write_files

HERE = str(ROOT / "course_utils")


def filled(live, lesson):
    """Fill a live copy: what is to be typed from the lesson, starters from the solutions."""
    live = copy.deepcopy(live)
    for cell, original in zip(live.cells, lesson.cells, strict=True):
        name = cell.metadata.get("course", {}).get("exercise")
        if "live" in tags(cell):
            cell.source = original.source
        elif name:
            cell.source = EXERCISES[name].solution().source
    return live


@every_lesson
def test_a_live_copy_filled_in_is_the_solved_copy(path):
    lesson = read(path)
    live, solved = live_copy(lesson), solved_copy(lesson)
    assert (live.metadata.course.pop("copy"), solved.metadata.course.pop("copy")) == (
        "live",
        "solved",
    )
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


def test_an_exercise_without_a_solution_is_named():
    notebook = sample()
    cell_called("total", notebook).metadata["course"] = {"exercise": "unknown"}
    with pytest.raises(Trouble, match="Cell total is for the exercise 'unknown', which has no"):
        solved_copy(notebook)


@pytest.fixture
def places(tmp_path):
    """A small course: lesson 00 can be run, a cell of lesson 01 fails."""
    (tmp_path / "notebooks").mkdir()
    starter = new_code_cell("def mean_ink(images):\n    return ...", id="ink")
    starter.metadata.update(tags=["exercise"], course={"exercise": "ink"})
    asks = new_markdown_cell("What does it take?", id="asks")
    typed = new_code_cell(
        f"import course_utils\nmean_ink.__code__.co_varnames, course_utils.__path__ == [{HERE!r}]",
        id="typed",
        metadata={"tags": ["live"]},
    )
    good, bad = [asks, starter, typed], [new_code_cell("1 / 0", id="zero")]
    for name, cells in {"00_ink": good, "01_fails": bad}.items():
        notebook = new_notebook(cells=cells, metadata={"course": {"minutes": 3}})
        nbformat.write(notebook, tmp_path / "notebooks" / f"{name}.ipynb")
    return Places(tmp_path)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_live_writes_all_lessons_or_those_that_are_named(places, out, capsys):
    assert make_live(out, ["ink"], places) == 0
    assert names(out) == [RECORD, "00_ink.ipynb"]
    assert make_live(out, [], places) == 0
    assert names(out) == [RECORD, "00_ink.ipynb", "01_fails.ipynb"]
    assert read(out / "00_ink.ipynb").cells[2].source == ""
    assert capsys.readouterr().out == f"1 copy in {out}\n2 copies in {out}\n"


def test_solved_is_run_with_this_package_and_says_so_before(places, out, capsys, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert make_solved(out, ["00"], places=places) == 0
    cells = read(out / "00_ink.ipynb").cells
    assert cells[1].source == EXERCISES["ink"].solution().source
    assert cells[2].outputs[0].data["text/plain"] == "(('images',), True)"
    assert capsys.readouterr().out.startswith("All cells are run, solutions included: about")


def test_solved_need_not_be_run(places, out, capsys):
    assert make_solved(out, [], run=False, places=places) == 0
    assert [cell.outputs for path in out.glob("*.ipynb") for cell in code_cells(read(path))] == [
        [],
        [],
        [],
    ]
    assert "are run" not in capsys.readouterr().out


def test_a_solved_copy_that_fails_leaves_nothing_behind(places, out):
    with pytest.raises(Trouble, match=r"01_fails\.ipynb: cell zero failed: ZeroDivisionError"):
        make_solved(out, ["fails"], places=places)
    assert not out.exists()


# Folders: ours are written anew, nobody else's file is touched.


def test_copies_nobody_changed_are_replaced_and_run_ones_too(places, out):
    make_live(out, [], places)
    ran = read(out / "00_ink.ipynb")
    ran.cells[1].execution_count = 4
    nbformat.write(ran, out / "00_ink.ipynb")
    assert make_solved(out, [], run=False, places=places) == 0
    assert read(out / "00_ink.ipynb").metadata.course["copy"] == "solved"


def test_a_copy_that_was_typed_into_is_kept(places, out):
    make_live(out, [], places)
    mine = read(out / "00_ink.ipynb")
    mine.cells[2].source = "typed in class"
    nbformat.write(mine, out / "00_ink.ipynb")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(Trouble, match=r"not as this command has written them: 00_ink\.ipynb"):
        make_live(out, [], places)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_somebody_else_has_put_there_is_kept(places, out, kind):
    out.mkdir()
    theirs = out / "01_fails.ipynb"
    if kind == "file":
        theirs.write_text("theirs")
    elif kind == "folder":
        theirs.mkdir()
    else:
        theirs.symlink_to(out / "nowhere")
    with pytest.raises(Trouble, match=r"01_fails\.ipynb.\nNothing was written\. Move them"):
        make_live(out, [], places)
    assert names(out) == ["01_fails.ipynb"]


def test_a_file_that_appears_during_the_work_is_kept(places, out):
    check_folder(out, ["a"], places)
    out.mkdir()
    (out / "a").write_text("theirs")
    with pytest.raises(Trouble, match="not as this command has written them: a"):
        write_files(out, {"a": "1"}, places)
    assert (out / "a").read_text() == "theirs"


def test_files_of_other_names_do_not_matter(places, out):
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    make_live(out, [], places)
    assert (out / "mine.txt").read_text() == "mine"


def test_a_file_is_no_folder(places, out):
    out.write_text("a file")
    with pytest.raises(Trouble, match="is a file; a folder is needed"):
        make_live(out, [], places)
    assert out.read_text() == "a file"


@pytest.mark.parametrize("place", ["notebooks", "notebooks/live", "workspace", "x/../notebooks"])
def test_the_folders_of_the_lessons_are_refused(places, place):
    with pytest.raises(Trouble, match="which holds lessons, not copies of them"):
        make_live(places.root / place, [], places)
    assert names(places.notebooks) == ["00_ink.ipynb", "01_fails.ipynb"]
    assert not places.workspace.exists()


def test_a_full_disk_leaves_the_folder_as_it_was(places, out, monkeypatch):
    write_files(out, {"a": "1", "b": "1"}, places)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    real = generated.Path.write_bytes

    def fail(path, content):
        if path.name == ".b.new":
            raise OSError(28, "No space left")
        return real(path, content)

    monkeypatch.setattr(generated.Path, "write_bytes", fail)
    with pytest.raises(OSError, match="No space"):
        write_files(out, {"a": "2", "b": "2"}, places)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("record", ["", "[1]", '{"a": 3}', '{"b": "x"}'])
def test_a_broken_record_makes_every_file_somebody_elses(places, out, record):
    write_files(out, {"a": "1"}, places)
    (out / RECORD).write_text(record)
    with pytest.raises(Trouble, match="not as this command has written them: a"):
        check_folder(out, ["a"], places)


def test_the_record_names_no_place(places, out):
    make_live(out, [], places)
    assert list(json.loads((out / RECORD).read_text())) == ["00_ink.ipynb", "01_fails.ipynb"]


# The commands.


@pytest.mark.parametrize("command", ["live", "solved", "handout"])
@pytest.mark.parametrize(
    ("out", "lesson", "says"),
    [
        (str(ROOT / "notebooks"), [], "lies in the folder notebooks"),
        (str(ROOT / "README.md"), [], "is a file; a folder is needed"),
        ("nowhere", ["7"], "There is no lesson '7'. The lessons are: "),
    ],
)
def test_a_refusal_comes_before_a_set_up(command, out, lesson, says, capsys, monkeypatch):
    monkeypatch.setattr(cli.setup, "ready_python", None)
    assert cli.run_command([command, out, *lesson]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "extras"), [("live", ()), ("solved", ()), ("handout", ("handout",))]
)
def test_a_command_runs_where_its_packages_are(name, extras):
    assert cli.COMMANDS[name].extras == extras


def test_the_commands_make_what_they_say(tmp_path):
    assert cli.run_command(["live", str(tmp_path / "live"), "00"]) == 0
    assert cli.run_command(["solved", str(tmp_path / "solved"), "00", "--no-run"]) == 0
    assert cli.run_command(["handout", str(tmp_path / "handout"), "00"]) == 0
    for name, file in [("live", "00_start_here.ipynb"), ("solved", "00_start_here.ipynb")]:
        assert read(tmp_path / name / file).metadata.course["copy"] == name
    assert names(tmp_path / "handout") == [RECORD, "00_start_here.html", "index.html"]
