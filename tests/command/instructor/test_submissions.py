"""Whose the notebooks of a class are: what learning platforms give out, zip files, any layout."""

import itertools
import json
import os
import time
import unicodedata
import zipfile

import pytest

from course_utils.command.instructor import class_files
from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.instructor.submissions import find_submissions
from course_utils.command.project import UserError
from tests.support.submissions import LESSON, NEXT, answered, course, lesson, write_class, zipped

LESSONS = (LESSON, NEXT)
NAMES = ("Ada", "Ben Ali", "Cem Öz", "Dana-Marie", "李雷", "Eva_Maria", "O'Neill", "x" * 40, "Zoë")
HANDED = {  # status -> what is handed in
    said.CORRECT: answered(lesson(), "double", "correct"),
    said.NOT_YET: answered(lesson(), "double", "not yet", "wrong"),
    said.STOPPED: answered(lesson(), "double", "stopped with an error", "NameError"),
    said.NOT_CHECKED: answered(lesson(), "double"),
    said.NOT_STARTED: lesson(),
}
KINDS = {status: json.dumps(notebook).encode() for status, notebook in HANDED.items()}
BLANK = KINDS[said.NOT_STARTED]
NB = f"{LESSON}.ipynb"
LAYOUTS = {  # name -> where a learner's notebook lies, and blank copies beside it
    "a folder each": (f"{{who}}/{NB}",),
    "a folder each, names of their own": ("{who}/my answers.ipynb",),
    "deep": (f"{{who}}/a/b/c/d/e/{NB}",),
    "workspace": (f"{{who}}/workspace/{NB}",),
    "a whole course": (
        f"{{who}}/nn-course-main/workspace/{NB}",
        f"{{who}}/nn-course-main/notebooks/{NB}",
    ),
    "a file each": (f"{{who}}_{NB}",),
    "a file each, the lesson first": (f"{LESSON}-{{who}}.ipynb",),
    "by lesson, a file each": (f"{LESSON}/{{who}}.ipynb",),
    "by lesson, a folder each": (f"01/{{who}}/{NB}",),
    "by number, a folder each": (f"0{{n}}/{NB}",),
    "a file each, numbered": (f"team-{{n}}_{NB}",),
    "by section, a folder each": (f"{{section}}/{{who}}/{NB}",),
    "by section, a file each": (f"{{section}}/{{who}}_{NB}",),
    "a folder around": (f"download (2)/{{who}}/{NB}",),
    "nbgrader": (f"submitted/{{who}}/{LESSON}/{NB}",),
    "a zip each": (f"{{who}}.zip!{NB}",),
    "a zip of the workspace": (f"{{who}}/workspace.zip!workspace/{NB}",),
    "a zip of zips": (f"submissions.zip!{{who}}.zip!{NB}",),
    "Moodle, folders": (f"{{who}}_{{n}}_assignsubmission_file_/{NB}",),
    "Moodle, files": (f"{{who}}_{{n}}_assignsubmission_file_{NB}",),
    "Moodle, zips in the download": (f"all.zip!{{who}}_{{n}}_assignsubmission_file_me.zip!{NB}",),
    "Canvas": (f"{{login}}_{{n}}_{{n}}_{NB}",),
    "Canvas, late and again": (
        f"{{login}}_LATE_{{n}}_{{n}}_{LESSON}-1.ipynb",
        f"{{login}}_{{n}}_{{n}}_{NB}",
    ),
    "Blackboard": (f"Week 1_{{login}}_attempt_2027-01-31-14-05-33_{NB}",),
    "text": (f"{{who}}/{NB}.txt",),
    "capitals": (f"{{who}}/{LESSON}.IPYNB",),
    "json": (f"{{who}}/{LESSON}.json",),
    "downloaded twice": (f"{{who}}/{LESSON} (1).ipynb", f"{{who}}/{NB}"),
    "a copy": (f"{{who}}/{LESSON}-Copy1.ipynb", f"{{who}}/{NB}"),
}


@pytest.fixture
def project(tmp_path):
    return course(tmp_path / "course")


def read(folder, project, **options):
    return read_class(Request(folder, **options), project)


def login(name):
    """A name as Canvas and Blackboard write it."""
    letters = unicodedata.normalize("NFC", name).casefold()
    return "".join(sign for sign in letters if sign.isalpha())


def made(layout):
    """A class in one layout, every kind of answer in it: contents, and what `double` comes to."""
    contents, wanted = {}, {}
    for number, (name, kind) in enumerate(zip(NAMES, itertools.cycle(KINDS), strict=False)):
        section = f"Section {'AB'[number % 2]}"
        parts = {"who": name, "login": login(name), "n": number, "section": section}
        mine, *others = (place.format(**parts) for place in LAYOUTS[layout])
        contents |= {mine: KINDS[kind], **dict.fromkeys(others, BLANK)}
        shown = {"by number, a folder each": "0{n}", "a file each, numbered": "team-{n}"}
        who = "{login}" if "{login}" in LAYOUTS[layout][0] else "{who}"
        wanted[shown.get(layout, who).format(**parts)] = kind
    return contents, wanted


