"""The shell of the explorers: pictures follow, errors show, nothing is lost."""

import asyncio
import subprocess
import sys
import time

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.pictures.picture import Picture, Region

NOTE = "Controls: number. Run the cell to move it."


class Doubled(Explorer):
    """Twice a number, but not of 3."""

    computed = 0

    def __init__(self, adapt=None):
        super().__init__(
            {"number": Range("Number", range(5), value=1)},
            compute=self.double,
            draw=lambda record: Picture(f"It is {record}.", svg="<svg/>"),
            note=NOTE,
            adapt=adapt,
        )

    def double(self, number):
        self.computed += 1
        if number == 3:
            raise ValueError("3 is <not> allowed")
        return 2 * number


class Handle:
    """Stands for the place in a notebook where the picture is shown."""

    def __init__(self):
        self.shown = []

    def update(self, bundle, raw):
        assert raw
        self.shown.append(bundle["text/plain"])


@pytest.fixture
def explorer():
    return Doubled()


@pytest.fixture
def shell():
    shell = InteractiveShell.instance()
    yield shell
    shell.reset()
    InteractiveShell.clear_instance()


def move(explorer, value):
    explorer.controls["number"].value = value


def test_a_control_moves_the_picture(explorer):
    assert explorer.picture.description == "It is 2."
    move(explorer, 4)
    assert explorer.picture.description == "It is 8."


def test_every_place_that_shows_it_follows(explorer):
    explorer._handles = [Handle(), Handle()]
    move(explorer, 2)
    assert [handle.shown for handle in explorer._handles] == [["It is 4."], ["It is 4."]]


def test_an_error_is_shown_in_the_pictures_place_and_passes(explorer):
    explorer._handles = [Handle()]
    move(explorer, 3)
    assert explorer._handles[0].shown == [
        "These values cannot be shown. ValueError: 3 is <not> allowed"
    ]
    assert "3 is &lt;not&gt; allowed" in explorer._bundle()["text/html"]
    assert explorer.picture.description == "It is 2."
    move(explorer, 4)
    assert explorer._handles[0].shown[-1] == "It is 8."
    assert explorer.error is None


def test_a_move_computes_once(explorer):
    before = explorer.computed
    move(explorer, 2)
    assert explorer.computed == before + 1


def test_what_adapt_moves_is_computed_once():
    def shorten(number):
        explorer.controls["number"].options = range(3)

    explorer = Doubled(adapt=lambda number: None)
    explorer._adapt = shorten
    before = explorer.computed
    move(explorer, 2)
    assert explorer.computed == before + 1
    explorer.controls["number"].options = range(5)
    before = explorer.computed
    move(explorer, 4)
    assert explorer.controls["number"].value == 2
    assert explorer.computed == before + 1


def test_a_saved_notebook_holds_a_sentence_and_the_picture(explorer, shell):
    with capture_output() as captured:
        shell.display_formatter.ipython_display_formatter(explorer)
    controls, picture = captured.outputs
    assert controls.data["text/plain"] == NOTE
    assert "application/vnd.jupyter.widget-view+json" in controls.data
    assert picture.data["text/plain"] == "It is 2."
    assert repr(explorer) == NOTE


def test_without_anywidget_the_picture_stays_and_a_sentence_says_what_is_missing():
    program = """
import sys
sys.modules["anywidget"] = None
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from course_utils.lessons.define import ShapeWalk, one_of_each
shell = InteractiveShell.instance()
with capture_output() as captured:
    shell.display_formatter.ipython_display_formatter(ShapeWalk(one_of_each().images[3]))
for output in captured.outputs:
    print(output.data["text/plain"])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    said, picture = run.stdout.splitlines()
    assert "%pip install anywidget" in said
    assert "it fits" in picture


def test_the_controls_are_the_only_widgets(explorer):
    assert all(isinstance(control, ipywidgets.DOMWidget) for control in explorer.controls.values())
    assert not isinstance(explorer, ipywidgets.Widget)


def counted(number):
    """Ten records, which take 0.3 seconds together."""
    for i in range(10):
        yield f"{number}: {i}"
        time.sleep(0.03)
        if number == 4 and i == 5:
            raise ValueError("5 is enough")


@pytest.fixture
def counting(explorer):
    explorer._compute, explorer._draw = counted, lambda record: Picture(record, svg="<svg/>")
    return explorer


def test_without_a_kernel_all_records_come_at_once(counting):
    counting._handles = [Handle()]
    move(counting, 2)
    assert counting._handles[0].shown == ["2: 0", "2: 9"]


def test_in_a_kernel_records_are_drawn_as_they_come_until_a_control_moves(counting):
    async def work():
        move(counting, 2)
        assert counting._handles[0].shown == ["2: 0"]
        await asyncio.sleep(0.2)
        move(counting, 3)
        await asyncio.sleep(0.6)

    counting._handles = [Handle()]
    asyncio.run(work())
    two, three = ([s for s in counting._handles[0].shown if s[0] == number] for number in "23")
    assert 2 <= len(two) < len(three)
    assert (two[0], three[0], three[-1]) == ("2: 0", "3: 0", "3: 9")
    assert "2: 9" not in two
    assert counting._handles[0].shown == two + three


def test_an_error_on_the_way_ends_the_records_and_is_shown(counting):
    async def work():
        move(counting, 4)
        await asyncio.sleep(0.4)

    counting._handles = [Handle()]
    asyncio.run(work())
    assert counting._handles[0].shown[-1] == "These values cannot be shown. ValueError: 5 is enough"
    move(counting, 0)
    assert counting.error is None


# Pointing.


class Pointed(Explorer):
    """A number, and another that must not be larger."""

    def __init__(self):
        self.drawn = 0
        super().__init__(
            {"high": Range("High", range(5), value=2), "low": Range("Low", range(3), value=1)},
            compute=lambda high, low: (high, low),
            draw=self.picture_of,
            note=NOTE,
            adapt=lambda high, low: setattr(self.controls["low"], "options", range(high + 1)),
        )

    def picture_of(self, record):
        self.drawn += 1
        region = Region((0, 0, 1, 1), "low {low}", across={"low": range(record[0] + 1)})
        return Picture("{}, {}".format(*record), svg="<svg/>", regions=[region])


def test_what_a_pointer_meets_is_chosen_and_drawn_once():
    explorer = Pointed()
    explorer._pointer._handle_custom_msg({"choose": {"high": 4, "low": 2}}, [])
    assert (explorer.picture.description, explorer.drawn) == ("4, 2", 2)
    assert explorer._pointer.regions[0]["across"] == {"low": [0, 1, 2, 3, 4]}


@pytest.mark.parametrize("values", [{"low": 9}, {"low": "one"}])
def test_a_value_that_is_not_offered_changes_nothing(values):
    explorer = Pointed()
    explorer.choose(**values)
    assert explorer.picture.description == "2, 1"


def test_nothing_is_met_where_the_picture_is_an_error(explorer):
    explorer._draw = lambda record: Picture(
        "It.", svg="<svg/>", regions=[Region((0, 0, 1, 1), "one", {"number": 1})]
    )
    move(explorer, 2)
    assert explorer._pointer.regions
    move(explorer, 3)
    assert explorer._pointer.regions == []
