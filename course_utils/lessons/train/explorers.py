"""Explorers of lesson 07: a training epoch by epoch, and trainings of one's own."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import ipywidgets

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.train.evaluation import evaluate_net
from course_utils.lessons.train.figures.mistakes import article
from course_utils.lessons.train.figures.own_training import Comparison, draw_comparison
from course_utils.lessons.train.figures.replay import draw_moment
from course_utils.lessons.train.own_training import OPTIMIZERS, Setting, Trainings
from course_utils.lessons.train.replay import Moment, moment
from course_utils.lessons.train.training import History
from course_utils.network.digits import Digits


class TrainingReplay(Explorer):
    """Go through a training: accuracy, kernels, confusion matrix, one digit in every layer.

    Args:
        history: Of a `Net`.
        unseen: Digits that it was not trained on, all ten among them.
        epoch, digit: Where the controls start.
    """

    def __init__(self, history: History, unseen: Digits, epoch: int = 0, digit: int = 0):
        self._history, self._unseen = history, unseen
        nets = map(history.net, range(history.epochs + 1))
        self._evaluations = [evaluate_net(net, unseen) for net in nets]
        super().__init__(
            {
                "epoch": Range("Epoch", range(history.epochs + 1), value=epoch),
                "digit": Range("Digit", range(10), value=digit, labels=article),
                "answer": Range("Read as", range(10), value=digit),
            },
            compute=self._moment,
            draw=draw_moment,
            note="Controls: epoch, digit, what it is read as. Run the cell to move them.",
        )

    def _moment(self, epoch: int, digit: int, answer: int) -> Moment:
        images = self._unseen.images
        return moment(self._history, self._evaluations, images, epoch, digit, answer)


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
    rates = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0)
    epochs = (5, 10, 20, 40)

    def __init__(self, train: Digits, validation: Digits, a: Setting = FEW, b: Setting = MORE):
        self._trainings = Trainings(train, validation)
        self._settings, self._chosen = [a, b], 0
        stop = ipywidgets.Checkbox(
            value=False, description="Stop training", style={"description_width": LABEL_WIDTH}
        )
        super().__init__(
            {
                "digits": Range("Training digits", self.digits, value=a.digits),
                "width": Range("Width", self.widths, value=a.width, labels="{:g} × LeNet".format),
                "rate": Range("Learning rate", self.rates, value=a.rate, labels="{:g}".format),
                "epochs": Range("Epochs", self.epochs, value=a.epochs),
                "optimizer": Range("Optimizer", OPTIMIZERS, value=a.optimizer),
                "b": ipywidgets.ToggleButton(description="Move B, not A"),
                "stop": stop,
            },
            compute=self._train,
            draw=draw_comparison,
            adapt=self._choose,
            note="Controls: training digits, width, learning rate, epochs, optimizer, "
            "whether they move B, stop. Run the cell to move them.",
        )

    def _choose(self, b: bool, stop: bool, **values: Any) -> None:
        """Note the values of the setting that the controls move, or give them those of another."""
        if b == self._chosen:
            self._settings[b] = Setting(**values)
            return
        self._chosen = b
        for name, value in asdict(self._settings[b]).items():
            self.controls[name].value = value

    def _train(self, b: bool, stop: bool, **values: Any) -> Iterator[Comparison]:
        settings = list(self._settings)

        def now() -> Comparison:
            known = map(self._trainings.so_far, settings)
            return Comparison(dict(zip("AB", known, strict=True)), "AB"[b], stop)

        yield now()
        for setting in sorted(settings, key=lambda one: one != settings[b]):
            while not stop and self._trainings.advance(setting):
                yield now()
