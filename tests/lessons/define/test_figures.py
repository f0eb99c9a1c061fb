"""Pictures of lessons 00 and 01 say what the network does, and follow it when it changes."""

import itertools
import re

import pytest
import torch
from torch import nn

from course_utils.lessons.define.convolution import KERNELS, convolve_at
from course_utils.lessons.define.figures.architecture import draw_architecture
from course_utils.lessons.define.figures.convolution import draw_patch
from course_utils.lessons.define.figures.shape_walk import draw_walk
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net, walk
from course_utils.network.trace import trace

TEN = one_of_each()
NET = seeded_net()


def words(picture):
    """All text of a diagram."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def boxes(picture):
    found = re.findall(r'<rect x="[^"]*" y="[^"]*" width="([^"]*)" height="([^"]*)"', picture.svg)
    return [(float(width), float(height)) for width, height in found]


def test_the_architecture_names_every_stage_with_its_shape_and_parameters():
    picture = draw_architecture(trace(NET, TEN.images[:1]))
    found = words(picture)
    for word in ("INPUT", "C1", "S2", "C3", "S4", "F5", "F6", "OUTPUT", "16×5×5", "48,120"):
        assert word in found
    assert picture.description.endswith("Of 61,706 parameters, F5 has 48,120, 78 %.")


def test_every_number_of_the_architecture_takes_the_same_area():
    found = boxes(draw_architecture(trace(NET, TEN.images[:1])))
    image, c1, vector = found[0], found[1], found[-4]
    assert image[0] / 32 == pytest.approx(c1[0] / 28, abs=0.01)
    assert vector[0] * vector[1] / 400 == pytest.approx((image[0] / 32) ** 2, rel=0.01)


def test_another_network_gives_another_picture():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 5))
    picture = draw_architecture(trace(net, torch.zeros(1, 3, 8, 8)))
    assert "INPUT 3×8×8 → C1 4×6×6 → 144 → OUTPUT 5" in picture.description


def test_parameters_of_unnamed_operations_count_for_the_stage_they_change():
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    picture = draw_architecture(trace(net, torch.zeros(2, 1, 8, 8)))
    assert "Of 48 parameters, C1 has 48, 100 %." in picture.description
    assert 4 * 9 + 4 + 2 * 4 == 48


def test_a_refused_pass_is_drawn_with_its_cross():
    picture = draw_architecture(trace(NET, torch.zeros(1, 1, 28, 28)))
    assert "fc1 refuses" in words(picture)
    assert picture.description.endswith("→ 256; then fc1 refuses its input.")


@pytest.mark.parametrize("size", [24, 28, 32, 40])
@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("batch", [True, False])
def test_a_walk_is_told_as_it_went(size, kernel, batch):
    went = walk(TEN.images[3], size, kernel, batch)
    picture = draw_walk(went)
    for step in went.steps:
        assert "×".join(map(str, step.shape)) in words(picture)
    assert ("✓ it fits" in words(picture)) == (went.refusal is None)
    assert picture.description.endswith("it fits." if went.refusal is None else "400x120).")


@pytest.mark.parametrize(("size", "kernel"), [(24, 7), (32, 5), (40, 3)])
def test_nothing_of_a_walk_leaves_the_sheet_or_covers_its_neighbour(size, kernel):
    picture = draw_walk(walk(TEN.images[3], size, kernel))
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', picture.svg).groups())
    box = r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"'
    found = re.findall(box, picture.svg)
    edges = [tuple(map(float, box)) for box in found]
    assert all(x >= 0 and y >= 30 and x + w <= width and y + h <= 240 for x, y, w, h in edges)
    assert all(a[0] + a[2] < b[0] for a, b in itertools.pairwise(edges))
    assert height == 285


def test_a_patch_writes_out_its_products():
    patch = convolve_at(TEN.images[3], KERNELS["blur"][None], 0, 10, 12)
    picture = draw_patch(patch, "blur")
    numbers = [word for word in words(picture) if re.fullmatch(r"-?\d\.\d\d", word)]
    assert len(numbers) == 3 * 25
    assert f"25 products: {patch.products.sum():.3f}" in " ".join(words(picture))
    assert picture.description.startswith("Kernel blur; stride 1, padding 0: output 28×28.")
    assert picture.description.endswith(f"the output is {patch.total:.3f}.")


def test_six_channels_give_six_sums_and_no_minus_zero():
    patch = convolve_at(torch.zeros(6, 14, 14), -torch.ones(6, 5, 5), 0.25, 0, 0, padding=1)
    picture = draw_patch(patch, "conv2, channel 0")
    assert "The channels give 0.000 + 0.000 + 0.000" in picture.description
    assert [w for w in words(picture) if w.startswith("channel ")] == [
        f"channel {i}" for i in range(6)
    ]
    assert "with the bias 0.250 the output is 0.250" in picture.description


def test_negative_sums_are_subtracted():
    image = torch.stack([torch.ones(5, 5), torch.ones(5, 5)])
    patch = convolve_at(image, torch.stack([torch.ones(5, 5), -torch.ones(5, 5)]), 0, 0, 0)
    assert "The channels give 25.000 − 25.000." in draw_patch(patch, "two").description
