"""Steps of a known length lead where arithmetic says, and leave the network as it was."""

import math
from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn, optim

from course_utils.lessons.optimize.step_size import slide, step_curve
from course_utils.network.digits import batches, one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.network.trained import partly_trained_net

TEN = one_of_each()


@given(curvature=st.floats(0.1, 50), share=st.floats(0.01, 1.5), start=st.floats(-3, 3))
def test_a_slide_shrinks_below_its_limit_and_only_there(curvature, share, start):
    found = slide(curvature, share * 2 / curvature, start, steps=6)
    factor = 1 - share * 2
    expected = [start * factor**n for n in range(7)]
    assert found.places == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert found.losses[1] == pytest.approx(curvature * expected[1] ** 2 / 2, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("curvature", [0.0, -1.0, math.nan, math.inf])
def test_only_a_bowl_is_slid_down(curvature):
    with pytest.raises(ValueError, match="a curvature above 0; this one has"):
        slide(curvature, 0.1)
    with pytest.raises(ValueError, match="learning rate"):
        slide(4.0, -0.1)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 99), rates=st.lists(st.floats(0, 5), min_size=1, max_size=4, unique=True)
)
def test_the_loss_after_a_step_is_what_torchs_sgd_gives(seed, rates):
    random = torch.Generator().manual_seed(seed)
    net = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()
    for parameter in net.parameters():
        parameter.data = torch.randn(parameter.shape, generator=random, dtype=torch.float64)
    images = torch.randn(6, 4, generator=random, dtype=torch.float64)
    labels = torch.randint(3, (6,), generator=random)
    curve = step_curve(net, images, labels, rates)
    for rate, found in zip(rates, curve.losses.tolist(), strict=True):
        copy = deepcopy(net)
        loss = F.cross_entropy(copy(images), labels)
        loss.backward()
        slope = sum(p.grad.square().sum().item() for p in copy.parameters())
        optim.SGD(copy.parameters(), lr=rate).step()
        assert found == pytest.approx(F.cross_entropy(copy(images), labels).item(), rel=1e-12)
        assert curve.after(rate) == (found, pytest.approx(loss.item() - rate * slope))


def test_a_small_step_keeps_the_promise_and_a_large_one_does_not():
    curve = step_curve(
        partly_trained_net(60).double(), TEN.images.double(), TEN.labels, [1e-5, 1.0]
    )
    fall, promised = (curve.loss - found[0].item() for found in (curve.losses, curve.promised))
    assert fall == pytest.approx(promised, rel=1e-3)
    assert curve.losses[1] > curve.loss > curve.promised[1]


def test_on_a_parabola_the_curve_is_exact():
    net = nn.Linear(1, 1, bias=False).double()
    net.weight.data.fill_(3.0)
    one, zero = torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    curve = step_curve(net, one, zero, [0.0, 0.25, 0.5, 1.0, 1.5], F.mse_loss)
    assert curve.losses.tolist() == [9.0, 2.25, 0.0, 9.0, 36.0]
    assert curve.promised.tolist() == [9.0, 0.0, -9.0, -27.0, -45.0]
    assert curve.best == (0.5, 0.0)


def test_trying_steps_leaves_everything_as_it_was():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 8), nn.BatchNorm1d(8), nn.Linear(8, 10))
    net[1].bias.requires_grad_(False)
    net[1].weight.grad = torch.full((8, 1024), 7.0)
    before = deepcopy(net.state_dict())
    step_curve(net, TEN.images, TEN.labels, [0.1, 10.0, 1e30])
    assert all(torch.equal(now, before[name]) for name, now in net.state_dict().items())
    assert (net[1].weight.grad == 7).all()
    assert net[3].weight.grad is None
    assert net.training


def test_a_frozen_parameter_does_not_move():
    net = nn.Linear(1, 1)
    net.bias.requires_grad_(False)
    net.weight.data.fill_(1.0)
    net.bias.data.fill_(1.0)
    curve = step_curve(net, torch.ones(1, 1), torch.zeros(1, 1), [0.5], F.mse_loss)
    assert (curve.slope, curve.losses.item()) == (16.0, 0.0)


def test_works_under_no_grad_and_keeps_infinite_losses():
    with torch.no_grad():
        curve = step_curve(seeded_net(), TEN.images, TEN.labels, [0.1, 1e30])
    assert curve.losses[0].isfinite()
    assert not curve.losses[1].isfinite()
    assert curve.best[0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("change", "rates", "criterion", "says"),
    [
        (lambda net: None, [-0.1], F.cross_entropy, "finite number from 0 up; this one is -0.1"),
        (lambda net: net.fc3.bias.data.fill_(math.nan), [0.1], F.cross_entropy, "is nan: there is"),
        (lambda net: net.fc3.bias.data.mul_(math.inf), [0.1], F.cross_entropy, "smaller learning"),
    ],
)
def test_what_cannot_be_stepped_is_refused(change, rates, criterion, says):
    net = seeded_net()
    change(net)
    with pytest.raises(ValueError, match=says):
        step_curve(net, TEN.images, TEN.labels, rates, criterion)


def test_a_rate_that_was_not_measured_is_named():
    curve = step_curve(seeded_net(), TEN.images, TEN.labels, [0.1, 0.2])
    with pytest.raises(ValueError, match=r"not measured at 0.3"):
        curve.after(0.3)


def test_batches_are_shuffled_whole_and_go_on():
    random = torch.random.get_rng_state()
    stream = batches(600, seed=3)
    first, second, third = next(stream), next(stream), next(stream)
    assert torch.equal(torch.random.get_rng_state(), random)
    assert first.images.shape == (600, 1, 32, 32)
    assert not torch.equal(first.labels, second.labels)
    assert torch.equal(first.images, third.images)  # 1,797 hold two whole ones of 600


def test_a_partly_trained_network_is_a_new_one_each_time():
    one, other = partly_trained_net(3), partly_trained_net(3)
    one.fc3.bias.data.zero_()
    assert other.fc3.bias.any()
    assert other.fc1.weight.dtype == torch.float32
    assert all(parameter.grad is None for parameter in other.parameters())
