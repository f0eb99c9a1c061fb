"""What a learner on a JupyterHub keeps when the course's link is opened again."""

import shutil
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest

from tests.hub.links import pull_link
from tests.support.lessons import ROOT

GitPuller = pytest.importorskip("nbgitpuller", reason="nbgitpuller is not installed").GitPuller

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a JupyterHub runs on Linux"),
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
    pytest.mark.filterwarnings(  # nbgitpuller leaves the pipes from git to the collector
        "ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning"
    ),
]

LESSON = "notebooks/01_define.ipynb"


class Class:
    """The course's repository, and a learner's folder that was filled from it once."""

    def __init__(self, folder):
        self.course, self.mine = folder / "course", folder / "learner" / "course"
        (self.course / "notebooks").mkdir(parents=True)
        shutil.copy(ROOT / LESSON, self.course / LESSON)
        self.git("init", "--quiet", "--initial-branch=main")
        self.publish()
        self.pull()

    def git(self, *words, where=None):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        command = ["git", *who, *words]
        folder = where or self.course
        return subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True
        ).stdout

    def publish(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=A version")

    def pull(self, branch="main"):
        """Do what a click on the link does."""
        return list(GitPuller(self.course.as_uri(), str(self.mine), branch=branch).pull())

    def write(self, folder, cell, source):
        """Give one cell of the lesson another source, and save it as JupyterLab does."""
        book = nbformat.read(folder / LESSON, as_version=4)
        found(book, cell).source = source
        nbformat.write(book, folder / LESSON)

    def read(self, folder):
        book = nbformat.read(folder / LESSON, as_version=4)
        nbformat.validate(book)
        return book


def found(book, cell):
    return next(c for c in book.cells if c.id == cell)


@pytest.fixture(scope="module")
def ids():
    """Two cells that stand apart: an exercise's, and the lesson's title."""
    cells = nbformat.read(ROOT / LESSON, as_version=4).cells
    return next(c.id for c in cells if "exercise" in c.metadata.get("tags", [])), cells[0].id


@pytest.fixture
def room(tmp_path):
    return Class(tmp_path)


def test_the_first_click_brings_the_course(room):
    assert (room.mine / LESSON).read_bytes() == (ROOT / LESSON).read_bytes()


def test_an_answer_is_kept_and_a_correction_elsewhere_arrives(room, ids):
    answer, title = ids
    room.write(room.mine, answer, "mine = 1")
    room.write(room.course, title, "# Corrected")
    room.publish()
    room.pull()
    book = room.read(room.mine)
    assert found(book, answer).source == "mine = 1"
    assert found(book, title).source == "# Corrected"


def test_where_both_changed_a_cell_the_learner_wins(room, ids):
    answer, _ = ids
    room.write(room.mine, answer, "mine = 1")
    room.write(room.course, answer, "theirs = 2")
    room.publish()
    room.pull()
    assert found(room.read(room.mine), answer).source == "mine = 1"


def test_what_stood_before_a_pull_can_be_had_back_to_the_byte(room, ids):
    answer, title = ids
    room.write(room.mine, answer, "mine = 1")
    before = (room.mine / LESSON).read_text(encoding="utf-8")
    room.write(room.course, title, "# Corrected")
    room.publish()
    room.pull()
    assert room.git("show", f"HEAD^1:{LESSON}", where=room.mine) == before


def test_a_lesson_run_but_not_written_in_stays_readable(room, ids):
    """JupyterLab stores other outputs, counts and metadata than the course does."""
    book = room.read(room.mine)
    book.metadata.language_info.version = "3.13.1"
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.metadata["execution"] = 99, {"iopub.status.idle": "now"}
            cell.outputs = [nbformat.v4.new_output("stream", text="another\noutput\n")]
    nbformat.write(book, room.mine / LESSON)
    room.write(room.course, ids[1], "# Corrected")
    room.publish()
    room.pull()
    assert found(room.read(room.mine), ids[1]).source == "# Corrected"


def test_a_lesson_that_was_renamed_stays_and_the_link_hands_out_a_fresh_one(room, ids):
    room.write(room.mine, ids[0], "mine = 1")
    (room.mine / LESSON).rename(room.mine / "notebooks/01_mine.ipynb")
    room.pull()
    assert (room.mine / LESSON).read_bytes() == (ROOT / LESSON).read_bytes()
    assert "mine = 1" in (room.mine / "notebooks/01_mine.ipynb").read_text(encoding="utf-8")


def test_a_new_lesson_does_not_overwrite_a_file_of_the_same_name(room):
    (room.mine / "notebooks/07_more.ipynb").write_text("mine")
    (room.course / "notebooks/07_more.ipynb").write_text("theirs")
    room.publish()
    room.pull()
    assert (room.mine / "notebooks/07_more.ipynb").read_text() == "theirs"
    [kept] = (room.mine / "notebooks").glob("07_more__*.ipynb")
    assert kept.read_text() == "mine"


def test_a_tag_would_not_do_for_a_second_click(room):
    """The reason why the link names a branch; when this fails, it may name a tag."""
    room.git("tag", "v1")
    other = Class.__new__(Class)
    other.course, other.mine = room.course, room.mine.parent / "tagged"
    other.pull("v1")
    with pytest.raises(subprocess.CalledProcessError):
        other.pull("v1")


@pytest.mark.parametrize(
    "repository", ["https://example.org/a/course", "https://example.org/a/course.git/"]
)
def test_the_link_opens_a_lesson_inside_the_folder_that_is_pulled(repository):
    link = urlsplit(pull_link("https://hub.example.org/", repository, "main", "01_define.ipynb"))
    assert link.path == "/hub/user-redirect/git-pull"
    assert parse_qs(link.query) == {
        "repo": [repository],
        "branch": ["main"],
        "targetpath": ["course"],
        "urlpath": ["lab/tree/course/notebooks/01_define.ipynb"],
    }
