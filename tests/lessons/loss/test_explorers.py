"""Every control of the explorer of lesson 03, moved without a browser."""

import math

import pytest
import torch
from torch import nn

from course_utils.lessons.loss.explorers import LogitMixer
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net

IMAGE = one_of_each().images[3]


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def test_it_starts_near_the_price_of_knowing_nothing():
    said = say(LogitMixer(seeded_net(), IMAGE, 3))
    assert "cross entropy 2.3055, slope −0.9003" in said


def test_right_scores_cost_nothing_and_wrong_ones_their_height():
    explorer = LogitMixer(seeded_net(), IMAGE, 3)
    assert "cross entropy 0.0000" in say(explorer, value=20.0)
    assert "MSE is 36.1" in say(explorer)
    said = say(explorer, pushed=8)
    assert "slope 1.0000" in said
    assert said.endswith("wrong, this is a 3.")


def test_softmax_first_stops_at_the_floor():
    explorer = LogitMixer(seeded_net(), IMAGE, 3)
    assert "cross entropy 1.4612" in say(explorer, softmax_first=True, value=20.0)


@pytest.mark.parametrize("softmax_first", [False, True])
@pytest.mark.parametrize("pushed", [3, 8])
def test_every_position_of_every_control_has_a_picture_of_its_own(pushed, softmax_first):
    explorer = LogitMixer(seeded_net(), IMAGE, 3)
    say(explorer, pushed=pushed, softmax_first=softmax_first)
    for name, control in explorer.controls.items():
        before = control.value
        options = getattr(control, "options", (True, False))
        seen = {say(explorer, **{name: option}) for option in options}
        assert len(seen) == len(options), name
        say(explorer, **{name: before})


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_broken_score_is_told_and_can_be_pushed_away(bad):
    net = seeded_net()
    with torch.no_grad():
        net.fc3.bias[4] = bad
    explorer = LogitMixer(net, IMAGE, 3)
    assert "A score is no finite number, that of 4 is" in say(explorer)
    assert len({say(explorer, value=v) for v in (-5.0, 0.0, 20.0)}) == 3
    assert say(explorer, softmax_first=True) != say(explorer, softmax_first=False)
    assert "cross entropy" in say(explorer, pushed=4)
    assert "no finite number" not in say(explorer)
    assert "no finite number" in say(explorer, pushed=5)


def test_the_network_is_left_as_it_was():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10), nn.Dropout(0.5))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state()
    explorer = LogitMixer(net, IMAGE, torch.tensor(3))
    say(explorer, value=7.0)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net.training


def test_a_digit_that_is_none_is_refused_at_once():
    with pytest.raises(ValueError, match="The label is 10, but 10 scores"):
        LogitMixer(seeded_net(), IMAGE, 10)


def test_a_network_of_other_outputs_is_refused_at_once():
    with pytest.raises(ValueError, match=r"these have \(1, 6, 28, 28\)"):
        LogitMixer(seeded_net().conv1, IMAGE, 3)


def test_its_note_stands_in_for_the_controls():
    assert repr(LogitMixer(seeded_net(), IMAGE, 3)).startswith("Controls: which score")
