"""Every control of the explorers of lesson 04, moved without a browser."""

import pytest
import torch
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


def loss_of(net):
    return F.cross_entropy(net(TEN.images), TEN.labels)


def stepper(net=None):
    net = net or seeded_net()
    return BackpropStepper(loss_of(net), net)


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


def test_the_neuron_steps_back_to_its_weight():
    explorer = NeuronStepper()
    assert "no gradient is known yet" in say(explorer)
    assert say(explorer, step=7).endswith("∂loss/∂w = ∂loss/∂product · x = 2 · 2 = 4.")
    assert "6.5 · (−3) = −19.5" in say(explorer, x=-3.0, w=-1.25)


def test_a_sleeping_neuron_passes_nothing_whatever_its_target():
    explorer = NeuronStepper()
    for target in explorer.controls["target"].options:
        told = say(explorer, step=7, w=-0.25, target=target)
        assert "· 2 = 0. The neuron is asleep" in told
    assert "asleep" not in say(explorer, w=0.0)


def test_the_pass_goes_from_the_last_layer_to_the_first():
    explorer = stepper()
    assert explorer.controls["step"].options[-1] == 27
    assert "None of the 10 leaves has a .grad" in say(explorer, step=0)
    assert "1 of 10 leaves have their .grad: fc3.bias." in say(explorer, step=4)
    assert "arrives at conv1.bias. 10 of 10 leaves" in say(explorer, step=27)


def test_stepping_leaves_gradients_and_graph_alone():
    net = seeded_net()
    loss = loss_of(net)
    explorer = BackpropStepper(loss, net)
    say(explorer, step=27)
    assert all(parameter.grad is None for parameter in net.parameters())
    loss.backward()


def test_a_loss_of_nan_is_shown_and_the_steps_still_work():
    net = seeded_net()
    with torch.no_grad():
        net.fc3.bias[0] = float("nan")
    explorer = stepper(net)
    assert "The loss is nan" in say(explorer, step=5)
    assert "Step 6 of 27" in say(explorer, step=6)


def test_a_freed_graph_is_refused_at_once():
    net = seeded_net()
    loss = loss_of(net)
    loss.backward()
    with pytest.raises(ValueError, match="freed by an earlier"):
        BackpropStepper(loss, net)


def test_calls_add_up_unless_cleared():
    net = seeded_net()
    explorer = Accumulation(net, TEN.images, TEN.labels)
    assert "one gradient" in say(explorer)
    assert "3.0 times the gradient of one call" in say(explorer, calls=3)
    assert "1.0 times the gradient of one call" in say(explorer, zeroed=True)
    assert net.conv1.bias.grad is None
