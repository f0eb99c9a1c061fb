"""Parameters are counted as PyTorch counts them, and drawn as they are counted."""

import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_utils.lessons.parameters.figures.table import FULL, WIDTH, draw_sizes
from course_utils.lessons.parameters.table import LenetSizes
from course_utils.network.lenet import Net
from course_utils.pictures.style import PAPER, WEIGHT

SMALL = st.integers(1, 7)
BOX = r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" rx="0" fill="([^"]+)"'


class Resized(nn.Module):
    """`Net` with other sizes; `fc1` takes whatever S4 turns out to hold."""

    def __init__(self, conv1, conv2, fc1, image):
        super().__init__()
        self.conv1 = nn.Conv2d(1, conv1, 5)
        self.conv2 = nn.Conv2d(conv1, conv2, 5)
        self.fc1 = nn.Linear(self.maps(torch.zeros(1, 1, image, image)).numel(), fc1)
        self.fc2 = nn.Linear(fc1, 84)
        self.fc3 = nn.Linear(84, 10)

    def maps(self, x):
        return F.max_pool2d(self.conv2(F.max_pool2d(self.conv1(x), 2)), 2)


def listed(net):
    return [(name, tuple(parameter.shape)) for name, parameter in net.named_parameters()]


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL, SMALL, st.integers(16, 50))
def test_sizes_count_like_the_real_network(conv1, conv2, fc1, image):
    net, sizes = Resized(conv1, conv2, fc1, image), LenetSizes(conv1, conv2, fc1, image)
    assert [(row.name, row.shape) for row in sizes.table] == listed(net)
    assert sizes.table.total == sum(parameter.numel() for parameter in net.parameters())
    assert sizes.features == net.fc1.in_features


def test_the_network_of_the_course_by_hand():
    table = LenetSizes().table
    assert [(row.name, row.shape) for row in table] == listed(Net())
    numbers = [150, 6, 2_400, 16, 48_000, 120, 10_080, 84, 840, 10]
    assert [row.numbers for row in table] == numbers
    assert table.total == 61_706
    assert table.by_kind == {"convolutions": 156 + 2_416, "fully connected": 48_120 + 10_164 + 850}
    assert "fc1.weight 120×400 48,000 77.8 %" in " ".join(repr(table).split())
    assert repr(table).splitlines()[-1].split() == ["sum", "61,706"]


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"conv1": 0}, "conv1 is a whole number, at least 1; this is 0"),
        ({"fc1": 2.0}, r"fc1 is a whole number, at least 1; this is 2\.0"),
        ({"image": 15}, "15×15 leaves nothing .* take at least 16×16"),
        ({"image": 3}, "3×3 leaves nothing"),
    ],
)
def test_impossible_sizes_are_refused(sizes, says):
    with pytest.raises(ValueError, match=says):
        LenetSizes(**sizes)


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def test_each_bar_is_as_long_as_its_tensors_share():
    picture = draw_sizes(LenetSizes())
    bars = [(float(found[2]), found[4]) for found in re.findall(BOX, picture.svg)]
    for (length, fill), row in zip(bars, LenetSizes().table, strict=False):
        assert length == pytest.approx(max(FULL * row.numbers / 61_706, 1), abs=0.05)
        assert fill == (PAPER if row.name.endswith("bias") else WEIGHT)
    kinds = [FULL * 2_572 / 61_706, FULL * 59_134 / 61_706]
    assert [length for length, _ in bars[10:]] == pytest.approx(kinds, abs=0.05)
    assert picture.description == (
        "INPUT 1×32×32 → 6 channels → 16 channels, S4 16×5×5 = 400 → 120 → 84 → 10. "
        "10 tensors hold 61,706 numbers. The largest, fc1.weight, holds 48,000 (77.8 %). "
        "By kind: convolutions 2,572 (4.2 %), fully connected 59,134 (95.8 %). "
        "fc1.weight: 120 · 400 = 48,000. All as in Net."
    )
    assert {"2,572", "4.2 %", "95.8 %", "61,706", "77.8 %", "= 48,000"} <= set(words(picture))


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
    assert width == WIDTH <= 900
    boxes = [tuple(map(float, found[:4])) for found in re.findall(BOX, picture.svg)]
    assert all(x >= 0 and x + w <= 700 and y + h <= height for x, y, w, h in boxes)
    texts = re.findall(r'<text x="[\d.]+" y="([\d.]+)" font-size="([\d.]+)"', picture.svg)
    assert all(15 <= float(y) <= height - 5 and float(size) >= 13 for y, size in texts)
