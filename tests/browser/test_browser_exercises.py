"""A learner types answers into an exercise of lesson 01 and reads the verdicts."""

import nbformat
import pytest

from course_utils.command.project import ROOT
from tests.browser import lab
from tests.browser.conftest import violations

NAME = "conv-size"
STARTED = "output_size = lambda size, kernel, stride=1, padding=0: "
WRONG = STARTED + "(size - kernel) // stride + 1"
RIGHT = STARTED + "(size + 2 * padding - kernel) // stride + 1"
FAILS = STARTED + "size + kernels"


@pytest.fixture(scope="module")
def page(run_notebook, tmp_path_factory):
    """The exercise's cells as they stand in the lesson, in a notebook of their own."""
    notebook = nbformat.read(ROOT / "notebooks" / "01_define.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id.startswith(NAME)]
    path = tmp_path_factory.mktemp("exercise") / "exercise.ipynb"
    nbformat.write(notebook, path)
    with run_notebook(path) as running:
        yield running.page


def answer(page, text: str) -> str:
    """Type an answer over what stands in the starter's cell, run both cells, read the verdict."""
    editor = page.locator(".jp-CodeCell .cm-content").first
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    lab.settle(page)
    return verdict(page)


def verdict(page) -> str:
    shown = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
    return " ".join(shown.inner_text().split())


def test_an_untouched_exercise_is_not_started(page):
    assert verdict(page).startswith("Not started")


def test_a_wrong_answer_is_told_its_mistake(page):
    found = answer(page, WRONG)
    assert found.startswith("Not yet")
    assert "padding" in found


def test_an_answer_that_fails_is_shown_its_line(page):
    found = answer(page, FAILS)
    assert found.startswith("Stopped with an error")
    assert "size + kernels" in found
    assert "NameError" in found


def test_an_endless_loop_ends_in_a_verdict_and_the_kernel_lives(page):
    found = answer(page, STARTED + "[0 for _ in iter(int, 1)]")
    assert found.startswith("Stopped with an error")
    assert answer(page, WRONG).startswith("Not yet")


def test_the_right_answer_is_correct(page):
    assert answer(page, RIGHT).startswith("Correct")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("text", [WRONG, RIGHT], ids=["not yet", "correct"])
def test_a_verdict_can_be_read_in_both_themes(page, axe, theme, text):
    lab.set_theme(page, theme)
    answer(page, text)
    assert violations(axe, page) == []
