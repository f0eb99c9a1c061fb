"""Trainings by settings of one's own, done bit by bit, so that their curves can be watched."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import torch
from torch import nn

from course_utils.lessons.train.evaluation import Evaluation, evaluate_net
from course_utils.lessons.train.training import Recipe, train_steps
from course_utils.network.digits import Digits

OPTIMIZERS = ("SGD", "momentum", "Adam")
MEASURES = 10  # at most so many on the way
BY_HEART, GAP, NOTHING = 0.995, 0.1, 0.2  # accuracies at which a verdict is given
SHOT_UP = 2.0  # a loss so many times the first one


@dataclass(frozen=True)
class Setting:
    """What a training depends on.

    Attributes:
        digits: How many digits it learns from.
        width: How many channels and features the network has, as a multiple of LeNet's.
        rate: The learning rate of the first epoch; it fades as in the lesson.
        epochs: Passes over the digits.
        optimizer: One of `OPTIMIZERS`; momentum is 0.9.
    """

    digits: int
    width: float = 1.0
    rate: float = 0.003
    epochs: int = 10
    optimizer: str = "Adam"

    @property
    def recipe(self) -> Recipe:
        momentum = 0.9 if self.optimizer == "momentum" else 0.0
        return Recipe(self.epochs, self.rate, momentum, adam=self.optimizer == "Adam")


@dataclass(frozen=True, eq=False)
class Point:
    """What was measured after so many epochs."""

    epoch: float
    train: Evaluation
    validation: Evaluation


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a training has come.

    Attributes:
        setting: What it depends on.
        done: Epochs, also parts of one.
        points: What was measured, the first before the first step.
    """

    setting: Setting
    done: float
    points: tuple[Point, ...]

    @cached_property
    def verdict(self) -> str:
        """`diverged`, `by heart`, `nothing` learnt, or an empty text."""
        train, validation = self.points[-1].train, self.points[-1].validation
        first, *later = (point.train.loss for point in self.points)
        if not all(loss < SHOT_UP * first for loss in later):  # nan included
            return "diverged"
        if train.accuracy >= BY_HEART and validation.accuracy < train.accuracy - GAP:
            return "by heart"
        if self.done == self.setting.epochs and train.accuracy < NOTHING:
            return "nothing"
        return ""


def wide_net(width: float, seed: int = 0) -> nn.Sequential:
    """LeNet with other numbers of channels and features; with width 1, it begins as `Net` does.

    Args:
        width: A multiple of LeNet's numbers.
        seed: Of the first weights; the random state is left as it was.
    """
    one, two, three, four = (max(round(width * count), 1) for count in (6, 16, 120, 84))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            *(nn.Conv2d(1, one, 5), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(one, two, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
            *(nn.Linear(25 * two, three), nn.ReLU()),
            *(nn.Linear(three, four), nn.ReLU(), nn.Linear(four, 10)),
        )


class Trainings:
    """Trainings by setting; what has come of each is kept, finished or not.

    Args:
        train: A setting's digits are the first of these.
        validation: What the networks are measured on beside.
    """

    def __init__(self, train: Digits, validation: Digits):
        self._train, self._validation = train, validation
        self._work: dict[Setting, Iterator[Progress]] = {}
        self._known: dict[Setting, Progress] = {}

    def so_far(self, setting: Setting) -> Progress:
        """What is known of a training; of a new one, what is measured before the first step."""
        if setting not in self._known:
            self.advance(setting)
        return self._known[setting]

    def advance(self, setting: Setting) -> bool:
        """Do a bit of a training, some hundredths of a second; False if it was finished."""
        work = self._work.setdefault(setting, self._trained(setting))
        came = next(work, None)
        if came:
            self._known[setting] = came
        return came is not None

    def _trained(self, setting: Setting) -> Iterator[Progress]:
        count = setting.digits
        seen = Digits(self._train.images[:count], self._train.labels[:count])
        net = wide_net(setting.width).to(seen.images.dtype)
        every, points = -(-setting.epochs // MEASURES), ()
        for done in chain([0.0], train_steps(net, seen, setting.recipe)):
            if done % every == 0:
                on_train = evaluate_net(net, seen)
                if points:
                    yield Progress(setting, done, points)  # time for a picture
                on_validation = evaluate_net(net, self._validation)
                points = (*points, Point(done, on_train, on_validation))
            yield Progress(setting, done, points)
