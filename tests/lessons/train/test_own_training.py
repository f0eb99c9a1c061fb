"""Trainings of one's own: what overfits and diverges, what is kept, and what is compared."""

from itertools import count

import pytest
import torch

from course_utils.lessons.train.explorers import FEW, TrainYourOwn
from course_utils.lessons.train.own_training import Setting, Trainings, wide_net
from course_utils.lessons.train.training import split_digits
from course_utils.network.digits import Digits, load_digits
from course_utils.network.lenet import seeded_net

DIGITS = load_digits()
PARTS = split_digits(Digits(DIGITS.images.double(), DIGITS.labels))
QUICK = Setting(digits=20, epochs=5)


@pytest.fixture(autouse=True)
def in_64_bits():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def trainings():
    return Trainings(PARTS.train, PARTS.validation)


def finish(trainings, setting):
    """How many bits of work were left, and what came of the training."""
    bits = next(number for number in count() if not trainings.advance(setting))
    return bits, trainings.so_far(setting)


def test_few_digits_and_many_epochs_are_learnt_by_heart(trainings):
    _, found = finish(trainings, FEW)
    assert found.points[-1].train.accuracy == 1
    assert found.points[-1].validation.accuracy < 0.85
    assert found.verdict == "by heart"


def test_a_rate_that_is_far_too_large_diverges(trainings):
    assert finish(trainings, Setting(digits=60, rate=10.0, epochs=5))[1].verdict == "diverged"


def test_a_rate_that_is_far_too_small_learns_nothing(trainings):
    slow = Setting(digits=20, rate=0.001, epochs=5, optimizer="SGD")
    assert finish(trainings, slow)[1].verdict == "nothing"


def test_with_width_1_it_begins_as_the_lessons_network_does():
    images = PARTS.validation.images[:3]
    assert torch.equal(wide_net(1.0)(images), seeded_net()(images))
    counts = [sum(p.numel() for p in wide_net(width).parameters()) for width in (0.25, 1, 2)]
    assert counts[0] < counts[1] == 61_706 < counts[2]


def test_a_setting_seen_twice_is_not_trained_again(trainings):
    assert trainings.so_far(QUICK).done == 0
    bits, found = finish(trainings, QUICK)
    assert bits > 5
    assert found.done == QUICK.epochs
    assert finish(trainings, QUICK) == (0, found)


def test_a_training_that_was_left_goes_on_where_it_stopped(trainings):
    _, whole = finish(Trainings(PARTS.train, PARTS.validation), QUICK)
    for _ in range(9):
        trainings.advance(QUICK)
    trainings.advance(Setting(digits=20, epochs=10))
    _, found = finish(trainings, QUICK)
    losses = [[point.validation.loss for point in one.points] for one in (whole, found)]
    assert losses[0] == losses[1]
    assert len(losses[0]) == QUICK.epochs + 1


def test_two_settings_are_compared_and_the_controls_move_the_chosen_one():
    explorer = TrainYourOwn(PARTS.train, PARTS.validation, a=QUICK, b=Setting(60, epochs=5))
    says = explorer.picture.description
    assert "Setting A: 20 digits" in says
    assert "Setting B: 60 digits" in says
    explorer.controls["b"].value = True
    assert explorer.controls["digits"].value == 60
    explorer.controls["optimizer"].value = "SGD"
    assert "Setting B: 60 digits, 61,706 parameters, SGD" in explorer.picture.description
    assert "Setting A: 20 digits, 61,706 parameters, Adam" in explorer.picture.description
    explorer.controls["stop"].value = True
    explorer.controls["width"].value = 0.25
    assert "epoch 0 of 5" in explorer.picture.description
    assert explorer.picture.description.endswith("Training is stopped.")
