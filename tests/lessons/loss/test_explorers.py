"""Every control of the explorer of lesson 03, moved without a browser."""

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


def test_the_three_questions_have_their_answers():
    explorer = LogitMixer(seeded_net(), IMAGE, 3, value=5.0)
    assert "The score of 3 is 5.0" in say(explorer)
    assert "cross entropy 0.0004" in say(explorer, value=10.0)
    assert "MSE is 8.1031" in say(explorer)
    assert "cross entropy 1.4612" in say(explorer, softmax_first=True, value=20.0)
    said = say(explorer, softmax_first=False, pushed=8)
    assert "slope 1.0000" in said
    assert said.endswith("wrong, this is a 3.")


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


def test_the_network_is_left_as_it_was():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10), nn.Dropout(0.5))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state()
    say(LogitMixer(net, IMAGE, 3), value=7.0)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net.training


def test_its_note_stands_in_for_the_controls():
    assert repr(LogitMixer(seeded_net(), IMAGE, 3)).startswith("Controls: which score")
