"""The folder of an instructor's command: no file is ever lost, none is left half-written."""

import json

import pytest

from course_utils.command import cli
from course_utils.command.instructor import output_folder
from course_utils.command.instructor.output_folder import (
    RECORD,
    check_folder,
    chosen_folder,
    write_files,
)
from course_utils.command.project import ROOT, Project, UserError


@pytest.fixture
def project(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "03_loss.ipynb").write_text("{}", encoding="utf-8")
    return Project(tmp_path)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "deep" / "out"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_are_written_anew_and_others_of_ours_stay(project, out):
    write_files(out, {"a": "1", "b": "1"}, project)
    write_files(out, {"a": "ä\n"}, project)
    assert contents(out).keys() == {"a", "b", RECORD}
    assert (out / "a").read_bytes() == "ä\n".encode()
    assert list(json.loads((out / RECORD).read_text(encoding="utf-8"))) == ["a", "b"]
    assert not [path for path in out.iterdir() if path.is_dir()]


def test_a_changed_file_keeps_the_folder_as_it_is(project, out):
    write_files(out, {"a": "1", "b": "1"}, project)
    (out / "b").write_text("mine", encoding="utf-8")
    before = contents(out)
    with pytest.raises(UserError, match=r"or that were changed since: b\nNothing was written"):
        write_files(out, {"a": "2"}, project)
    assert contents(out) == before


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
@pytest.mark.parametrize("name", ["a", "another"])
def test_what_somebody_else_has_put_there_keeps_the_folder_as_it_is(project, out, kind, name):
    write_files(out, {"b": "1"}, project)
    if kind == "file":
        (out / name).write_text("theirs", encoding="utf-8")
    elif kind == "folder":
        (out / name).mkdir()
    else:
        (out / name).symlink_to(out / "nowhere")
    before = contents(out)
    with pytest.raises(UserError, match=f"that no such command has written, .*: {name}"):
        write_files(out, {"a": "1", "b": "2"}, project)
    assert contents(out) == before


def test_hidden_files_stay_and_do_not_matter(project, out):
    (out / ".ipynb_checkpoints").mkdir(parents=True)
    (out / ".ipynb_checkpoints" / "a").write_text("theirs", encoding="utf-8")
    write_files(out, {"a": "1"}, project)
    assert (out / ".ipynb_checkpoints" / "a").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("record", ["", "[1]", '{"a": 3}', '{"b": "x"}'])
def test_with_a_broken_record_every_file_is_somebody_elses(project, out, record):
    write_files(out, {"a": "1"}, project)
    (out / RECORD).write_text(record, encoding="utf-8")
    with pytest.raises(UserError, match="changed since: a"):
        check_folder(out, project)


def test_of_many_files_only_some_are_named_and_none_is_read(project, out, monkeypatch):
    out.mkdir(parents=True)
    for number in range(7):
        (out / f"{number}.bin").touch()
    monkeypatch.setattr(output_folder.Path, "read_bytes", None)
    with pytest.raises(UserError, match=r"since: 0\.bin, 1\.bin, 2\.bin, 3\.bin, 4\.bin, …\n"):
        check_folder(out, project)


@pytest.mark.parametrize("there_before", [True, False])
def test_a_full_disk_leaves_the_folder_as_it_was(project, out, monkeypatch, there_before):
    if there_before:
        write_files(out, {"a": "1", "b": "1"}, project)
    before = contents(project.root)
    real = output_folder.Path.write_text

    def fail(path, *given, **named):
        if path.name == "b":
            raise OSError(28, "No space left")
        return real(path, *given, **named)

    monkeypatch.setattr(output_folder.Path, "write_text", fail)
    with pytest.raises(OSError, match="No space"):
        write_files(out, {"a": "2", "b": "2"}, project)
    assert contents(project.root) == before
    assert out.exists() == there_before


def test_a_file_is_no_folder(project, out):
    out.parent.mkdir()
    out.write_text("a file", encoding="utf-8")
    with pytest.raises(UserError, match="is a file; a folder is needed"):
        write_files(out, {"a": "1"}, project)
    assert out.read_text(encoding="utf-8") == "a file"


@pytest.mark.parametrize("place", ["notebooks", "notebooks/live", "workspace", "x/../notebooks"])
def test_the_folders_of_the_lessons_are_refused(project, place):
    with pytest.raises(UserError, match="which holds lessons, not copies of them"):
        write_files(project.root / place, {"a": "1"}, project)
    assert contents(project.root).keys() == {"03_loss.ipynb"}


@pytest.mark.parametrize("word", ["03", "3", "loss", "03_loss", "03_loss.ipynb", "77"])
def test_a_lesson_is_not_taken_for_a_folder(project, word):
    with pytest.raises(UserError) as trouble:
        chosen_folder(word, "solved", project)
    assert str(trouble.value) == (
        f"{word} means a lesson. The folder to write into comes first: solved OUT {word}\n"
        f"If a folder is to bear that name, write ./{word}"
    )


@pytest.mark.parametrize("word", ["out", "losses", "./03", "copies/loss", "2027-03"])
def test_other_words_and_paths_are_folders(project, word, monkeypatch):
    monkeypatch.chdir(project.root)
    assert chosen_folder(word, "live", project) == output_folder.Path(word)


# The commands.


@pytest.mark.parametrize("command", ["live", "solved", "handout"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([str(ROOT / "notebooks")], "lies in the folder notebooks"),
        ([str(ROOT / "README.md")], "is a file; a folder is needed"),
        (["nowhere", "no-such"], "There is no lesson 'no-such'. The lessons are: "),
        (["00", "01"], "00 means a lesson. The folder to write into comes first: "),
    ],
)
def test_a_refusal_comes_before_a_set_up(command, given, says, capsys, monkeypatch):
    monkeypatch.setattr(cli.setup, "ready_python", None)
    assert cli.run_command([command, *given]) == 1
    assert says in capsys.readouterr().err


def test_the_commands_make_what_they_say(tmp_path, monkeypatch):
    monkeypatch.setattr(cli.setup, "ready_python", lambda extras: None)
    first = min(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    for command in (["live"], ["solved", "--no-run"], ["handout", "--no-run"]):
        out = tmp_path / command[0]
        assert cli.run_command([*command, str(out), first]) == 0
        if command[0] == "handout":
            pages = {f"{first}.html", "glossary.html", "index.html"}
            assert contents(out).keys() == {RECORD, "search.js", *pages}
        else:
            made = json.loads((out / f"{first}.ipynb").read_text(encoding="utf-8"))
            assert made["metadata"]["course"]["copy"] == command[0]
            assert not any(cell.get("outputs") for cell in made["cells"])
