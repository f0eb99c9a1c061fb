"""Explorers of lesson 07: a training epoch by epoch, and trainings of one's own."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

import ipywidgets

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.train.evaluation import Evaluation, evaluate_net
from course_utils.lessons.train.figures.mistakes import article
from course_utils.lessons.train.figures.own_training import Comparison, draw_comparison
from course_utils.lessons.train.figures.replay import draw_moment
from course_utils.lessons.train.own_training import OPTIMIZERS, Setting, Trainings
from course_utils.lessons.train.replay import Moment, moment
from course_utils.lessons.train.training import History
from course_utils.network.digits import Digits


class TrainingReplay(Explorer):
    """Go through a training: kernels, one digit in every layer, confusion matrix.

    Args:
        history: Of a `Net`.
        unseen: Digits that it was not trained on.
        epoch, digit: Where the controls start.
    """

    def __init__(self, history: History, unseen: Digits, epoch: int = 0, digit: int = 0):
        self._history, self._unseen = history, unseen
        self._evaluation = cache(self._evaluate)
        self._places = first_of_each(unseen)
        super().__init__(
            {
                "epoch": Range("Epoch", range(history.epochs + 1), value=epoch),
                "digit": Range("Digit", list(self._places), value=digit, labels=article),
            },
            compute=self._moment,
            draw=draw_moment,
            note="Controls: epoch, digit. Run the cell to move them.",
        )

    def _evaluate(self, epoch: int) -> Evaluation:
        return evaluate_net(self._history.net(epoch), self._unseen)

    def _moment(self, epoch: int, digit: int) -> Moment:
        image = self._unseen.images[self._places[digit]]
        return moment(self._history, epoch, self._evaluation(epoch), image, digit)


def first_of_each(digits: Digits) -> dict[int, int]:
    """Where the first example of each digit stands, for the digits that are there."""
    labels = digits.labels.tolist()
    return {digit: labels.index(digit) for digit in sorted(set(labels))}


FEW, MORE = Setting(digits=60, epochs=40), Setting(digits=300)


class TrainYourOwn(Explorer):
    """Train by two settings and compare: the curves grow while the networks learn.

    What was trained once is kept: a setting that comes again is shown at once, and one that was
    left goes on where it stopped.

    Args:
        train: What the networks learn from, or the first of them.
        validation: What they are measured on beside.
        a, b: The settings at the start.
    """

    digits = (20, 60, 120, 300, 600)
    widths = (0.25, 0.5, 1.0, 2.0)
    rates = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
    epochs = (5, 10, 20, 40)

    def __init__(
        self,
        train: Digits,
        validation: Digits,
        a: Setting = FEW,
        b: Setting = MORE,
    ):
        self._trainings = Trainings(train, validation)
        self._settings, self._chosen = {"A": a, "B": b}, "A"
        count = len(train.labels)
        digits = [*(n for n in self.digits if n < count), count]
        stop = ipywidgets.Checkbox(
            value=False, description="Stop training", style={"description_width": LABEL_WIDTH}
        )
        super().__init__(
            {
                "chosen": Range("Setting", "AB"),
                "digits": Range("Training digits", digits, value=a.digits, labels="{:,}".format),
                "width": Range("Width", self.widths, value=a.width, labels=_width),
                "rate": Range("Learning rate", self.rates, value=a.rate, labels="{:g}".format),
                "epochs": Range("Epochs", self.epochs, value=a.epochs),
                "optimizer": Range("Optimizer", OPTIMIZERS, value=a.optimizer),
                "stop": stop,
            },
            compute=self._train,
            draw=draw_comparison,
            adapt=self._choose,
            note="Controls: setting, training digits, width, learning rate, epochs, optimizer, "
            "stop. Run the cell to move them.",
        )

    def _choose(self, chosen: str, stop: bool, **values: Any) -> None:
        if chosen == self._chosen:
            self._settings[chosen] = Setting(**values)
            return
        self._chosen = chosen
        for name, value in asdict(self._settings[chosen]).items():
            self.controls[name].value = value

    def _train(self, chosen: str, stop: bool, **values: Any) -> Iterator[Comparison]:
        settings = dict(self._settings)

        def now() -> Comparison:
            known = {name: self._trainings.so_far(one) for name, one in settings.items()}
            return Comparison(known, chosen, stop)

        yield now()
        for setting in sorted(settings.values(), key=lambda one: one != settings[chosen]):
            while not stop and self._trainings.advance(setting):
                yield now()


def _width(width: float) -> str:
    return f"{width:g} × LeNet"
