"""Every control of the explorers of lesson 06, moved without a browser."""

import pytest
import torch

from course_utils.lessons.optimize.explorers import OptimizerRace, StepSize
from course_utils.lessons.optimize.race import RATES
from course_utils.network.digits import one_of_each

TEN = one_of_each()


@pytest.fixture(scope="module")
def step_size():
    torch.set_num_threads(1)
    return StepSize(TEN.images, TEN.labels)


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def test_a_small_step_lowers_the_loss_and_a_large_one_raises_it(step_size):
    assert "the loss falls by" in say(step_size, steps=60, rate=0.05)
    assert "the loss rises to" in say(step_size, steps=60, rate=2.0)
    assert "Untrained, loss 2.3" in say(step_size, steps=0, rate=2.0)
    assert "the loss falls by" in say(step_size)


@pytest.mark.parametrize("steps", StepSize.steps)
def test_every_rate_and_start_has_a_picture_of_its_own(step_size, steps):
    seen = {say(step_size, steps=steps, rate=rate) for rate in StepSize.rates}
    assert len(seen) == len(StepSize.rates)
    assert len({say(step_size, steps=other) for other in StepSize.steps}) == 3


def test_the_race_follows_surface_rate_and_momentum():
    explorer = OptimizerRace("saddle", rate=0.1)
    assert "On the saddle surface, from (−2, 0.001), SGD (rate 0.1): 79 steps" in say(explorer)
    assert "stuck" in say(explorer, surface=2, rate=0.3)
    assert "lost" in say(explorer, surface=0, rate=1.0)
    assert "Fewest steps: momentum" in say(explorer, rate=0.1, momentum=0.5)


def test_every_position_of_the_race_has_a_picture_of_its_own():
    explorer = OptimizerRace()
    seen = {
        say(explorer, surface=surface, rate=rate, momentum=momentum)
        for surface in explorer.controls["surface"].options
        for rate in RATES
        for momentum in explorer.controls["momentum"].options
    }
    assert len(seen) == 3 * len(RATES) * 4
