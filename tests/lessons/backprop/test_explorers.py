"""Every control of the explorers of lesson 04, moved without a browser."""

import pytest
import torch.nn.functional as F

from course_utils.lessons.backprop.explorers import Accumulation, BackpropStepper, NeuronStepper
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net

TEN = one_of_each()


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def stepper():
    net = seeded_net()
    return BackpropStepper(F.cross_entropy(net(TEN.images), TEN.labels), net)


EXPLORERS = {
    "neuron": NeuronStepper,
    "backprop": stepper,
    "accumulation": lambda: Accumulation(seeded_net(), TEN.images, TEN.labels),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_position_of_every_control_has_a_picture_of_its_own(name):
    explorer = EXPLORERS[name]()
    for control_name, control in explorer.controls.items():
        before = control.value
        options = getattr(control, "options", (True, False))
        seen = {say(explorer, **{control_name: option}) for option in options}
        assert len(seen) == len(options), control_name
        say(explorer, **{control_name: before})


def test_what_is_stored_is_the_last_step():
    assert say(NeuronStepper()).endswith("Step 8 of 8: ∂loss/∂x = ∂loss/∂product · w = 3 · 2 = 6.")
    assert "Step 27 of 27" in say(stepper())
    assert "After 4 calls" in say(EXPLORERS["accumulation"]())


def test_a_sleeping_neuron_passes_nothing_whatever_its_target():
    explorer = NeuronStepper()
    for target in explorer.controls["target"].options:
        assert "· 2.5 = 0. The neuron is asleep" in say(explorer, step=7, w=-0.25, target=target)
    assert "asleep" not in say(explorer, w=0.0)


def test_calls_add_up_unless_cleared():
    net = seeded_net()
    explorer = Accumulation(net, TEN.images, TEN.labels)
    assert "3.0 times the gradient of one call" in say(explorer, calls=3)
    assert "1.0 times the gradient of one call" in say(explorer, zeroed=True)
    assert "one gradient" in say(explorer, calls=1)
    assert net.conv1.bias.grad is None
