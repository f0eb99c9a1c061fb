"""The checks of controls find what is wrong, and `Range` does what its page of code promises."""

import re

import pytest

from tests.browser import controls, lab, sample


@pytest.fixture
def page(sample_page):
    controls.cells_with_controls(sample_page)
    return sample_page


def controls_in(page, name):
    return controls.controls_of(page, list(sample.CELLS).index(name))


def range_of(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def test_all_kinds_of_controls_are_found_with_their_names(page):
    assert [(control.kind, control.name) for control in controls_in(page, "good")] == [
        ("range", "Input size"),
        ("range", "Kernel"),
        ("select", "Channel"),
        ("checkbox", "Leave out the batch"),
        ("toggle", "conv2"),
        ("radio", "wrong"),
        ("number", "Number"),
    ]


@pytest.mark.parametrize("cell", ["good", "shrinking"])
def test_controls_that_work_pass(page, cell):
    controls.check_tab_order(page, list(sample.CELLS).index(cell))
    for control in controls_in(page, cell):
        controls.check_control(page, control)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("dead", "ArrowRight moved range “Dead”, but no picture says so"),
        ("silent", "ArrowRight moved range “Silent”, but no picture says so"),
        ("nameless", "has no name that could be read aloud"),
        ("unguarded", "select “Unguarded” does not move"),
        ("alone", "stands in a cell without a picture"),
    ],
)
def test_a_control_that_does_not_work_is_named(page, monkeypatch, cell, message):
    monkeypatch.setattr(controls, "WAIT", 1000)
    control = controls_in(page, cell)[0]
    with pytest.raises(AssertionError, match=message):
        controls.check_control(page, control)


def test_errors_and_requests_to_the_outside_are_seen(page):
    assert lab.errors_in(lab.cells(page)) == ["cell refused: ValueError: not expected"]
    assert set(page.outside) == {"https://example.org/picture.png"}
    assert any("ERR_NAME_NOT_RESOLVED" in problem for problem in page.problems)


def test_a_range_says_its_value_in_words(page):
    kernel = range_of(page, "Kernel")
    assert kernel.get_attribute("aria-valuetext") == "3 × 3"
    assert page.locator(".course-range", has=kernel).locator("output").inner_text() == "3 × 3"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["Home"], "24"),
        (["Home", "ArrowUp"], "26"),
        (["End"], "40"),
        (["End", "ArrowDown"], "38"),
    ],
)
def test_a_range_moves_by_the_keys_of_the_browser(page, keys, words):
    size = range_of(page, "Input size")
    for key in keys:
        size.press(key)
    assert size.get_attribute("aria-valuetext") == words
    page.get_by_alt_text(f"{words}; 3; none; False; conv1; right; 5", exact=True).wait_for()


@pytest.mark.parametrize("key", ["PageUp", "PageDown"])
def test_a_range_moves_by_pages(page, key):
    row = range_of(page, "Row")
    row.press("PageDown" if key == "PageUp" else "PageUp")
    before = row.input_value()
    row.press(key)
    assert row.input_value() != before


def test_letters_pressed_on_a_control_do_not_reach_the_notebook(page):
    range_of(page, "Row").focus()
    count = len(lab.cells(page))
    page.keyboard.press("b")  # in JupyterLab: insert a cell below
    page.keyboard.press("d")
    page.keyboard.press("d")  # twice: delete the cell
    assert len(lab.cells(page)) == count
    assert page.evaluate("() => document.activeElement.type") == "range"


def test_a_notebook_is_read_and_its_control_moved_by_keyboard_alone(page):
    cell = list(sample.CELLS).index("shrinking")
    page.evaluate(f"() => document.querySelectorAll('.jp-NotebookPanel .jp-Cell')[{cell}].focus()")
    page.keyboard.press("Tab")
    if page.evaluate("() => document.activeElement.type") != "range":  # the cell's own buttons
        page.keyboard.press("Tab")
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("() => document.activeElement.getAttribute('aria-valuetext')") == "2"
    page.get_by_alt_text(re.compile("^2; ")).wait_for()
    for key in ("Home", "Escape", "ArrowDown"):
        page.keyboard.press(key)
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    assert page.evaluate(active) == cell + 1


def test_a_box_of_buttons_alone_keeps_its_keys_and_lets_go_of_the_keyboard(page):
    [button] = controls_in(page, "button")
    controls.focus(page, button)
    count = len(lab.cells(page))
    for key in ("Enter", "b", "d", "d", "Space"):  # Enter would open the cell for writing
        page.keyboard.press(key)
    page.get_by_alt_text("pressed 2", exact=True).wait_for()
    assert len(lab.cells(page)) == count
    controls.check_escape(page, button)


def test_escape_that_leads_nowhere_is_named(page):
    [number] = [c for c in controls_in(page, "good") if c.kind == "number"]
    with pytest.raises(AssertionError, match="Escape should have led from number “Number” to its"):
        controls.check_escape(page, number)  # ipywidgets keeps the keys of a text field


def test_the_picture_follows_a_range_while_it_is_dragged(page):
    row = range_of(page, "Row")
    row.press("Home")
    box = row.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=12)
    page.get_by_alt_text("1; 9", exact=True).wait_for()
    page.mouse.up()
    assert row.get_attribute("aria-valuetext") == "9"


def test_on_a_narrow_page_every_control_and_its_value_are_seen_whole(page):
    page.set_viewport_size({"width": 500, "height": 1000})  # a page at 200 %, a side bar open
    try:
        area = page.locator(".jp-OutputArea", has=page.locator(".course-range")).first
        room = area.bounding_box()
        for shown in area.locator(".course-range output, .course-range input").all():
            box = shown.bounding_box()
            assert box["width"] > 0
            assert box["x"] >= room["x"]
            assert box["x"] + box["width"] <= room["x"] + room["width"]
    finally:
        page.set_viewport_size({"width": 1280, "height": 1000})