@pytest.mark.parametrize("layout", LAYOUTS)  # with nine learners each, 261 submissions
def test_a_class_in_any_layout_is_told_right(tmp_path, project, layout):
    contents, wanted = made(layout)
    found = read(write_class(tmp_path / "class", contents), project)
    assert {who: found.verdicts[who, "double"].status for who in found.learners} == wanted
    told = [line for line in found.problems if not line.startswith("Read as SECTION/LEARNER, as ")]
    assert told == []
    assert (told != found.problems) == layout.startswith(("by section", "a folder around"))


def test_a_large_class_is_read_in_less_than_two_seconds(tmp_path, project):
    """Of 180 learners, with notebooks as long as the course's, in zip files and folders."""
    contents = {}
    padding = {"cell_type": "markdown", "id": "long", "metadata": {}, "source": "x" * 300_000}
    for number, kind in zip(range(180), itertools.cycle(KINDS), strict=False):
        notebook = json.loads(KINDS[kind])
        notebook["cells"].append(padding)
        place = f"learner {number}.zip!{NB}" if number % 2 else f"learner {number}/{NB}"
        contents[place] = json.dumps(notebook).encode()
    folder = write_class(tmp_path / "class", contents)
    began = time.process_time()
    assert len(read(folder, project).learners) == 180
    assert time.process_time() - began < 2


def test_zip_files_that_say_no_encoding_or_date_are_read(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"Müller/{NB}", b"{}")
    content = path.read_bytes().replace(b"\x00\x08", b"\x00\x00")  # the flag for UTF-8
    path.write_bytes(content)
    assert [one.learner for one in find_submissions(Request(path), LESSONS).notebooks] == ["Müller"]
    with zipfile.ZipFile(path) as archive:
        entry = archive.infolist()[0]
    entry.date_time = (1980, 0, 0, 0, 0, 0)
    assert class_files._changed(entry) == 0


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("ada_1_2_01_small.ipynb", "ada_1_3_01_small-1.ipynb"),
        ("X_ada_attempt_2027-01-31-14-05-33_01_small.ipynb", "X_ada_attempt_2027-02-01-08-00-00_a.ipynb"),  # noqa: E501
        ("ada/01_small (1).ipynb", "ada/01_small (2).ipynb"),
        ("ada/later name.ipynb", "ada/01_small.ipynb"),
    ],
)  # fmt: skip
def test_of_several_changed_notebooks_the_newest_counts(tmp_path, project, older, newer):
    contents = {newer: KINDS[said.NOT_YET], older: KINDS[said.CORRECT]}
    folder = write_class(tmp_path / "class", contents)
    by_platform = "later" not in older and "/" not in older  # which then counts more than dates
    if by_platform or "later" in older:
        os.utime(folder / (newer if by_platform else older), (0, 0))
    found = read(folder, project)
    assert found.verdicts["ada", "double"].status == said.NOT_YET
    assert found.problems == ["More than one notebook of a lesson, the newest counts: ada."]


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("ada_01_small.ipynb", "ada"),
        ("Eva_Maria 02_Next (1).ipynb", "Eva_Maria"),
        ("ada_01_small-Copy1.ipynb", "ada"),
        ("Eva Maria.ipynb", "Eva Maria"),
        ("ada_07_small.IPYNB", "ada"),  # the lesson had another number once
        ("smallwood.ipynb", "smallwood"),
        ("01_small.ipynb", "class"),
        ("01_small (2).ipynb", "class"),
        ("02_next_mine_1.ipynb", "class"),
        ("01_small copy.ipynb", "class"),
        ("01_small-1.ipynb", "class"),
        ("team-7.ipynb", "team-7"),
    ],
)
def test_a_files_name_says_whose_it_is(tmp_path, name, owner):
    found = find_submissions(Request(write_class(tmp_path / "class", {name: b""})), LESSONS)
    assert [one.learner for one in found.notebooks] == [owner]
    assert (found.without, found.problems) == ([], [])


def owners(folder, **options):
    return {one.learner for one in find_submissions(Request(folder, **options), LESSONS).notebooks}


def test_one_name_in_several_spellings_is_one_learner(tmp_path):
    names = [unicodedata.normalize(form, "Müller") for form in ("NFC", "NFD")]
    places = [f"{names[0]}_{NB}", f"{names[1]}_{NEXT}.ipynb", f"müller/{NB}"]
    assert owners(write_class(tmp_path, dict.fromkeys(places, b""))) == {names[0]}


