"""A drawing is counted as the data were, fitted, read, and never taken for more than it is."""

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings

from course_utils.lessons.train.drawing import (
    Reader,
    bitmap_of,
    blocks,
    centre_and_fit,
    to_bitmap,
    to_text,
)
from course_utils.lessons.train.training import split_digits
from course_utils.network.digits import Digits, enlarge, load_digits
from course_utils.network.lenet import seeded_net

DIGITS = load_digits()
COUNTS = 16 * DIGITS.images[:, 0, ::4, ::4]
SPLIT = split_digits(DIGITS)
NET = seeded_net().double()
READER = Reader(NET, SPLIT.train, SPLIT.test)


@st.composite
def drawings(draw):
    share = draw(st.sampled_from([0.0, 0.01, 0.3, 0.9, 1.0]))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 9999)))
    return torch.rand(32, 32, generator=generator) < share


@settings(max_examples=40, deadline=None)
@given(drawings())
def test_a_drawing_goes_through_text_and_back(bitmap):
    text = to_text(bitmap)
    assert torch.equal(to_bitmap(text), bitmap)
    assert text[33] == str(int(bitmap[1, 1]))


@pytest.mark.parametrize("text", ["", "0" * 1025, "2" * 1024, "é" + "0" * 1023])
def test_a_text_that_is_no_drawing_is_refused(text):
    with pytest.raises(ValueError, match="A drawing is 1024 characters 0 or 1; this has"):
        to_bitmap(text)


@settings(max_examples=40, deadline=None)
@given(drawings())
def test_ink_is_counted_in_blocks_and_any_counts_become_a_drawing(bitmap):
    found = blocks(bitmap)
    for row in range(8):
        for column in range(8):
            block = bitmap[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
            assert found[row, column] == block.sum()
    assert torch.equal(blocks(bitmap_of(found)), found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 27), st.integers(0, 27), st.integers(1, 32), st.integers(1, 32))
def test_a_fitted_drawing_fills_the_height_and_stands_in_the_middle(top, left, high, wide):
    bitmap = torch.zeros(32, 32, dtype=torch.bool)
    bitmap[top : top + high, left : left + wide] = True
    before = bitmap.clone()
    fitted = centre_and_fit(bitmap)
    rows, columns = fitted.any(1).nonzero()[:, 0], fitted.any(0).nonzero()[:, 0]
    assert (rows[0], rows[-1]) == (0, 31)
    assert abs(int(columns[0]) - (31 - int(columns[-1]))) <= 1
    drawn_rows, drawn_columns = min(high, 32 - top), min(wide, 32 - left)
    wanted = min(max(round(drawn_columns * 32 / drawn_rows), 3), 26)
    assert columns[-1] - columns[0] + 1 == wanted
    assert torch.equal(bitmap, before)


def test_fitting_does_not_depend_on_the_place():
    bitmap = torch.zeros(32, 32, dtype=torch.bool)
    bitmap[2:14, 3:5] = bitmap[13, 3:9] = True
    moved = bitmap.roll((9, 15), (0, 1))
    assert torch.equal(centre_and_fit(bitmap), centre_and_fit(moved))


def test_an_empty_drawing_stays_empty():
    empty = torch.zeros(32, 32, dtype=torch.bool)
    assert not centre_and_fit(empty).any()
    assert READER.read(empty).kind == READER.read(empty, fit=True).kind == "empty"


def test_a_reading_is_what_the_network_says():
    reading = READER.read(bitmap_of(COUNTS[3]))
    image = enlarge(COUNTS[3:4]).double()
    assert torch.allclose(reading.probabilities, NET(image).softmax(1)[0])
    assert torch.equal(reading.layers[0][1], NET.conv1(image).relu()[0])
    assert reading.answer == int(NET(image).argmax())
    assert not reading.probabilities.requires_grad


def test_a_fitted_reading_counts_the_fitted_drawing():
    bitmap = torch.zeros(32, 32, dtype=torch.bool)
    bitmap[4:12, 4:7] = True
    assert torch.equal(READER.read(bitmap, fit=True).counts, blocks(centre_and_fit(bitmap)))


def test_the_nearest_training_digit_is_found_and_its_distance_told_against_usual_ones():
    seen = 16 * SPLIT.train.images[:, 0, ::4, ::4].flatten(1)
    unseen = 16 * SPLIT.test.images[:, 0, ::4, ::4].flatten(1)
    distances = ((unseen[:, None] - seen[None]) ** 2).sum(-1).sqrt()
    usual, nearest = distances.min(1)
    for i in (0, 50, 200):
        reading = READER.read(bitmap_of(unseen[i].view(8, 8)))
        assert torch.equal(reading.nearest.flatten(), seen[nearest[i]])
        assert reading.nearest_label == SPLIT.train.labels[nearest[i]]
        share = (usual < usual[i]).double().mean().item()
        assert reading.further_than == pytest.approx(share, abs=0.01)


def test_an_untrained_network_is_unsure():
    assert READER.read(bitmap_of(COUNTS[3])).kind == "unsure"


def test_new_weights_are_read_at_once_and_left_as_they_are():
    net, other = seeded_net(0), seeded_net(1).state_dict()
    reader = Reader(net, Digits(DIGITS.images[:50], DIGITS.labels[:50]), SPLIT.test)
    before = reader.read(bitmap_of(COUNTS[3])).probabilities
    net.load_state_dict(other)
    assert not torch.equal(reader.read(bitmap_of(COUNTS[3]), fit=True).probabilities, before)
    assert all(torch.equal(weight, other[name]) for name, weight in net.state_dict().items())
    assert all(weight.grad is None for weight in net.parameters())
    assert net.training
