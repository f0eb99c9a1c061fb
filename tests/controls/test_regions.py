"""What a pointer can choose on the explorers' pictures is what their controls offer."""

import itertools
import re

import pytest
import torch.nn.functional as F

from course_utils.lessons import backprop, define, loss, optimize, parameters, train
from course_utils.lessons.train.training import split_digits
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.pictures.style import VERMILION

NET, DIGITS = seeded_net(0), one_of_each()


def backprop_stepper():
    net = seeded_net(0)
    return backprop.BackpropStepper(F.cross_entropy(net(DIGITS.images), DIGITS.labels), net)


def training_replay():
    parts = split_digits(load_digits())
    run = train.train_net(seeded_net(), parts.train, train.Recipe(2))
    return train.TrainingReplay(run, parts.validation)


# Each with controls that a pointer can set, and how many values of each it can choose.
EXPLORERS = {
    "microscope": (lambda: define.ConvolutionMicroscope(NET, DIGITS.images[3]), {"row": 28}),
    "number": (lambda: define.NumberMicroscope(NET, DIGITS.images[3], "relu"), {"column": 28}),
    "softmax": (lambda: define.NumberMicroscope(NET, DIGITS.images[3], "softmax"), {"column": 10}),
    "walk": (lambda: define.ShapeWalk(DIGITS.images[3]), {"layer": 6}),
    "sizes": (parameters.WhereTheNumbersLive, {"tensor": 10}),
    "mixer": (lambda: loss.LogitMixer(NET, DIGITS.images[3], 3), {"pushed": 10, "value": 51}),
    "neuron": (backprop.NeuronStepper, {"step": 8}),
    "graph": (backprop_stepper, {"step": 27}),
    "race": (optimize.OptimizerRace, {"start": 81}),
    "replay": (training_replay, {"epoch": 3, "digit": 10}),
}


def met(region, x, y):
    """The values at (x, y), fractions of the region."""
    parts = ((region.across, x), (region.down, y))
    chosen = {n: v[int(at * len(v))] for way, at in parts for n, v in way.items()}
    return dict(region.values) | chosen


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_region_lies_on_the_picture_and_chooses_what_is_offered(name):
    make, counts = EXPLORERS[name]
    explorer = make()
    regions = explorer.picture.regions
    chosen = {name: set() for name in counts}
    for region in regions:
        left, top, width, height = region.box
        assert 0 <= left < left + width <= 1
        assert 0 <= top < top + height <= 1
        for x, y in ((0, 0), (0.5, 0.5), (0.99, 0.99)):
            values = met(region, x, y)
            region.label.format(**values)
            explorer.choose(**values)
            assert explorer.values() | values == explorer.values()
        for control, found in chosen.items():
            parts = region.across.get(control, ()), region.down.get(control, ())
            found.update([region.values[control]] if control in region.values else [], *parts)
    assert {name: len(found) for name, found in chosen.items()} == counts


def outlined(svg):
    """Middles of boxes and dots in the colour of what is chosen, as fractions of the picture."""
    wide, high = (float(side) for side in re.search(r'width="(\d+)" height="(\d+)"', svg).groups())
    for part in re.findall(rf"<(?:rect|circle) [^>]*{VERMILION}[^>]*>", svg):
        at = {name: float(number) for name, number in re.findall(r'(\w+)="([\d.]+)"', part)}
        middle = (
            at.get(a, 0) + at.get(size, 0) / 2 for a, size in (("x", "width"), ("y", "height"))
        )
        x, y = (at["cx"], at["cy"]) if "cx" in at else middle
        yield x / wide, y / high


@pytest.mark.parametrize("name", ["walk", "sizes", "race", "replay"])
def test_what_is_chosen_is_outlined_where_it_was_met(name):
    explorer, close = EXPLORERS[name][0](), 0.001
    for region, x in itertools.product(explorer.picture.regions, (0.05, 0.5, 0.9)):
        explorer.choose(**met(region, x, 0.5))
        left, top, width, height = region.box
        part = min((width / len(some) for some in region.across.values()), default=width)
        assert any(
            top - close <= b <= top + height + close and abs(a - left - x * width) <= part + close
            for a, b in outlined(explorer.picture.svg)
        ), f"{region.label} at {x}: nothing is outlined there"


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_the_microscope_takes_the_window_around_the_pixel_and_the_number_itself(stride, padding):
    explorer = EXPLORERS["microscope"][0]()
    explorer.choose(stride=stride, padding=padding)
    pixels, numbers = explorer.picture.regions
    side = 32 + 2 * padding
    places = (side - 5) // stride + 1
    assert len(numbers.down["row"]) == len(numbers.across["column"]) == places
    for pixel, row in enumerate(pixels.down["row"]):
        top = row * stride
        assert top <= pixel < top + 5 or row == places - 1
        assert row in (0, places - 1) or abs(top + 2 - pixel) < stride
