"""Every lesson, opened in JupyterLab in Chromium as a learner does it."""

from tests.browser import controls, lab
from tests.browser.conftest import NOTEBOOKS

NOISE = ()  # beginnings of console errors that are JupyterLab's own; at present there are none
WITHOUT = ("", "Image")  # the second is what JupyterLab puts where there is no description


def test_there_are_lessons_to_open():
    assert NOTEBOOKS


def test_every_cell_runs(lesson):
    assert lab.errors_in(lesson.cells) == []


def test_every_picture_is_shown_and_described(lesson):
    pictures = lesson.page.evaluate(
        """() => [...document.querySelectorAll('.jp-OutputArea img, .jp-MarkdownOutput img')]
            .map(img => ({alt: img.alt, width: img.naturalWidth, shown: img.checkVisibility(),
                          cell: img.closest('.jp-Cell').querySelector('.cm-content').innerText}))"""
    )
    stored = sum(_stored_pictures(cell) for cell in lesson.cells)
    assert len(pictures) >= stored
    faults = [p for p in pictures if p["alt"].strip() in WITHOUT or not (p["width"] and p["shown"])]
    assert faults == []


def test_every_control_is_reached_by_tab(lesson):
    for cell in controls.cells_with_controls(lesson.page):
        controls.check_tab_order(lesson.page, cell)


def test_every_control_moved_by_keyboard_changes_what_the_picture_says(lesson):
    for cell in controls.cells_with_controls(lesson.page):
        for control in controls.controls_of(lesson.page, cell):
            controls.check_control(lesson.page, control)


def test_escape_leaves_every_control_for_its_cell(lesson):
    for cell in controls.cells_with_controls(lesson.page):
        for control in controls.controls_of(lesson.page, cell):
            controls.check_escape(lesson.page, control)


def test_the_console_stays_free_of_errors(lesson):
    assert [text for text in lesson.page.problems if not text.startswith(NOISE)] == []


def test_nothing_is_fetched_from_outside(lesson):
    assert lesson.page.outside == []


def _stored_pictures(cell):
    outputs = cell.get("outputs", [])
    return sum("<img" in "".join(o.get("data", {}).get("text/html", "")) for o in outputs)
