"""The course's network, its guesses, and an image's walk through it."""

import pytest
import torch
from torch import nn

from course_utils.network.digits import one_of_each
from course_utils.network.lenet import Net, lenet_names, seeded_net, walk
from course_utils.network.trace import trace

IMAGE = one_of_each().images[3]


def fits(size, kernel, batch=True):
    """Whether the network itself takes such an image."""
    net = Net()
    net.conv1, net.conv2 = nn.Conv2d(1, 6, kernel), nn.Conv2d(6, 16, kernel)
    images = torch.zeros(1, 1, size, size)
    try:
        net(images if batch else images[0])
    except RuntimeError:
        return False
    return True


def test_seeded_nets_are_equal_and_leave_the_random_state_alone():
    state = torch.get_rng_state()
    one, two, other = seeded_net(3), seeded_net(3), seeded_net(4)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(map(torch.equal, one.parameters(), two.parameters()))
    assert not torch.equal(one.fc3.weight, other.fc3.weight)


def test_seeded_net_starts_where_manual_seed_and_net_start():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = Net()
    assert all(map(torch.equal, seeded_net(0).parameters(), net.parameters()))


def test_lenet_names_follow_the_operations():
    names = lenet_names(trace(Net(), IMAGE.unsqueeze(0)))
    assert names == ["C1", None, "S2", "C3", None, "S4", None, "F5", None, "F6", None, "OUTPUT"]


def test_lenet_names_of_another_net_and_of_a_refused_one():
    net = nn.Sequential(nn.AvgPool2d(2), nn.Flatten(), nn.Linear(256, 3), nn.ReLU())
    assert lenet_names(trace(net, IMAGE.unsqueeze(0))) == ["S1", None, "F2", None]
    refused = trace(Net(), torch.zeros(1, 1, 28, 28))
    assert [name for name in lenet_names(refused) if name] == ["C1", "S2", "C3", "S4"]
    assert lenet_names(trace(Net(), torch.zeros(1, 2, 4, 4))) == []


@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("size", range(24, 41))
def test_a_walk_ends_well_exactly_where_the_network_does(size, kernel):
    assert (walk(IMAGE, size, kernel).refusal is None) == fits(size, kernel)


def test_without_a_batch_no_size_fits():
    for size in range(24, 41):
        assert walk(IMAGE, size, batch=False).refusal is not None
        assert not fits(size, 5, batch=False)


@pytest.mark.parametrize("size", [24, 32, 35, 40])
def test_the_shapes_of_a_walk_are_those_of_a_trace(size):
    steps = walk(IMAGE, size).steps
    traced = trace(Net(), torch.zeros(1, 1, size, size))
    shown = [s.shape_out[1:] for s in traced if s.operation in {"conv2d", "max_pool2d", "flatten"}]
    assert [step.shape for step in steps] == [(1, size, size), *shown]


def test_formulas_come_out_as_they_say():
    for step in walk(IMAGE, 31, 7).steps[1:]:
        left, right = step.formula.replace("−", "-").replace("×", "*").split(" = ")
        assert eval(left) == int(right) == step.shape[-1]


def test_what_arrives_is_the_digit_after_its_relu():
    steps = walk(IMAGE).steps
    assert torch.equal(steps[0].values, IMAGE)
    assert steps[1].values.min() == 0
    assert torch.equal(steps[1].values, seeded_net(0).conv1(IMAGE.unsqueeze(0)).relu()[0].detach())


def test_without_a_batch_flatten_keeps_channels_apart():
    last = walk(IMAGE, batch=False).steps[-1]
    assert (last.shape, last.formula) == ((16, 25), "5 × 5 = 25")
