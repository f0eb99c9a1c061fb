"""From a control's move to the new picture: Python's part, for every explorer."""

import functools
import itertools

import pytest
import torch

from course_utils.lessons.backprop.explorers import Accumulation, BackpropStepper, NeuronStepper
from course_utils.lessons.define.explorers import ConvolutionMicroscope, NumberMicroscope, ShapeWalk
from course_utils.lessons.loss.explorers import LogitMixer
from course_utils.lessons.optimize.explorers import OptimizerRace, StepSize
from course_utils.lessons.parameters.explorers import WhereTheNumbersLive
from course_utils.lessons.train.drawing_pad import EMPTY, DigitPad
from course_utils.lessons.train.explorers import TrainingReplay
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.lessons.update.explorers import TrainingStepMachine
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import seeded_net

TEN = one_of_each()
IMAGE = TEN.images[3]
PARTS = split_digits(load_digits(), held_back=700)
EXPLORERS = {
    "shape walk": lambda: ShapeWalk(IMAGE),
    "convolution microscope": lambda: ConvolutionMicroscope(seeded_net(), IMAGE),
    "number microscope": lambda: NumberMicroscope(seeded_net(), IMAGE),
    "where the numbers live": WhereTheNumbersLive,
    "logit mixer": lambda: LogitMixer(seeded_net(), IMAGE, 3),
    "neuron stepper": NeuronStepper,
    "backprop stepper": lambda: _backprop_stepper(seeded_net()),
    "accumulation": lambda: Accumulation(seeded_net(), TEN.images, TEN.labels),
    "step size": lambda: StepSize(TEN.images, TEN.labels),
    "training step machine": TrainingStepMachine,
    "optimizer race": OptimizerRace,
    "training replay": lambda: TrainingReplay(_history(), PARTS.validation),
    "digit pad": lambda: DigitPad(_history().net(), PARTS.train, PARTS.validation),
}


def _backprop_stepper(net):
    return BackpropStepper(torch.nn.functional.cross_entropy(net(TEN.images), TEN.labels), net)


@functools.cache
def _history():
    return train_net(seeded_net(), PARTS.train, Recipe(epochs=2))


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
        options = getattr(
            control, "options", (EMPTY,) if hasattr(control, "says") else (True, False)
        )
        yield control, next(value for value in reversed(options) if value != first)
        yield control, first
