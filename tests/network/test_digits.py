"""Digits: real, whole, and at the size the network wants."""

import hashlib

import pytest
import torch
from torch import nn

from course_utils.network.digits import enlarge, guess, load_digits, one_of_each

IMAGE = one_of_each().images[3]


def test_all_digits_are_there():
    digits = load_digits()
    assert digits.images.shape == (1797, 1, 32, 32)
    assert digits.images.dtype == torch.float32
    assert digits.labels.shape == (1797,)
    assert digits.labels.bincount().tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_they_are_the_published_ones_to_the_last_bit():
    digits = load_digits()
    counts = 16 * digits.images[:, 0, ::4, ::4].flatten(1)
    written = torch.cat([counts, digits.labels[:, None]], dim=1).to(torch.uint8).numpy().tobytes()
    assert hashlib.sha256(written).hexdigest() == (
        "68aea062d35a127749050fa0e52dca09d6569ac08092c925610e0954e172dde2"
    )


def test_pixels_lie_between_paper_and_ink():
    images = load_digits().images
    assert (images.min(), images.max()) == (0, 1)


def test_every_block_is_one_count():
    blocks = load_digits().images.reshape(-1, 8, 4, 8, 4)
    assert torch.equal(blocks, blocks[:, :, :1, :, :1].expand_as(blocks))


def test_a_learner_who_changes_the_images_does_not_spoil_the_next_call():
    load_digits().images.zero_()
    load_digits().labels.zero_()
    assert load_digits().images.max() == 1
    assert load_digits().labels.max() == 9


def test_one_of_each_are_the_first_of_their_kind():
    every, ten = load_digits(), one_of_each()
    for digit in range(10):
        first = every.labels.tolist().index(digit)
        assert torch.equal(ten.images[digit], every.images[first])


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        (torch.zeros(8, 8), r"shape \(N, 8, 8\); these have \(8, 8\).*unsqueeze"),
        (torch.zeros(1, 28, 28), r"these have \(1, 28, 28\)"),
        (torch.full((1, 8, 8), 17), "go from 0 to 16; these go from 17 to 17"),
        (torch.full((1, 8, 8), -1), "these go from -1"),
        (torch.full((1, 8, 8), float("nan")), "these go from nan"),
    ],
)
def test_counts_that_are_none_are_refused(blocks, says):
    with pytest.raises(ValueError, match=says):
        enlarge(blocks)


def test_an_empty_batch_stays_empty():
    assert enlarge(torch.zeros(0, 8, 8)).shape == (0, 1, 32, 32)


def test_a_guess_is_a_distribution_over_ten_digits():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))
    found = guess(net, IMAGE, torch.tensor(3))
    assert found.probabilities.sum() == pytest.approx(1)
    assert found.favourite == int(net(IMAGE.unsqueeze(0)).argmax())
    assert (found.label, type(found.label)) == (3, int)
    assert not found.probabilities.requires_grad
