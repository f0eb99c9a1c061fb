"""Explorer of lesson 07: a training, epoch by epoch."""

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import Range
from course_utils.lessons.train.figures.mistakes import article
from course_utils.lessons.train.figures.replay import draw_moment
from course_utils.lessons.train.replay import Moment, moment
from course_utils.lessons.train.training import History, split_digits, train
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net


class TrainingReplay(Explorer):
    """Go through a training: kernels, one test digit in every layer, curves, confusion matrix.

    Args:
        history: Of a `Net`; without it, one is trained here with the lesson's recipe.
    """

    def __init__(self, history: History | None = None):
        self._history = history or train(seeded_net(0), split_digits(load_digits()))
        labels = self._history.split.test.labels
        first = {digit: (labels == digit).nonzero()[:1, 0].tolist() for digit in range(10)}
        self._places = {digit: place for digit, places in first.items() for place in places}
        super().__init__(
            {
                "epoch": Range("Epoch", range(len(self._history.epochs))),
                "digit": Range("Digit", list(self._places), labels=article),
            },
            compute=self._moment,
            draw=draw_moment,
            note="Controls: epoch, digit. Run the cell to move them.",
        )

    def _moment(self, epoch: int, digit: int) -> Moment:
        test = self._history.split.test
        return moment(self._history, epoch, test.images[self._places[digit]], digit)
