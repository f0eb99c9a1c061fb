"""Refusals: where a pass stopped, PyTorch's own words, and what would fit."""

import re

import pytest
import torch
from torch import nn

from course_utils.network.lenet import Net
from course_utils.network.trace import trace

IMAGE = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(1))


def refusal(images, net=None):
    return trace(net or Net(), images).refusal


def test_a_pass_that_ends_well_has_no_refusal():
    assert refusal(IMAGE) is None


@pytest.mark.parametrize(
    ("images", "name", "step", "says"),
    [
        (torch.zeros(1, 1, 28, 28), "fc1", 7, "16 × 4 × 4 = 256 numbers"),
        (torch.zeros(1, 1, 28, 28), "fc1", 7, r"nn\.Linear\(256, 120\)"),
        (torch.zeros(1, 32, 32), "fc1", 7, "the batch dimension is missing"),
        (torch.zeros(32, 32), "conv1", 0, "channel and batch dimension are missing"),
        (torch.zeros(1, 1, 1, 32, 32), "conv1", 0, "this input has 5"),
        (torch.zeros(1, 3, 32, 32), "conv1", 0, "the input has 3 channels"),
        (torch.zeros(2, 1, 32, 32).double(), "conv1", 0, r"images\.to\(torch\.float32\)"),
        (torch.zeros(2, 1, 32, 32).long(), "conv1", 0, "float32, the type of its weights, not int"),
        (torch.zeros(1, 1, 10, 10), "conv2", 3, "3×3 pixels are left"),
        (torch.zeros(1, 1, 4, 4), "conv1", 0, "4×4 pixels are left"),
        (torch.zeros(1, 1, 5, 5), None, 2, "shrunk too far"),
    ],
)
def test_a_refusal_says_where_and_what_would_fit(images, name, step, says):
    found = refusal(images)
    assert (found.name, found.step) == (name, step)
    assert len(trace(Net(), images)) == step
    text = " ".join(str(found).split())
    assert str(tuple(images.shape)) in text
    assert re.search(says, text), text


def test_the_advice_for_a_small_image_works():
    net = Net()
    net.fc1 = nn.Linear(256, 120)
    assert refusal(torch.zeros(1, 1, 28, 28), net) is None


def test_pytorchs_own_message_is_kept():
    with pytest.raises(RuntimeError) as raised:
        Net()(torch.zeros(1, 1, 28, 28))
    assert refusal(torch.zeros(1, 1, 28, 28)).error == str(raised.value)


def test_grouped_convolutions_want_all_their_channels():
    net = nn.Sequential(nn.Conv2d(4, 8, 3, groups=2))
    assert refusal(torch.zeros(1, 4, 8, 8), net) is None
    assert "the layer 4" in refusal(torch.zeros(1, 2, 8, 8), net).advice
