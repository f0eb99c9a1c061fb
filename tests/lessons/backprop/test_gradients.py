"""Central differences agree with autograd, gradients add up, sizes are those of the layers."""

import copy

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_utils.lessons.backprop.differences import check_gradients, numerical_gradient
from course_utils.lessons.backprop.gradients import accumulate, gradient_sizes
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net

TEN = one_of_each()
numbers = st.lists(st.floats(-3, 3), min_size=1, max_size=5)


def double(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


# Central differences.


@settings(max_examples=60, deadline=None)
@given(numbers)
def test_a_smooth_function_has_the_slope_autograd_finds(values):
    w = double(values)

    def compute_loss():
        return (w.sin() * w.exp()).sum()

    [exact] = torch.autograd.grad(compute_loss(), w)
    assert torch.allclose(numerical_gradient(compute_loss, w), exact, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(numbers, st.data())
def test_positions_are_counted_along_the_rows(values, data):
    w = double([values, values]).detach().T  # not contiguous
    places = data.draw(st.lists(st.integers(0, w.numel() - 1), min_size=1, max_size=4))
    found = numerical_gradient(lambda: (w * w).sum(), w, places)
    assert torch.allclose(found, 2 * w.reshape(-1)[places], atol=1e-6)


def test_a_single_number_has_a_gradient_too():
    w = double(3.0)
    assert numerical_gradient(lambda: w**2, w).tolist() == pytest.approx([6.0])


def test_every_parameter_of_the_network_agrees():
    net = seeded_net().double()
    images = TEN.images.double()
    check = check_gradients(lambda: F.cross_entropy(net(images), TEN.labels), net, sample=3)
    assert check.agrees
    assert [row.name for row in check.rows] == [name for name, _ in net.named_parameters()]
    assert all(len(row.positions) == 3 for row in check.rows)
    assert repr(check).count(" yes") == 10


class WrongBackward(torch.autograd.Function):
    """Doubles, and says that its slope is 3."""

    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, gradient):
        return 3 * gradient


def test_a_wrong_gradient_is_found():
    net = nn.Linear(2, 1).double()
    check = check_gradients(lambda: WrongBackward.apply(net.weight).sum() + net.bias.sum(), net)
    assert [row.agrees for row in check.rows] == [False, True]
    assert not check.agrees
    assert "2.0000     NO" in repr(check)


def test_a_check_leaves_no_trace():
    net = seeded_net().double()
    images = TEN.images[:1].double()
    net.conv1.bias.grad = torch.ones(6, dtype=torch.float64)
    before, random = copy.deepcopy(net.state_dict()), torch.get_rng_state()
    loss = net(images).square().mean()
    check_gradients(lambda: net(images).square().mean(), net, sample=1)
    assert all(torch.equal(old, net.state_dict()[name]) for name, old in before.items())
    assert torch.equal(net.conv1.bias.grad, torch.ones(6))
    assert torch.equal(torch.get_rng_state(), random)
    loss.backward()  # a graph made before is still valid


def test_values_come_back_even_if_the_loss_fails():
    w = double([1.0, 2.0])
    calls = iter([torch.tensor(1.0)])
    with pytest.raises(StopIteration):
        numerical_gradient(lambda: next(calls), w)
    assert w.tolist() == [1.0, 2.0]


def test_frozen_and_unused_parameters_are_no_trouble():
    net = nn.ModuleDict({"used": nn.Linear(2, 1), "unused": nn.Linear(2, 1)}).double()
    net["used"].bias.requires_grad_(False)
    x = torch.ones(1, 2, dtype=torch.float64)
    check = check_gradients(lambda: net["used"](x).sum(), net)
    names = [row.name for row in check.rows]
    assert names == ["used.weight", "unused.weight", "unused.bias"]
    assert check.agrees


@pytest.mark.parametrize(
    ("loss", "options", "says"),
    [
        (lambda w: w.sum(), {"step": 0}, "above 0.*this is 0"),
        (lambda w: w.sum(), {"step": float("nan")}, "above 0.*this is nan"),
        (lambda w: w.sum(), {"positions": [2]}, "has 2 numbers.*none at 2"),
        (lambda w: w.sum(), {"positions": [-1]}, "none at -1"),
        (lambda w: w, {}, r"shape \(2,\), 2 numbers"),
        (lambda w: w.sum() * float("nan"), {}, "The loss is nan"),
        (lambda w: w.sum() / 0, {}, "The loss is inf.*division by zero"),
    ],
)
def test_what_has_no_difference_is_refused(loss, options, says):
    w = double([1.0, 2.0])
    with pytest.raises(ValueError, match=says):
        numerical_gradient(lambda: loss(w), w, **options)


def test_float32_is_refused_with_the_remedy():
    net = seeded_net()
    with pytest.raises(ValueError, match=r"float64; this parameter is float32.*net\.double\(\)"):
        check_gradients(lambda: net(TEN.images).mean(), net)


def test_a_frozen_network_has_nothing_to_check():
    net = seeded_net().double().requires_grad_(False)
    with pytest.raises(ValueError, match="none of the network's 10 parameters"):
        check_gradients(lambda: net(TEN.images.double()).mean(), net)


# Adding up.


@settings(max_examples=8, deadline=None)
@given(calls=st.integers(1, 4), zeroed=st.booleans())
def test_gradients_add_up_unless_they_are_cleared(calls, zeroed):
    net = seeded_net()
    found = accumulate(net, TEN.images, TEN.labels, F.cross_entropy, calls, zeroed)
    [once] = torch.autograd.grad(F.cross_entropy(net(TEN.images), TEN.labels), [net.conv1.bias])
    assert len(found.grads) == calls
    for number, grad in enumerate(found.grads, start=1):
        assert torch.allclose(grad, once * (1 if zeroed else number), rtol=1e-5)


def test_adding_up_leaves_no_trace():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10))
    net[2].bias.grad = torch.ones(10)
    random = torch.get_rng_state()
    found = accumulate(net, TEN.images, TEN.labels, F.cross_entropy, parameter="2.bias")
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.equal(net[2].bias.grad, torch.ones(10))
    assert net[2].weight.grad is None
    assert not torch.allclose(found.grads[1], 2 * found.grads[0])  # dropout drew anew


