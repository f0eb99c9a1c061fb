"""Two trainings side by side: their curves as far as they have come, and what they amount to."""

from dataclasses import dataclass
from functools import cache
from math import isnan, log10

from course_utils.lessons.train.own_training import Measure, Progress, Setting, wide_net
from course_utils.pictures.axes import Axes
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, VERMILION, VERMILION_WORD
from course_utils.pictures.svg import Drawing

LOOKS = {"A": (BLUE, BLUE), "B": (VERMILION, VERMILION_WORD)}  # lines and words
DASHED = "6 4"  # validation
LOSSES = {
    2.0: "100",
    1.0: "10",
    0.0: "1",
    -1.0: "0.1",
    -2.0: "0.01",
    -3.0: "0.001",
}  # by their power of ten


@dataclass(frozen=True)
class Comparison:
    """Two trainings, as far as they have come.

    Attributes:
        trainings: By the name of the setting, A or B.
        chosen: The setting that the controls move.
        stopped: Whether no training goes on.
    """

    trainings: dict[str, Progress]
    chosen: str
    stopped: bool


def draw_comparison(found: Comparison) -> Picture:
    """Loss and accuracy of two trainings, on training digits and on validation digits."""
    sheet = Drawing(900, 425)
    last = max(training.setting.epochs for training in found.trainings.values())
    marks = {epoch: f"{epoch:g}" for epoch in (0, last / 2, last)}
    loss = Axes((60, 40, 360, 220), across=(0, last), up=(-3.0, 2.0))
    loss.draw(sheet, marks, LOSSES, "loss", "epochs")
    right = Axes((510, 40, 360, 220), across=(0, last), up=(0, 104))
    right.draw(sheet, marks, {0: "0", 50: "50", 100: "100"}, "right answers in %", "epochs")
    for line, (name, training) in enumerate(found.trainings.items()):
        for part, dash in (("train", None), ("validation", DASHED)):
            measured = [(point.epoch, getattr(point, part)) for point in training.points]
            look = {"stroke": LOOKS[name][0], "dash": dash}
            loss.curve(sheet, ((x, _power(measure.loss)) for x, measure in measured), **look)
            right.curve(sheet, ((x, 100 * measure.accuracy) for x, measure in measured), **look)
        _draw_words(sheet, 335 + 58 * line, name, training, name == found.chosen)
    return Picture(_sentence(found), svg=sheet.svg())


def _power(loss: float) -> float:
    return log10(max(loss, 1e-9)) if loss == loss else loss


def _draw_words(sheet: Drawing, y: float, name: str, training: Progress, chosen: bool) -> None:
    line, fill = LOOKS[name]
    sheet.words(20, y, name, size=16, fill=fill, bold=True, align="start")
    epochs = f"epoch {training.done:.0f} of {training.setting.epochs}"
    what = f"{_setting(training.setting)}, {epochs}{' (the controls move it)' if chosen else ''}"
    sheet.words(44, y, what, size=13, fill=fill, bold=chosen, align="start")
    for x, part, dash in ((44, "train", None), (330, "validation", DASHED)):
        sheet.line(x, y + 18, x + 34, y + 18, stroke=line, thick=2, dash=dash)
        words = _measure("training" if part == "train" else part, getattr(training.last, part))
        sheet.words(x + 42, y + 22, words, size=13, align="start", fill=INK)
    short = VERDICTS.get(training.verdict, ("", ""))[0]
    sheet.words(640, y + 22, short, size=13, bold=True, align="start", fill=INK)


VERDICTS = {  # in the picture, and in the description
    "by heart": ("learnt by heart", "It knows its training digits by heart: it overfits."),
    "diverged": (
        "diverged",
        "It has diverged: its loss shot up to more than twice what it was before training.",
    ),
    "nothing": ("nothing learnt", "It has learnt next to nothing."),
}


def _setting(setting: Setting) -> str:
    how = f"{setting.optimizer}, rate {setting.rate:g}"
    return f"{setting.digits:,} digits, {parameters(setting.width)}, {how}"


@cache
def parameters(width: float) -> str:
    """How many parameters the network of a width has, in words."""
    count = sum(parameter.numel() for parameter in wide_net(width).parameters())
    return f"{count:,} parameters"


def _measure(name: str, measure: Measure) -> str:
    if isnan(measure.accuracy):
        return f"{name}: not measured yet"
    return f"{name}: {100 * measure.accuracy:.0f} % right, loss {measure.loss:.2g}"


def _sentence(found: Comparison) -> str:
    told = " ".join(_told(name, training) for name, training in found.trainings.items())
    stopped = " Training is stopped." if found.stopped else ""
    return f"{told} The controls move setting {found.chosen}.{stopped}"


def _told(name: str, training: Progress) -> str:
    parts = (
        _measure("training", training.last.train),
        _measure("validation", training.last.validation),
    )
    epochs = f"epoch {training.done:.0f} of {training.setting.epochs}"
    verdict = VERDICTS.get(training.verdict, ("", ""))[1]
    told = f"Setting {name}: {_setting(training.setting)}, {epochs}; {'; '.join(parts)}."
    return f"{told} {verdict}".strip()
