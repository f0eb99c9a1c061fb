"""What a pointer can choose on the explorers' pictures is what their controls offer."""

import pytest

from course_utils.lessons import train
from course_utils.lessons.define import ConvolutionMicroscope, one_of_each
from course_utils.lessons.train.training import split_digits
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net

PARTS = split_digits(load_digits())
EXPLORERS = {
    "microscope": lambda: ConvolutionMicroscope(seeded_net(0), one_of_each().images[3]),
    "replay": lambda: train.TrainingReplay(
        train.train_net(seeded_net(), PARTS.train, train.Recipe(2)), PARTS.validation
    ),
}


def met(region, x, y):
    """The values at (x, y), fractions of the region."""
    parts = ((region.across, x), (region.down, y))
    chosen = {n: v[int(at * len(v))] for way, at in parts for n, v in way.items()}
    return dict(region.values) | chosen


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_region_lies_on_the_picture_and_chooses_what_is_offered(name):
    explorer = EXPLORERS[name]()
    regions = explorer.picture.regions
    assert regions
    for region in regions:
        left, top, width, height = region.box
        assert 0 <= left < left + width <= 1
        assert 0 <= top < top + height <= 1
        for x, y in ((0, 0), (0.5, 0.5), (0.99, 0.99)):
            values = met(region, x, y)
            region.label.format(**values)
            explorer.choose(**values)
            assert explorer.values() | values == explorer.values()


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_the_microscope_takes_the_window_around_the_pixel_and_the_number_itself(stride, padding):
    explorer = EXPLORERS["microscope"]()
    explorer.choose(stride=stride, padding=padding)
    pixels, numbers = explorer.picture.regions
    side = 32 + 2 * padding
    places = (side - 5) // stride + 1
    assert len(numbers.down["row"]) == len(numbers.across["column"]) == places
    for pixel, row in enumerate(pixels.down["row"]):
        top = row * stride
        assert top <= pixel < top + 5 or row == places - 1
        assert row in (0, places - 1) or abs(top + 2 - pixel) < stride