def test_a_loss_of_nan_is_recorded_as_it_is():
    net = seeded_net()
    with torch.no_grad():
        net.fc3.bias[0] = float("nan")
    found = accumulate(net, TEN.images, TEN.labels, F.cross_entropy)
    assert str(found.loss) == "nan"
    assert found.grads[0].isnan().all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"calls": 0}, "At least one call.*not 0"),
        ({"parameter": "conv9.bias"}, "no parameter 'conv9.bias'; it has conv1.weight, conv1.bias"),
        ({"parameter": "conv2.bias"}, "conv2.bias requires no gradient"),
    ],
)
def test_what_cannot_add_up_is_refused(options, says):
    net = seeded_net()
    net.conv2.bias.requires_grad_(False)
    with pytest.raises(ValueError, match=says):
        accumulate(net, TEN.images, TEN.labels, F.cross_entropy, **options)


# Sizes.


def test_sizes_are_those_of_the_gradients():
    net = seeded_net()
    loss = F.cross_entropy(net(TEN.images), TEN.labels)
    sizes = gradient_sizes(loss, net)
    assert net.fc1.weight.grad is None
    loss.backward()
    weights = {name: p for name, p in net.named_parameters() if name.endswith("weight")}
    assert [layer.name for layer in sizes] == list(weights)
    for layer in sizes:
        grad = weights[layer.name].grad
        assert layer.size == pytest.approx((grad.norm() / grad.numel() ** 0.5).item(), rel=1e-5)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda net: net(TEN.images), ValueError, r"shape \(10, 10\), 100 numbers"),
        (lambda net: net(TEN.images).mean().detach(), ValueError, "There is no graph"),
        (lambda net: 2.3, TypeError, "this is float: 2.3"),
    ],
)
def test_what_has_no_sizes_is_refused(make, error, says):
    net = seeded_net()
    with pytest.raises(error, match=says):
        gradient_sizes(make(net), net)
