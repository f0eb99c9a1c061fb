"""What stands where the controls were, when their kernel has gone."""

import nbformat
import pytest

from tests.browser import lab

SOURCE = """
from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.pictures.picture import Picture

def draw(number):
    return Picture(f"number {number}", svg='<svg xmlns="http://www.w3.org/2000/svg"/>')

NOTE = "Run this cell to choose a number."
Explorer({"number": Range("Number", range(9))}, lambda number: number, draw, NOTE)
"""


@pytest.fixture
def page(run_notebook, tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE.strip())])
    nbformat.write(book, tmp_path / "one.ipynb")
    with run_notebook(tmp_path / "one.ipynb") as running:
        running.page.get_by_role("slider", name="Number").wait_for()
        yield running.page


def test_a_saved_notebook_shows_the_note_where_the_controls_were(page):
    page.evaluate(
        """async () => {
            const panel = window.jupyterapp.shell.currentWidget;
            await panel.context.save();
            await panel.sessionContext.shutdown();
        }"""
    )
    page.reload()
    output = page.locator(".jp-OutputArea")
    output.get_by_text("Run this cell to choose a number.").wait_for()
    output.get_by_alt_text("number 0", exact=True).wait_for()


def test_the_controls_say_that_their_kernel_was_restarted(page):
    words = "() => getComputedStyle(document.querySelector('.course-controls'), '::after').content"
    assert page.evaluate(words) == "none"
    kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    page.evaluate(f"() => {kernel}.restart()")
    page.wait_for_function(f"() => ({words})().includes('Run this cell again')", timeout=lab.WAIT)
