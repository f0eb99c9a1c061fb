"""From a control's move to the new picture: Python's part, for every explorer."""

import itertools

import pytest
import torch

from course_utils.core.define import seeded_net
from course_utils.core.digits import one_of_each
from course_utils.widgets.define import ConvolutionMicroscope, ShapeWalk

IMAGE = one_of_each().images[3]
EXPLORERS = {
    "shape walk": lambda: ShapeWalk(IMAGE),
    "convolution microscope": lambda: ConvolutionMicroscope(seeded_net(), IMAGE),
}


class Sink:
    """Takes the picture as a notebook would, without a browser behind it."""

    def update(self, bundle, raw):
        assert bundle["text/plain"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_move(benchmark, name):
    torch.set_num_threads(1)
    explorer = EXPLORERS[name]()
    explorer._handles = [Sink()]
    moves = itertools.cycle(list(_moves(explorer)))

    def move(control, value):
        control.value = value

    benchmark.pedantic(move, setup=lambda: (next(moves), {}), rounds=120, warmup_rounds=10)
    assert explorer.error is None


def _moves(explorer):
    """Each control in turn to another value and back."""
    for control in explorer.controls.values():
        first = control.value
        options = getattr(control, "options", (True, False))
        yield control, next(value for value in reversed(options) if value != first)
        yield control, first
