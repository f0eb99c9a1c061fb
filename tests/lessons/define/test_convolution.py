"""One position of a convolution agrees with PyTorch's convolution everywhere."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.define.convolution import KERNELS, convolve_at, layer_input
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net

IMAGE = one_of_each().images[3]


@settings(max_examples=60, deadline=None)
@given(
    channels=st.integers(1, 6),
    side=st.integers(5, 14),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    seed=st.integers(0, 99),
    place=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
)
def test_the_sum_is_the_output(channels, side, kernel, stride, padding, seed, place):
    random = torch.Generator().manual_seed(seed)
    image = torch.rand(channels, side, side + 1, generator=random)
    weight = torch.randn(channels, kernel, kernel, generator=random)
    whole = F.conv2d(image[None], weight[None], torch.tensor([0.5]), stride, padding)[0, 0]
    row, column = int(place[0] * whole.shape[0]), int(place[1] * whole.shape[1])
    patch = convolve_at(image, weight, 0.5, row, column, stride, padding)
    assert torch.equal(patch.output, whole)
    assert patch.total == pytest.approx(whole[row, column].item(), abs=1e-4)
    assert patch.values.shape == weight.shape
    assert patch.channel_sums.sum() + 0.5 == pytest.approx(patch.total, abs=1e-4)


def test_padding_adds_only_zeros():
    patch = convolve_at(IMAGE, KERNELS["blur"][None], 0, 0, 0, padding=2)
    assert patch.inputs.shape == (1, 36, 36)
    assert patch.inputs.sum() == IMAGE.sum()
    assert patch.values[0, :2].abs().sum() == 0


def test_blur_keeps_a_flat_image_and_edges_ignore_it():
    flat = torch.full((1, 9, 9), 0.5)
    assert convolve_at(flat, KERNELS["blur"][None], 0, 2, 2).total == pytest.approx(0.5)
    for name in ("vertical edges", "horizontal edges"):
        assert convolve_at(flat, KERNELS[name][None], 0, 2, 2).total == pytest.approx(0)


def test_each_edge_kernel_answers_to_its_own_edge():
    right_half = torch.zeros(1, 5, 5)
    right_half[..., 3:] = 1
    vertical, horizontal = KERNELS["vertical edges"], KERNELS["horizontal edges"]
    assert convolve_at(right_half, vertical[None], 0, 0, 0).total == pytest.approx(1)
    assert convolve_at(right_half, horizontal[None], 0, 0, 0).total == pytest.approx(0)
    lower_half = right_half.transpose(1, 2)
    assert convolve_at(lower_half, horizontal[None], 0, 0, 0).total == pytest.approx(1)


def test_a_trained_kernel_leaves_no_graph_behind():
    net = seeded_net()
    patch = convolve_at(IMAGE, net.conv1.weight[0], net.conv1.bias[0].item(), 0, 0)
    assert not patch.products.requires_grad


@pytest.mark.parametrize(
    ("image", "kernel", "place", "says"),
    [
        (torch.zeros(2, 9, 9), torch.zeros(1, 5, 5), (0, 0), r"\(2, 9, 9\) and \(1, 5, 5\)"),
        (torch.zeros(9, 9), torch.zeros(1, 5, 5), (0, 0), "same C are needed"),
        (torch.zeros(1, 9, 9), torch.zeros(1, 5, 5), (5, 0), r"rows 0 to 4.*\(5, 0\) is not"),
        (torch.zeros(1, 9, 9), torch.zeros(1, 5, 5), (0, -1), r"\(0, -1\) is not among them"),
    ],
)
def test_what_does_not_fit_is_refused(image, kernel, place, says):
    with pytest.raises(ValueError, match=says):
        convolve_at(image, kernel, 0.0, *place)


def test_layer_inputs_are_what_arrives_there():
    net = seeded_net()
    assert torch.equal(layer_input(net, IMAGE, "conv1"), IMAGE)
    arrives = F.max_pool2d(net.conv1(IMAGE[None]).relu(), 2)[0]
    assert torch.equal(layer_input(net, IMAGE, "conv2"), arrives.detach())


def test_a_layer_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="No layer of this network is named 'conv3'"):
        layer_input(seeded_net(), IMAGE, "conv3")
