"""Every frame that is printed is what the explorer draws when its controls stand there."""

import base64
import itertools
import json
import re
import zlib

import ipywidgets
import pytest
import traitlets

from course_utils.command.instructor.pages import dials
from course_utils.command.instructor.pages import frames as printing
from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.lessons import backprop, define, loss, optimize, parameters, train, update
from course_utils.lessons.train.training import split_digits
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import new_chart

NET, DIGITS = seeded_net(0), one_of_each()
PARTS = split_digits(load_digits())

EXPLORERS = {
    "walk": lambda: define.ShapeWalk(DIGITS.images[3]),
    "microscope": lambda: define.ConvolutionMicroscope(NET, DIGITS.images[3]),
    "number": lambda: define.NumberMicroscope(NET, DIGITS.images[3]),
    "sizes": parameters.WhereTheNumbersLive,
    "mixer": lambda: loss.LogitMixer(NET, DIGITS.images[3], 3),
    "neuron": backprop.NeuronStepper,
    "accumulation": lambda: backprop.Accumulation(NET, DIGITS.images, DIGITS.labels),
    "step": lambda: optimize.StepSize(DIGITS.images, DIGITS.labels),
    "race": optimize.OptimizerRace,
    "replay": lambda: train.TrainingReplay(train.train_net(NET, PARTS.train), PARTS.validation),
    "own": lambda: train.TrainYourOwn(PARTS.train, PARTS.validation, train.Setting(20, epochs=5)),
}


def html_of(frames, key):
    """The output that a page shows for a frame, put together as page.js does."""
    frame = frames["frames"][key]
    image = "".join(frames["parts"][number] for number in frame["parts"])
    source = "data:image/svg+xml;base64," + base64.b64encode(image.encode()).decode()
    return re.sub(r'(<img alt="[^"]*")', rf'\1 src="{source}"', frame["html"])


def numbers(key):
    return [int(part) for part in key.split(",") if part]


@pytest.fixture(scope="module", params=EXPLORERS)
def printed(request):
    explorer = EXPLORERS[request.param]()
    before = explorer._bundle()
    frames = json.loads(json.dumps(printing.print_frames(explorer)))
    assert explorer._bundle() == before
    return explorer, frames


def test_frames_are_what_the_explorer_draws(printed):
    explorer, frames = printed
    before = explorer._bundle()
    assert html_of(frames, frames["start"]) == before["text/html"]
    all_dials = dials.dials_of(explorer)
    some = slice(None, None, -(-len(frames["frames"]) // 100))  # a hundred, all where fewer
    for key, frame in list(frames["frames"].items())[some]:
        dials.go(all_dials, frame["at"])
        assert [dial.position() for dial in all_dials] == frame["at"]
        assert html_of(frames, key) == explorer._bundle()["text/html"]
        if not frame["labels"]:
            assert numbers(key) == frame["at"]


def test_all_that_one_control_shows_alone_is_there(printed):
    _, frames = printed
    start = numbers(frames["start"])
    for i, control in enumerate(frames["controls"]):
        for at in range(len(control["labels"])):
            assert ",".join(map(str, [*start[:i], at, *start[i + 1 :]])) in frames["frames"]


def test_what_a_pointer_chooses_at_the_start_is_there(printed):
    explorer, frames = printed
    names = [control["name"] for control in frames["controls"]]
    for region in frames["frames"][frames["start"]]["regions"]:
        chosen = {name: [at] for name, at in region["values"].items()}
        chosen |= region["across"] | region["down"]
        for values in itertools.product(*chosen.values()):
            key = numbers(frames["start"])
            for name, at in zip(chosen, values, strict=True):
                key[names.index(name)] = at
            assert ",".join(map(str, key)) in frames["frames"]
    assert bool(explorer.picture.regions) == bool(frames["frames"][frames["start"]]["regions"])


def test_a_pad_offers_its_digits_and_their_shifts():
    pad = train.DigitPad(NET, PARTS.train, PARTS.validation)
    before = pad._bundle()
    frames = printing.print_frames(pad)
    assert pad._bundle() == before
    assert [one["words"] for one in frames["controls"]] == ["centre and fit", "Start from", "Moved"]
    drawing = pad.controls["pad"]
    for key in ("0,2,0", "0,2,1", "1,5,4"):
        fit, start, moved = numbers(key)
        pad.controls["start"].position = 0
        pad.controls["start"].position = start
        pad.controls["fit"].value = bool(fit)
        drawing.shift(*list(dials.SHIFTS.values())[moved])
        assert html_of(frames, key) == pad._bundle()["text/html"]
    assert printing.TO_DRAW in frames["note"]


@pytest.mark.parametrize("pressed", [(), (0, 1, 2, 3, 4)])
def test_buttons_are_pressed_in_their_order_and_out_of_it(pressed):
    machine = update.TrainingStepMachine()
    *lines, again = machine.controls.values()
    for i in pressed:
        lines[i].click()
    before = machine._bundle()
    frames = printing.print_frames(machine)
    assert machine._bundle() == before
    assert frames["start"] == ",".join(map(str, pressed))
    assert {"", "0,1,2,3,4", "4,3", "0,1,2,3,4,0", "0,1,3,1"} <= frames["frames"].keys()
    for key in frames["frames"]:
        again.click()
        for i in numbers(key):
            lines[i].click()
        assert html_of(frames, key) == machine._bundle()["text/html"]


class Odd(Explorer):
    """A chart, a refusal, and a control that no page can offer."""

    def __init__(self):
        free = ipywidgets.Text("free")
        super().__init__(
            {"free": free, "number": Range("Number", range(3))},
            compute=self.checked,
            draw=lambda number: Picture(f"It is {number}.", figure=new_chart(1 + number, 1)),
            note="Controls.",
        )

    def checked(self, free, number):
        if number == 2:
            raise traitlets.TraitError("2 is <not> allowed")
        return number


def test_charts_come_as_small_pngs_and_refusals_as_words():
    frames = printing.print_frames(Odd())
    assert [one["name"] for one in frames["controls"]] == ["number"]
    [chart] = [frames["parts"][number] for number in frames["frames"]["1"]["parts"]]
    assert chart.startswith("data:image/png;base64,")
    assert len(chart) < 800
    assert "2 is &lt;not&gt; allowed" in frames["frames"]["2"]["html"]
    assert frames["frames"]["2"]["parts"] == []


def test_frames_are_packed_for_the_browsers_own_unpacking():
    frames = printing.print_frames(Odd())
    packed = zlib.decompress(base64.b64decode(printing.pack(frames)))
    assert json.loads(packed) == json.loads(json.dumps(frames))


def test_a_control_may_make_room_for_one_before_it():
    low, high = Range("Low", range(3)), Range("High", range(3), value=2)
    explorer = Explorer(
        {"low": low, "high": high},
        compute=lambda low, high: (low, high),
        draw=lambda record: Picture(f"{record}", svg="<svg/>"),
        note="Controls.",
        adapt=lambda high, **_: setattr(low, "options", range(high + 1)),
    )
    frames = printing.print_frames(explorer)
    assert frames["frames"]["1,1"]["at"] == [1, 1]
    assert frames["note"] == printing.A_PART