def test_folders_within_learners_folders_are_no_learners(tmp_path):
    places = [f"{who}/{week}/{NB}" for who in ("ada", "ben") for week in ("Sun", "Moon")]
    folder = write_class(tmp_path / "class", dict.fromkeys(places, b""))
    assert owners(folder) == {"ada", "ben"}
    assert owners(folder, level=2) == {"Sun", "Moon"}
    assert owners(folder, learner="you") == {"you"}
    [line] = find_submissions(Request(folder), LESSONS).problems
    assert line.startswith("Read as LEARNER, as in ada. If the folders in them are the learners'")
    places = dict.fromkeys(made("by section, a folder each")[0], b"")
    folder = write_class(tmp_path / "sections", places)
    [line] = find_submissions(Request(folder), LESSONS).problems
    assert line.startswith("Read as SECTION/LEARNER, as in Section A/Ada. If the first folders")
    assert owners(folder, level=1) == {"Section A", "Section B"}


@pytest.mark.parametrize(
    "places",
    [
        [f"{who}/{who} {name}/{name}.ipynb" for who in ("ada", "ben") for name in LESSONS],
        [f"ada/first/{NB}", f"ada/second/{NB}", f"ben/mine/{NB}", f"cem/my/{NB}"],
    ],
)
def test_folders_are_no_sections_unless_they_hold_several_with_one_lesson(tmp_path, places):
    found = owners(write_class(tmp_path, dict.fromkeys(places, b"")))
    assert found == {place.partition("/")[0] for place in places}


def test_what_looks_like_a_notebook_and_is_not_read_gets_a_line(tmp_path):
    names = ("01_small.pdf", "01_small.html", "all.rar", "broken.zip")
    others = ("notes.txt", "small.py", "settings.json", "picture.png")
    places = [f"ada/{name}" for name in (*names, *others)]
    folder = write_class(tmp_path / "class", {"ben/a.ipynb": b"", **dict.fromkeys(places, b"{}")})
    found = find_submissions(Request(folder), LESSONS)
    assert {line.split()[0] for line in found.problems} == {f"ada/{name}" for name in names}
    assert found.without == ["ada"]


def test_zip_files_that_cannot_be_unpacked_are_told(tmp_path, monkeypatch):
    deep = b""
    for _ in range(class_files.DEEPEST + 1):
        deep = zipped({"a.zip": deep, "b.ipynb": b""})
    folder = write_class(tmp_path / "class", {"deep.zip": deep, "large.ipynb": b"123456"})
    [line] = find_submissions(Request(folder), LESSONS).problems
    assert line.endswith("cannot be unpacked (too many zip files inside each other).")
    monkeypatch.setattr(class_files, "LARGEST", 5)
    file = next(one for one in class_files.list_files(folder).files if "large" in one.place)
    with pytest.raises(OSError, match="larger than 0 MB"):
        file.load()


def test_what_no_learner_has_written_is_left_aside(tmp_path):
    aside = (".git/a.ipynb", "ada/.ipynb_checkpoints/a.ipynb", "__MACOSX/a.ipynb", "ada/._a.ipynb")
    zip_aside = [f"ada.zip!{place}" for place in aside]
    folder = write_class(tmp_path, dict.fromkeys(("ada/a.ipynb", *aside, *zip_aside), b""))
    found = find_submissions(Request(folder), LESSONS)
    assert [one.file.place for one in found.notebooks] == ["ada/a.ipynb"]


def test_a_folder_without_a_notebook_is_a_learner_who_handed_nothing_in(tmp_path):
    write_class(tmp_path, {"ben/notes.txt": b"", ".git/x": b"", "cem.zip!a.txt": b"", NB: b""})
    assert find_submissions(Request(tmp_path), LESSONS).without == []
    write_class(tmp_path, {f"ada/{NB}": b""})
    assert find_submissions(Request(tmp_path), LESSONS).without == ["ben", "cem"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_links_and_what_is_no_file_are_told_and_not_opened(tmp_path):
    folder = write_class(tmp_path / "class", {"ada/a.ipynb": b""})
    (folder / "all").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "circle.ipynb").symlink_to(folder / "circle.ipynb")
    found = find_submissions(Request(folder), LESSONS)
    assert len(found.notebooks) == 1
    assert found.problems == [
        "all is a link to a folder: not followed.",
        *(f"{name}.ipynb cannot be read: it is no file." for name in ("circle", "pipe")),
    ]


@pytest.mark.parametrize("name", ["class", "class.zip"])
def test_a_folder_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(UserError, match=f"no folder or zip file '{name}' here"):
        find_submissions(Request(tmp_path / name), LESSONS)
