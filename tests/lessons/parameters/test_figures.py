"""First values and an image's gradient are drawn as they are."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_utils.lessons.parameters.figures.initial_weights import (
    plot_image_gradient,
    plot_layer_weights,
)
from course_utils.lessons.parameters.initial_weights import layer_weights
from course_utils.network.lenet import seeded_net


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 5), st.integers(0, 1000))
def test_first_values_lie_within_the_bound(inputs, outputs, side, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(inputs, outputs), nn.Conv2d(inputs, outputs, side))
    for found, layer in zip(layer_weights(net), net, strict=True):
        assert found.fan_in == nn.init._calculate_fan_in_and_fan_out(layer.weight)[0]
        assert found.bound == pytest.approx(found.fan_in**-0.5)
        assert found.is_within_bound
        assert torch.equal(found.values, layer.weight.detach().flatten())


def test_histograms_count_every_value_between_the_dashed_lines():
    records = layer_weights(seeded_net())
    picture = plot_layer_weights(records)
    for axes, record in zip(picture.figure.axes, records, strict=True):
        assert sum(bar.get_height() for bar in axes.patches) == record.values.numel()
        sides = [line.get_xdata()[0] for line in axes.lines]
        assert sides == pytest.approx([-record.bound, record.bound])
        assert axes.get_title().startswith(record.name)
    assert records[2].share_in_inner_half == pytest.approx(0.5, abs=0.02)
    assert "fc1.weight reaches 0.050, 1/√400 is 0.050" in picture.description
    assert "No value lies outside. In the inner half" in picture.description


def test_values_outside_are_named_and_the_record_is_a_copy():
    net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    before = layer_weights(net)
    with torch.no_grad():
        net[1].weight[0, 0] = -0.9
    picture = plot_layer_weights(layer_weights(net))
    assert picture.description.endswith("Values lie outside in 1.weight.")
    assert "No value lies outside" in plot_layer_weights(before).description


def test_weights_need_a_layer_to_look_at():
    with pytest.raises(ValueError, match="no convolution and no linear layer"):
        layer_weights(nn.BatchNorm1d(3))


def test_a_gradient_is_shown_beside_its_image():
    image, gradient = torch.rand(32, 32), torch.zeros(32, 32)
    gradient[10, 20], gradient[0, 0], gradient[5, 1], gradient[2, 2] = -0.25, 0.1, -0.05, 0.07
    picture = plot_image_gradient(image, gradient)
    left, right = picture.figure.axes[:2]
    assert torch.equal(torch.tensor(left.images[0].get_array().data), image)
    assert torch.equal(torch.tensor(right.images[0].get_array().data), gradient)
    assert right.images[0].get_clim() == (-0.25, 0.25)
    assert "strongest is −0.2500, at row 10, column 20" in picture.description
    assert f"{0.25 / 256:.4f} in the middle of the image" in picture.description
    assert f"{0.15 / (1024 - 784):.4f} in the two outermost" in picture.description


def test_no_gradient_at_all_is_told():
    picture = plot_image_gradient(torch.rand(8, 8), torch.zeros(8, 8))
    assert picture.description == "The gradient of all 8 by 8 pixels is 0."


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(32, 32\) and \(1, 32, 32\)\. Take images\[0, 0\]\."):
        plot_image_gradient(torch.rand(32, 32), torch.rand(1, 32, 32))
