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


def trained(setting, validation=PARTS.validation):
    trainings = Trainings(PARTS.train, validation)
    while trainings.advance(setting):
        pass
    return trainings.so_far(setting)


def test_few_digits_and_many_epochs_are_learnt_by_heart():
    found = trained(FEW)
    assert found.last.train.accuracy == 1
    assert found.last.validation.accuracy < 0.85
    assert found.verdict == "by heart"


def test_a_rate_that_is_far_too_large_diverges():
    assert trained(Setting(digits=60, rate=10.0, epochs=5)).verdict == "diverged"


def test_with_width_1_it_begins_as_the_lessons_network_does():
    images = PARTS.validation.images[:3]
    assert torch.equal(wide_net(1.0)(images), seeded_net()(images))
    counts = [sum(p.numel() for p in wide_net(width).parameters()) for width in (0.25, 1, 2)]
    assert counts[0] < counts[1] == 61_706 < counts[2]


def test_a_setting_seen_twice_is_not_trained_again():
    trainings = Trainings(PARTS.train, PARTS.validation)
    bits = next(number for number in count() if not trainings.advance(QUICK))
    assert bits > 5
    assert trainings.so_far(QUICK).done == QUICK.epochs
    assert not trainings.advance(QUICK)


def test_a_training_that_was_left_goes_on_where_it_stopped():
    whole, trainings = trained(QUICK), Trainings(PARTS.train, PARTS.validation)
    for _ in range(9):
        trainings.advance(QUICK)
    trainings.advance(Setting(digits=20, epochs=10))
    while trainings.advance(QUICK):
        pass
    assert trainings.so_far(QUICK).points == whole.points


def test_two_settings_are_compared_and_the_controls_move_the_chosen_one():
    explorer = TrainYourOwn(PARTS.train, PARTS.validation, a=QUICK, b=Setting(60, epochs=5))
    says = explorer.picture.description
    assert "Setting A: 20 digits" in says
    assert "Setting B: 60 digits" in says
    explorer.controls["chosen"].value = "B"
    assert explorer.controls["digits"].value == 60
    explorer.controls["optimizer"].value = "SGD"
    assert "Setting B: 60 digits, 61,706 parameters, SGD" in explorer.picture.description
    assert "Setting A: 20 digits, 61,706 parameters, Adam" in explorer.picture.description
