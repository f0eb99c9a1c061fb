"""The loss along one weight: what a network with that weight changed would give, and no trace."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_utils.lessons.loss.along_a_weight import (
    Slice,
    checked_labels,
    neuron_slice,
    weight_slice,
)
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.network.neuron import Neuron

TEN = one_of_each()


@settings(max_examples=12, deadline=None)
@given(data=st.data(), seed=st.integers(0, 9))
def test_a_slice_is_the_loss_of_the_changed_network(data, seed):
    net = seeded_net(seed)
    name, parameter = data.draw(st.sampled_from(list(net.named_parameters())))
    index = tuple(data.draw(st.integers(0, size - 1)) for size in parameter.shape)
    values = [-3.0, 0.5, 7.0]
    found = weight_slice(net, TEN.images, TEN.labels, name, index, values)
    assert found.present_loss == pytest.approx(F.cross_entropy(net(TEN.images), TEN.labels).item())
    assert found.present == parameter[index].item()
    for value, loss in zip(values, found.losses.tolist(), strict=True):
        with torch.no_grad():
            parameter[index] = value
        assert loss == pytest.approx(F.cross_entropy(net(TEN.images), TEN.labels).item())


def test_everything_is_left_as_it_was():
    net = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 2))
    images, labels = torch.randn(8, 4), torch.tensor([0, 1] * 4)
    loss = F.cross_entropy(net(images), labels)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state()
    weight_slice(net, images, labels, "3.weight", (0, 0), [-1.0, 1.0])
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert net.training
    assert all(parameter.grad is None for parameter in net.parameters())
    loss.backward()  # its graph is still whole


def test_dropout_draws_the_same_for_every_value():
    net = nn.Sequential(nn.Linear(4, 50), nn.Dropout(0.5), nn.Linear(50, 2))
    images, labels = torch.randn(8, 4), torch.tensor([0, 1] * 4)
    there, back = (weight_slice(net, images, labels, "2.bias", 0, v) for v in ([0, 1], [1, 0]))
    assert there.losses.tolist() == back.losses.tolist()
    again = weight_slice(net, images, labels, "2.bias", 0, [net[2].bias[0].item(), 5])
    assert again.losses[0] == again.present_loss


def test_values_are_sorted_and_the_lowest_found():
    found = neuron_slice(Neuron(), [1.0, 0.25, -1.0])
    assert found.values.tolist() == [-1, 0.25, 1]
    assert found.losses.tolist() == [1, 0, 2.25]
    assert found.lowest == (0.25, 0)
    assert (found.name, found.present, found.present_loss) == ("w", 0.75, 1)


def test_losses_that_are_no_numbers_are_passed_over():
    values = torch.tensor([0.0, 1.0, 2.0])
    assert Slice("w", values, torch.tensor([math.nan, 3.0, math.inf]), 0, 1).lowest == (1, 3)
    for broken in (math.nan, math.inf):
        assert Slice("w", values, torch.full((3,), broken), 0, broken).lowest is None


def test_a_network_that_gives_nan_gives_a_slice_of_nan():
    net = seeded_net()
    with torch.no_grad():
        net.fc3.bias[0] = math.nan
    found = weight_slice(net, TEN.images, TEN.labels, "fc3.bias", 1, [0.0, 1.0])
    assert found.losses.isnan().all()
    assert weight_slice(net, TEN.images, TEN.labels, "fc3.bias", 0, [0.0, 1.0]).lowest


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "fc4.weight"}, "No parameter is named 'fc4.weight'; there are conv1.weight, "),
        ({"index": (10, 0)}, r"fc3.weight has shape \(10, 84\); it has no place \[10, 0\]"),
        ({"index": (-1, 0)}, r"no place \[-1, 0\]"),
        ({"index": 3}, r"no place \[3\]"),
        ({"values": [1.0]}, "at least two finite values"),
        ({"values": [1.0, math.inf]}, r"at least two finite values; these are \[1.0, inf\]"),
        ({"labels": TEN.labels + 1}, "classes 0 to 9; a label is 10"),
        ({"labels": TEN.labels - 1}, "classes 0 to 9; a label is -1"),
        ({"labels": TEN.labels[:3]}, r"these are \(10, 10\) and \(3,\)"),
        ({"labels": TEN.labels[:, None]}, r"these are \(10, 10\) and \(10, 1\)"),
    ],
)
def test_what_does_not_fit_is_refused(change, says):
    fits = {
        "net": seeded_net(),
        "images": TEN.images,
        "labels": TEN.labels,
        "name": "fc3.weight",
        "index": (3, 4),
        "values": [0.0, 1.0],
    }
    with pytest.raises(ValueError, match=says):
        weight_slice(**fits | change)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (TEN.labels.float(), r"these are torch\.float32\. labels\.long\(\)"),
        (TEN.labels.tolist(), "these are list"),
        (TEN.labels > 4, r"these are torch\.bool"),
    ],
)
def test_labels_are_whole_numbers(labels, says):
    with pytest.raises(TypeError, match=says):
        checked_labels(labels, torch.zeros(10, 10))


def test_whole_numbers_of_any_width_will_do():
    assert checked_labels(TEN.labels.to(torch.uint8), torch.zeros(10, 10)).dtype == torch.int64
