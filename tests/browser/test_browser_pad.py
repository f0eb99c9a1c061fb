"""The drawing pad in JupyterLab: a digit by mouse, by finger and by keyboard, then moved."""

import re

import nbformat
import pytest

from tests.browser import lab

SET_UP = """
import torch
from course_utils.network.lenet import seeded_net
from course_utils.network.digits import load_digits
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.lessons.train.drawing_pad import DigitPad

torch.set_num_threads(1)
parts = split_digits(load_digits())
history = train_net(seeded_net(), parts.train, Recipe(epochs=5))
DigitPad(history.net(), parts.train, parts.test)
"""


@pytest.fixture(scope="module")
def page(run_notebook, tmp_path_factory):
    path = tmp_path_factory.mktemp("pad") / "pad.ipynb"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SET_UP.strip(), id="pad")])
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(book, path)
    with run_notebook(path) as running:
        running.page.get_by_role("application").scroll_into_view_if_needed()
        yield running.page


@pytest.fixture
def pad(page):
    """The canvas, empty, with the pen up at its first place."""
    canvas = page.get_by_role("application", name="Drawing pad")
    canvas.focus()
    page.keyboard.press("Escape")  # lifts the pen, or leaves
    canvas.focus()
    page.keyboard.press("c")
    says(page, "The pad is empty")
    return canvas


def says(page, words):
    """Wait until the line for screen readers contains the words; return it."""
    line = page.locator(".course-pad [role=status]", has_text=re.compile(words))
    line.wait_for()
    return line.inner_text()


def described(page, words):
    """Wait until the picture's description contains the words; return it."""
    return lab.described(page, re.escape(words))


def draw(page, canvas, *points):
    """Draw with the mouse through points given in pixels of the pad, column first."""
    box = canvas.bounding_box()
    places = [(box["x"] + 8 * x, box["y"] + 8 * y) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def one(page, canvas):
    """A 1 of the kind that people of the data drew: a bar from top to bottom."""
    draw(page, canvas, (11, 7), (17, 2), (17, 30))


def test_a_digit_drawn_by_mouse_is_announced_and_moved(page, pad):
    one(page, pad)
    assert says(page, r"^Prediction \d, ")
    before = described(page, "columns 9 to 18")
    for _ in range(6):
        page.get_by_role("button", name="Move the drawing right").click()
    after = described(page, "columns 15 to 24")
    probabilities = re.compile(r"Prediction .* %\.")
    assert probabilities.search(before)[0] != probabilities.search(after)[0]
    page.get_by_role("checkbox", name="centre and fit").click()
    described(page, "centred and fitted")
    page.get_by_role("checkbox", name="centre and fit").click()


def test_a_digit_drawn_by_keyboard_is_announced_and_moved(page, pad):
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Space")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Space")
    assert says(page, r"^Prediction \d, ")
    described(page, "rows 0 to 31 and columns 12 to 15")
    page.get_by_role("button", name="Move the drawing left").press("Enter")
    described(page, "columns 11 to 14")


def test_the_eraser_takes_ink_away(page, pad):
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    page.keyboard.press("ArrowLeft")
    described(page, "0 of 1024")
    says(page, "The pad is empty")


def test_a_button_moves_the_drawing_by_a_pixel(page, pad):
    draw(page, pad, (11, 7), (11, 20))
    described(page, "rows 5 to 21 and columns 9 to 12")
    for way, place in (
        ("right", "rows 5 to 21 and columns 10 to 13"),
        ("up", "rows 4 to 20 and columns 10 to 13"),
        ("left", "rows 4 to 20 and columns 9 to 12"),
        ("down", "rows 5 to 21 and columns 9 to 12"),
    ):
        page.get_by_role("button", name=f"Move the drawing {way}").click()
        described(page, place)


def test_what_leaves_the_pad_does_not_come_in_at_another_edge(page, pad):
    one(page, pad)
    for way in ["right"] * 14 + ["left"] * 14 + ["up"] * 2:
        page.get_by_role("button", name=f"Move the drawing {way}").click()
    described(page, "rows 0 to 29 and columns 9 to 17")


def test_a_drawing_is_erased_by_its_button(page, pad):
    one(page, pad)
    described(page, "columns 9 to 18")
    page.get_by_role("button", name="Erase the drawing").click()
    says(page, "The pad is empty")
    assert "1" not in pad.get_attribute("data-value")


def test_a_finger_draws_and_does_not_scroll(page, pad):
    top = page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTop")
    touch = page.context.new_cdp_session(page)
    box = pad.bounding_box()
    for kind, y in (("touchStart", 30), ("touchMove", 120), ("touchMove", 220), ("touchEnd", None)):
        points = [] if y is None else [{"x": box["x"] + 128, "y": box["y"] + y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    described(page, "columns 14 to 17")
    assert top == page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTop")


def test_keys_on_the_pad_do_not_reach_the_notebook(page, pad):
    count = page.locator(".jp-Cell").count()
    for key in ("a", "b", "d", "d", "x"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == count
    assert page.evaluate("() => document.activeElement.getAttribute('role')") == "application"


def test_escape_lifts_the_pen_and_then_leaves_the_pad(page, pad):
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert page.locator(".course-pad-pen").inner_text() == "pen up"
    assert pad.evaluate("canvas => document.activeElement === canvas")
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.matches('.jp-Cell')")


def test_ink_shows_before_python_has_answered(page, pad):
    page.keyboard.press("Space")
    shade = page.evaluate(
        """() => {
            const canvas = document.activeElement;
            const spot = canvas.dataset.value.indexOf('1');
            const [x, y] = [8 * (spot % 32) + 5, 8 * Math.floor(spot / 32) + 6];
            return canvas.getContext('2d').getImageData(x, y, 1, 1).data[0];
        }"""
    )
    assert shade < 60


SLOW_FRAMES = """() => {
    window.requestAnimationFrame = act => setTimeout(act, 3000);
    window.cancelAnimationFrame = clearTimeout;
}"""


@pytest.fixture
def slow_frames(page):
    """Ink takes its time to Python, as on a busy machine."""
    page.evaluate("() => { window.kept = [requestAnimationFrame, cancelAnimationFrame]; }")
    page.evaluate(SLOW_FRAMES)
    yield
    page.evaluate("() => { [requestAnimationFrame, cancelAnimationFrame] = window.kept; }")


def test_what_was_erased_does_not_come_back_with_ink_on_its_way(page, pad, slow_frames):
    one(page, pad)
    page.get_by_role("button", name="Erase the drawing").click()
    pad.press("Space")
    described(page, "12 of 1024")


def test_a_digit_to_start_from_takes_the_place_of_ink_on_its_way(page, pad, slow_frames):
    start = page.get_by_role("slider", name="Start from")
    start.press("Home")
    pad.press("Space")
    start.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('.course-pad canvas').dataset.value.split('1').length > 100"
    )


def test_nothing_goes_wrong_or_out(page, pad):
    assert page.problems == []
    assert page.outside == []
