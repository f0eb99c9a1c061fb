"""Pictures of explorers that answer to a pointer: each kind of region is met and says so."""

import nbformat
import pytest

from tests.browser import lab

EXPLORERS = {
    "microscope": """
from course_utils.lessons.define import ConvolutionMicroscope, one_of_each
from course_utils.network.lenet import seeded_net
ConvolutionMicroscope(seeded_net(0), one_of_each().images[3])""",
    "beside": "ConvolutionMicroscope(seeded_net(1), one_of_each().images[3])",
}
# Explorer, where it is clicked (fractions of the picture), what its description then says.
CLICKS = [
    ("microscope", (0.02, 0.21), "At row 0, column 0,"),  # the input's corner
    ("microscope", (0.17, 0.80), "At row 27, column 27,"),  # the opposite one
    ("microscope", (0.83, 0.20), "At row 0, column 1,"),  # the output
    ("microscope", (0.985, 0.80), "At row 27, column 27,"),
]
NOWHERE = (0.5, 0.97)


@pytest.fixture(scope="module")
def page(run_notebook, tmp_path_factory):
    cells = [nbformat.v4.new_code_cell(code.strip(), id=name) for name, code in EXPLORERS.items()]
    path = tmp_path_factory.mktemp("pointing") / "pointing.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with run_notebook(path) as running:
        assert lab.errors_in(running.cells) == []
        yield running.page


def cell_of(page, name):
    return page.locator(".jp-NotebookPanel .jp-Cell").nth(list(EXPLORERS).index(name))


def picture_of(page, name):
    return cell_of(page, name).locator("figure > img")


def go(page, picture, place):
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])


def wait_for(page, name, words):
    cell_of(page, name).get_by_alt_text(words).wait_for()


@pytest.mark.parametrize(("name", "place", "says"), CLICKS)
def test_a_click_chooses_and_the_other_explorer_stays(page, name, place, says):
    picture = picture_of(page, name)
    others = [picture_of(page, other).get_attribute("alt") for other in EXPLORERS if other != name]
    go(page, picture, place)
    assert picture.evaluate("img => [img.style.cursor, img.title]")[0] == "pointer"
    page.mouse.down()
    page.mouse.up()
    wait_for(page, name, says)
    assert others == [picture_of(page, o).get_attribute("alt") for o in EXPLORERS if o != name]


def test_the_controls_follow_the_mouse_that_is_held_down(page):
    picture = picture_of(page, "microscope")
    go(page, picture, (0.02, 0.21))
    page.mouse.down()
    go(page, picture, (0.09, 0.50))
    wait_for(page, "microscope", "At row 14, column 13,")
    page.mouse.up()
    row = page.get_by_role("slider", name="Row", exact=True).first
    assert row.get_attribute("aria-valuetext") == "14"


def test_where_nothing_can_be_chosen_the_pointer_says_so(page):
    picture = picture_of(page, "microscope")
    before = picture.get_attribute("alt")
    go(page, picture, NOWHERE)
    assert picture.evaluate("img => [img.style.cursor, img.title]") == ["", ""]
    page.mouse.down()
    page.mouse.up()
    page.wait_for_timeout(300)
    assert picture.get_attribute("alt") == before
