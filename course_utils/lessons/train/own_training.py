"""Trainings by settings of one's own, done bit by bit, so that their curves can be watched."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import nan

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.lessons.train.evaluation import AT_ONCE
from course_utils.lessons.train.training import Recipe, train_steps
from course_utils.network.digits import Digits

OPTIMIZERS = ("SGD", "momentum", "Adam")
MEASURES = 20  # at most so many on the way
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


@dataclass(frozen=True)
class Measure:
    """The mean cross entropy, and the share of right answers from 0 to 1."""

    loss: float = nan
    accuracy: float = nan


@dataclass(frozen=True)
class Point:
    """What was measured after so many epochs."""

    epoch: float
    train: Measure
    validation: Measure


@dataclass(frozen=True)
class Progress:
    """How far a training has come.

    Attributes:
        setting: What it depends on.
        done: Epochs, also parts of one.
        points: What was measured, the first before the first step.
    """

    setting: Setting
    done: float = 0.0
    points: tuple[Point, ...] = ()

    @property
    def last(self) -> Point:
        return self.points[-1] if self.points else Point(0.0, Measure(), Measure())

    @cached_property
    def verdict(self) -> str:
        """`diverged`, `by heart`, `nothing` learnt, or an empty text."""
        train, validation = self.last.train, self.last.validation
        losses = [point.train.loss for point in self.points]
        if not all(loss < SHOT_UP * losses[0] for loss in losses[1:]):  # nan included
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
        """What is known of a training without doing any more of it."""
        return self._known.get(setting, Progress(setting))

    def advance(self, setting: Setting) -> bool:
        """Do a bit of a training, some hundredths of a second; False if it was finished."""
        work = self._work.setdefault(setting, self._trained(setting))
        came = next(work, None)
        if came:
            self._known[setting] = came
        return came is not None

    def _trained(self, setting: Setting) -> Iterator[Progress]:
        seen = Digits(
            *(part[: setting.digits] for part in (self._train.images, self._train.labels))
        )
        net = wide_net(setting.width).to(seen.images.dtype)
        every = -(-setting.epochs // MEASURES)
        now = yield from self._measured(net, seen, Progress(setting))
        for done in train_steps(net, seen, setting.recipe):
            now = Progress(setting, done, now.points)
            if done % every == 0:
                now = yield from self._measured(net, seen, now)
            else:
                yield now

    def _measured(
        self, net: nn.Module, seen: Digits, now: Progress
    ) -> Generator[Progress, None, Progress]:
        """The progress with one more point; a pause after each portion of images."""
        found = []
        for digits in (seen, self._validation):
            portions: list[Tensor] = []
            for images in digits.images.split(AT_ONCE):
                with torch.no_grad():
                    portions.append(net(images))
                yield now
            scores = torch.cat(portions)
            right = (scores.argmax(dim=1) == digits.labels).double().mean().item()
            found.append(Measure(F.cross_entropy(scores, digits.labels).item(), right))
        now = Progress(now.setting, now.done, (*now.points, Point(now.done, *found)))
        yield now
        return now
