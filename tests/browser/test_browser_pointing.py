"""Pictures of explorers that answer to a pointer: each kind of region is met and says so."""

import nbformat
import pytest

from tests.browser import lab
from tests.controls.test_regions import met

START = """
from torch.nn.functional import cross_entropy
from course_utils.lessons import backprop, define, loss, optimize, parameters
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net
net, ten = seeded_net(0), one_of_each()
image = ten.images[3]"""
EXPLORERS = {
    "microscope": "define.ConvolutionMicroscope(net, image)",
    "beside": "define.ConvolutionMicroscope(seeded_net(1), image)",
    "number": "define.NumberMicroscope(net, image, 'max_pool2d')",
    "walk": "define.ShapeWalk(image)",
    "sizes": "parameters.WhereTheNumbersLive()",
    "mixer": "loss.LogitMixer(net, image, 3)",
    "neuron": "backprop.NeuronStepper()",
    "graph": "backprop.BackpropStepper(cross_entropy(net(ten.images), ten.labels), net)",
    "race": "optimize.OptimizerRace()",
}
# Explorer, which of its regions is clicked, and where in it: one click for each kind.
CLICKS = [
    ("microscope", 0, (0.01, 0.01)),  # the input's corner
    ("microscope", 0, (0.98, 0.98)),  # the opposite one
    ("microscope", 1, (0.05, 0.02)),  # the output
    ("number", 0, (0.6, 0.3)),  # what the step was given
    ("number", 1, (0.2, 0.9)),  # what it returns
    ("walk", 2, (0.5, 0.5)),  # a layer
    ("sizes", 2, (0.3, 0.5)),  # a tensor
    ("mixer", 0, (0.5, 0.75)),  # a digit
    ("mixer", 1, (0.7, 0.5)),  # a score on the curve
    ("neuron", 4, (0.5, 0.5)),  # a leaf
    ("neuron", 1, (0.5, 0.5)),  # a number on the line
    ("graph", 5, (0.5, 0.5)),  # a node
    ("race", 2, (0.7, 0.4)),  # a start in the first map
    ("race", 20, (0.3, 0.4)),  # and in the third
]
NOWHERE = (0.5, 0.97)


@pytest.fixture(scope="module")
def page(run_notebook, tmp_path_factory):
    cells = [nbformat.v4.new_code_cell(code.strip(), id=name) for name, code in EXPLORERS.items()]
    cells[0].source = f"{START}\n{cells[0].source}".strip()
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
    box = lab.box_of(picture)
    page.mouse.move(box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])


def wait_for(page, name, words):
    cell_of(page, name).get_by_alt_text(words).wait_for()


@pytest.fixture(scope="module")
def twins():
    """The same explorers without a browser."""
    names = {}
    exec(START, names)
    return {name: eval(code, names) for name, code in EXPLORERS.items()}


def choose(twin, number, spot):
    """Choose in a region; return its place on the picture and what the picture then says."""
    region = twin.picture.regions[number]
    left, top, width, height = region.box
    twin.choose(**met(region, *spot))
    return (left + spot[0] * width, top + spot[1] * height), twin.picture.description


@pytest.mark.parametrize(("name", "number", "spot"), CLICKS)
def test_a_click_chooses_and_the_other_explorers_stay(page, twins, name, number, spot):
    picture, before = picture_of(page, name), twins[name].picture.description
    place, says = choose(twins[name], number, spot)
    assert says != before == picture.get_attribute("alt")
    go(page, picture, place)
    assert picture.evaluate("img => img.style.cursor") == "pointer"
    assert picture.get_attribute("title")
    page.mouse.down()
    page.mouse.up()
    wait_for(page, name, says)
    for other, twin in twins.items():
        assert picture_of(page, other).get_attribute("alt") == twin.picture.description


def test_the_controls_follow_the_mouse_that_is_held_down(page, twins):
    picture = picture_of(page, "microscope")
    left, top, width, height = twins["microscope"].picture.regions[0].box
    go(page, picture, (left + 0.1 * width, top + 0.1 * height))
    page.mouse.down()
    go(page, picture, (left + 0.48 * width, top + 0.51 * height))
    wait_for(page, "microscope", "At row 14, column 13,")
    page.mouse.up()
    row = page.get_by_role("slider", name="Row", exact=True).first
    row.and_(page.locator('[aria-valuetext="14"]')).wait_for()


def test_where_nothing_can_be_chosen_the_pointer_says_so(page):
    picture = picture_of(page, "microscope")
    before = picture.get_attribute("alt")
    go(page, picture, NOWHERE)
    assert picture.evaluate("img => [img.style.cursor, img.title]") == ["", ""]
    page.mouse.down()
    page.mouse.up()
    page.wait_for_timeout(300)
    assert picture.get_attribute("alt") == before
