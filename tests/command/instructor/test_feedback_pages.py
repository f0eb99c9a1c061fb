"""Pages to give back: a learner finds their verdicts, the class page names nobody."""

import re

import pytest

from course_utils.command import cli
from course_utils.command.instructor.feedback_pages import class_page, learner_page, write_pages
from course_utils.command.instructor.output_folder import RECORD
from course_utils.command.instructor.progress import show_progress
from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.project import UserError
from tests.support.submissions import LESSON, NEXT, answer, answered, course, lesson, put

LONG = "x" * 90


@pytest.fixture
def project(tmp_path):
    return course(tmp_path / "course")


@pytest.fixture
def folder(tmp_path):
    """Three learners: one has solved `double`, two have made the same mistake in it."""
    source = answer("double", "number")
    kinds = {
        "Ada <b>": answered(lesson(), "double", "correct"),
        "Ben": answered(lesson(), "double", "not yet", "wrong", source),
        "Cem Öz": answered(lesson(), "double", "not yet", "wrong", f"# Cem's\n{source}  # mine"),
        "Dan": answered(lesson(), "double", "stopped with an error", "OSError", "open('x')"),
    }
    for name, notebook in kinds.items():
        put(tmp_path / "class" / name / f"{LESSON}.ipynb", notebook)
    put(tmp_path / "class" / "Ben" / f"{NEXT}.ipynb", answered(lesson(NEXT), "halve"))
    return tmp_path / "class"


@pytest.fixture
def progress(folder, project):
    return read_class(Request(folder), project)


def words(page):
    return re.sub(r"<style>.*</style>|<[^>]+>", " ", page, flags=re.DOTALL).split()


def test_a_learner_finds_the_verdicts_the_sentences_and_what_is_next(progress):
    page = " ".join(words(learner_page(progress, "Ben")))
    assert page == (
        "Exercises of Ben Exercises of Ben 0 of 3 exercises are correct. "
        f"Next: To double a number, in {LESSON} . double.hint() gives a hint. "
        f"{LESSON} To double a number Not yet: A sentence. "
        "To square a number You have not started yet. "
        f"{NEXT} To halve a number "
        "Your answer is there, but its check was not run. Run the cell below it."
    )
    assert "<h1>Exercises of Ada &lt;b&gt;</h1>" in learner_page(progress, "Ada <b>")
    assert "This lesson was not handed in." in learner_page(progress, "Ada <b>")


def test_the_page_for_the_class_counts_and_shows_wrong_answers_once_and_names_nobody(progress):
    page = class_page(progress)
    assert 'aria-label="1 correct, 2 not yet, 1 stopped with an error"' in page
    assert "<strong>2 × wrong</strong>" in page
    assert page.count("<pre>def answer_double(number):\n    return number</pre>") == 1
    assert page.count("A sentence.") == 1
    assert "It stopped" not in page  # what an error says may hold a path
    assert not re.search("Ada|Ben|Cem|Dan|mine", page)


def test_pages_are_written_under_names_that_every_system_takes(progress, tmp_path, capsys):
    out = tmp_path / "out"
    write_pages(progress, out)
    names = {path.name for path in out.iterdir()}
    assert names == {
        "Ada _b_.html", "Ben.html", "Cem Öz.html", "Dan.html", "class.html", RECORD
    }  # fmt: skip
    assert capsys.readouterr().out == (
        f"\n4 pages in {out}, and class.html, which names nobody, for all.\n"
    )
    write_pages(progress, out)  # a second time, in place of the first


def test_learners_of_like_names_have_pages_of_their_own(tmp_path, project):
    for name in ("class", f"{LONG}1", f"{LONG}2"):
        put(tmp_path / "class" / name / f"{LESSON}.ipynb", lesson())
    write_pages(read_class(Request(tmp_path / "class"), project), tmp_path / "out")
    names = {path.stem for path in (tmp_path / "out").glob("*.html")}
    assert names == {"class", "class 2", LONG[:80], f"{LONG[:80]} 2"}


def test_a_folder_that_cannot_be_used_is_told_before_anything_is_read(folder, project, capsys):
    with pytest.raises(UserError, match="which holds lessons, not copies"):
        show_progress(folder, feedback=project.notebooks, project=project)
    assert cli.run_command(["progress", str(folder), "--feedback", "03"]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("03 means a lesson. The folder to write into comes first: progress")
    assert told.out == ""
