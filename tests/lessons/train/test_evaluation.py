"""Evaluations count what they say, shifts move what they should, and nothing else changes."""

import hypothesis.strategies as st
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from torch import nn

from course_utils.lessons.train.evaluation import Evaluation, accuracy_by_shift, evaluate_net
from course_utils.lessons.train.shifts import shift, shift_each
from course_utils.network.digits import Digits, load_digits
from course_utils.network.lenet import seeded_net

DIGITS = load_digits()
IMAGES, LABELS = DIGITS.images[:150], DIGITS.labels[:150]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(0, 999))
def test_confusion_accuracy_and_mistakes_agree(count, seed):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, 10, (count,), generator=generator)
    scores = torch.randn(count, 10, generator=generator) + 2 * F.one_hot(labels, 10)
    found = Evaluation(labels, scores.softmax(1), 0.0)
    counts = torch.zeros(10, 10, dtype=torch.long)
    for label, answer in zip(labels.tolist(), found.answers.tolist(), strict=True):
        counts[label, answer] += 1
    assert torch.equal(found.confusion, counts)
    assert found.right == counts.trace() == count - len(found.mistakes)
    assert found.accuracy == found.right / count
    assert found.mistakes.sort().values.tolist() == [
        i for i in range(count) if found.answers[i] != labels[i]
    ]
    sure = [float(found.probabilities[i].max()) for i in found.mistakes.tolist()]
    assert sure == sorted(sure, reverse=True)


def test_loss_and_probabilities_are_torchs():
    net = seeded_net()
    found, scores = evaluate_net(net, Digits(IMAGES, LABELS)), net(IMAGES)
    assert found.loss == pytest.approx(F.cross_entropy(scores, LABELS).item(), abs=1e-6)
    assert torch.allclose(found.probabilities, scores.softmax(1), atol=1e-6)
    assert not found.probabilities.requires_grad


def test_an_evaluation_puts_every_mode_back_and_sees_no_dropout():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10))
    net[1].eval()
    one, other = (evaluate_net(net, Digits(IMAGES, LABELS)) for _ in range(2))
    assert torch.equal(one.probabilities, other.probabilities)
    with pytest.raises(RuntimeError):
        evaluate_net(net, Digits(torch.zeros(2, 1, 28, 28), LABELS[:2]))
    assert [net.training, *(m.training for m in net)] == [True, True, False, True]


@settings(max_examples=60, deadline=None)
@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 99))
def test_a_shift_is_a_roll_whose_edge_is_paper(right, down, seed):
    images = torch.rand(2, 6, 7, generator=torch.Generator().manual_seed(seed))
    before = images.clone()
    moved = shift(images, right, down)
    for row in range(6):
        for column in range(7):
            r, c = row - down, column - right
            inside = 0 <= r < 6 and 0 <= c < 7
            wanted = images[:, r, c] if inside else torch.zeros(2)
            assert torch.equal(moved[:, row, column], wanted)
    assert torch.equal(images, before)


def test_chance_shifts_reach_every_distance_and_no_further():
    dots = torch.zeros(400, 1, 9, 9)
    dots[:, 0, 4, 4] = 1
    moved = shift_each(dots, 2, torch.Generator().manual_seed(0))
    places = {(row - 4, column - 4) for _, _, row, column in moved.nonzero().tolist()}
    assert places == {(r, c) for r in range(-2, 3) for c in range(-2, 3)}
    assert torch.equal(shift_each(dots, 0, torch.Generator()), dots)


@pytest.mark.parametrize("reach", [-1, 9])
def test_a_reach_that_leaves_nothing_is_refused(reach):
    with pytest.raises(ValueError, match=f"from 0 to 8 pixels .* this is {reach}"):
        shift_each(torch.zeros(1, 1, 9, 9), reach, torch.Generator())


def test_accuracy_by_shift_is_the_mean_of_four_directions():
    net = seeded_net()
    ways = [(3, 0), (-3, 0), (0, 3), (0, -3)]
    still, *each = (
        evaluate_net(net, Digits(shift(IMAGES, *way), LABELS)).accuracy for way in [(0, 0), *ways]
    )
    found = accuracy_by_shift(net, Digits(IMAGES, LABELS), [0, 3])
    assert found == (still, pytest.approx(sum(each) / 4))
