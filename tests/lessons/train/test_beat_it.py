"""`beat_it` wants more than our own network reads, by luck or by a better recipe alone."""

import importlib

import pytest
import torch

from course_utils.lessons.train.evaluation import evaluate_net
from course_utils.lessons.train.training import Recipe
from course_utils.network.lenet import Net
from course_utils.network.trace import trace

BEAT = importlib.import_module("course_utils.lessons.train.exercises.beat_it")


@pytest.fixture(autouse=True)
def as_in_the_check():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def right(recipe: Recipe) -> int:
    return sum(
        evaluate_net(BEAT._trained(lambda: (Net(), recipe), seed), BEAT._parts(seed).test).right
        for seed in BEAT.SEEDS
    )


def test_our_own_network_reads_what_the_check_says_it_reads():
    assert right(Recipe()) == BEAT.OURS


def test_momentum_alone_is_not_enough():
    assert right(Recipe(learning_rate=0.05, momentum=0.9)) < BEAT.WANTED


def test_the_budget_is_that_of_the_lesson():
    assert sum(parameter.numel() for parameter in Net().parameters()) == BEAT.PARAMETERS
    assert Recipe().epochs == BEAT.EPOCHS
    assert Recipe().epochs * -(-BEAT.TRAIN // Recipe().batch_size) == BEAT.STEPS
    assert 5 * trace(Net(), torch.zeros(1, 1, 32, 32)).multiply_adds == BEAT.WORK
