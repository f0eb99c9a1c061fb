"""Pictures of lesson 02 show the numbers of the tensors they are given."""

import re

import pytest
import torch
from torch import nn

from course_utils.lessons.parameters.figures.initial_weights import (
    plot_image_gradient,
    plot_kernels,
    plot_layer_weights,
)
from course_utils.lessons.parameters.figures.table import FULL, draw_parameters, draw_sizes
from course_utils.lessons.parameters.initial_weights import layer_weights
from course_utils.lessons.parameters.table import LenetSizes, parameter_table
from course_utils.network.lenet import seeded_net
from course_utils.pictures.style import PAPER, WEIGHT

NET = seeded_net()
BOX = r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" rx="0" fill="([^"]+)"'


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def bars(picture):
    """Length and colour of each bar, from the top."""
    return [(float(found[2]), found[4]) for found in re.findall(BOX, picture.svg)]


def test_each_bar_is_as_long_as_its_tensors_share():
    table = parameter_table(NET)
    drawn = bars(draw_parameters(table))[: len(table)]
    for (length, fill), row in zip(drawn, table, strict=True):
        share = row.numbers / 61_706
        assert length == pytest.approx(max(FULL * share, 1), abs=0.05)
        assert fill == (PAPER if row.name.endswith("bias") else WEIGHT)


def test_the_bars_end_with_the_two_kinds_and_the_sum():
    picture = draw_parameters(parameter_table(NET))
    assert [length for length, _ in bars(picture)[-2:]] == pytest.approx(
        [FULL * 2_572 / 61_706, FULL * 59_134 / 61_706], abs=0.05
    )
    for word in ("convolutions", "2,572", "4.2 %", "fully connected", "95.8 %", "61,706", "77.8 %"):
        assert word in words(picture)
    assert picture.description == (
        "10 tensors hold 61,706 numbers. The largest, fc1.weight, holds 48,000 (77.8 %). "
        "By kind: convolutions 2,572 (4.2 %), fully connected 59,134 (95.8 %)."
    )


def test_another_network_gives_other_bars():
    picture = draw_parameters(parameter_table(nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 4))))
    assert len(bars(picture)) == 4 + 2
    assert "other layers 6 (27.3 %)" in picture.description
    assert "fully connected 16 (72.7 %)" in picture.description


def test_a_network_without_parameters_is_told():
    picture = draw_parameters(parameter_table(nn.ReLU()))
    assert picture.description == "This network has no parameters."


def test_the_lessons_own_sizes_differ_in_nothing():
    picture = draw_sizes(LenetSizes())
    assert picture.description.endswith("All as in Net.")
    assert not [word for word in words(picture) if word.startswith("≠")]
    assert "S4 16×5×5 = 400 → 120 → 84 → 10" in picture.description


def test_what_a_size_changes_is_marked():
    picture = draw_sizes(LenetSizes(conv1=12))
    marked = [word for word in words(picture) if word.startswith("≠")]
    assert marked == ["≠ 150", "≠ 6", "≠ 2,400"]
    assert picture.description.endswith(
        "Different from Net (its numbers in brackets): "
        "conv1.weight 300 (150), conv1.bias 12 (6), conv2.weight 4,800 (2,400)."
    )


def test_a_share_too_small_for_two_decimals_is_not_called_none():
    assert "under 0.01 %" in words(draw_sizes(LenetSizes(image=128)))


@pytest.mark.parametrize("sizes", [LenetSizes(), LenetSizes(48, 64, 480, 128)])
def test_nothing_leaves_the_sheet(sizes):
    picture = draw_sizes(sizes)
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', picture.svg).groups())
    assert width <= 1040
    boxes = [tuple(map(float, found[:4])) for found in re.findall(BOX, picture.svg)]
    assert all(x >= 0 and x + w <= 720 and y + h <= height for x, y, w, h in boxes)
    texts = re.findall(r'<text x="[\d.]+" y="([\d.]+)" font-size="([\d.]+)"', picture.svg)
    assert all(15 <= float(y) <= height - 5 and float(size) >= 11 for y, size in texts)


def test_histograms_count_every_value_between_the_dashed_lines():
    records = layer_weights(NET)
    picture = plot_layer_weights(records)
    for axes, record in zip(picture.figure.axes, records, strict=True):
        assert sum(bar.get_height() for bar in axes.patches) == record.values.numel()
        sides = [line.get_xdata()[0] for line in axes.lines]
        assert sides == pytest.approx([-record.bound, record.bound])
        assert axes.get_title().startswith(record.name)
    assert "fc1.weight reaches 0.050, 1/√400 is 0.050" in picture.description
    assert "No value lies outside. In the inner half" in picture.description


def test_values_outside_are_named():
    net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    with torch.no_grad():
        net[1].weight[0, 0] = -0.9
    picture = plot_layer_weights(layer_weights(net))
    assert picture.description.endswith("Values lie outside in 1.weight.")


def test_kernels_are_shown_on_one_symmetric_scale():
    picture = plot_kernels(NET.conv1.weight)
    panels = [axes for axes in picture.figure.axes if axes.images]
    weights = NET.conv1.weight.detach()[:, 0]
    shown = torch.stack([torch.tensor(axes.images[0].get_array().data) for axes in panels])
    assert torch.equal(shown, weights)
    reach = weights.abs().max().item()
    assert {axes.images[0].get_clim() for axes in panels} == {(-reach, reach)}
    above = ", ".join(str(int((kernel > 0).sum())) for kernel in weights)
    assert f"Above 0 are {above} of their 25 weights." in picture.description


def test_kernels_of_several_channels_are_refused():
    with pytest.raises(ValueError, match=r"these are \(16, 6, 5, 5\).*weight\[:, channel"):
        plot_kernels(NET.conv2.weight)


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


def test_drawing_leaves_the_random_state():
    state = torch.get_rng_state()
    draw_sizes(LenetSizes(image=64))
    draw_parameters(parameter_table(NET))
    assert torch.equal(torch.get_rng_state(), state)
