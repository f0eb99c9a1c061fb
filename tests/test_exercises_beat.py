"""`beat_it` trains: the lesson's network does not reach the bar, and luck has no part in it."""

import torch

from course_utils.exercises import beat
from course_utils.lessons.train.training import Recipe
from course_utils.network.lenet import Net
from tests.support.exercises import EXERCISES, answer

BEAT = EXERCISES["beat_it"]
LENET = """
def challenger():
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    return net, Recipe()
"""


def test_the_lessons_own_network_does_not_beat_itself():
    feedback = BEAT.check(answer(BEAT, LENET))
    assert feedback.code == "not_better"
    assert feedback.message.startswith("705 of 720")


def test_the_budget_is_that_of_the_lesson():
    assert sum(parameter.numel() for parameter in Net().parameters()) == beat._PARAMETERS
    assert Recipe().epochs == beat._EPOCHS
    assert Recipe().epochs * -(-1437 // Recipe().batch_size) == beat._UPDATES


def test_a_training_is_the_same_whatever_went_before():
    net, recipe = answer(BEAT, BEAT.solution().source)()
    plan, seed = beat._plan(net), beat._SEEDS[0]
    train = beat._trained.__wrapped__
    torch.set_default_dtype(torch.float64)
    try:
        first = train(plan, recipe, seed)
        torch.rand(7)
        assert train(plan, recipe, seed) == first
    finally:
        torch.set_default_dtype(torch.float32)
