"""Two trainings side by side: their curves as far as they have come, and what they amount to."""

from dataclasses import dataclass
from functools import cache
from math import log10

from course_utils.lessons.train.own_training import Progress, wide_net
from course_utils.pictures.axes import Axes
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, VERMILION, VERMILION_WORD
from course_utils.pictures.svg import Drawing

LOOKS = {"A": (BLUE, BLUE), "B": (VERMILION, VERMILION_WORD)}  # lines and words
DASHES = {"train": None, "validation": "6 4"}
LOSSES = {float(power): f"{10.0**power:g}" for power in range(-3, 3)}
VERDICTS = {  # in the picture, and in the description
    "": ("", ""),
    "by heart": ("learnt by heart", " It knows its training digits by heart: it overfits."),
    "diverged": (
        "diverged",
        " It has diverged: its loss shot up to more than twice what it was before training.",
    ),
    "nothing": ("nothing learnt", " It has learnt next to nothing."),
}


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
        for part, dash in DASHES.items():
            measured = [(point.epoch, getattr(point, part)) for point in training.points]
            look = {"stroke": LOOKS[name][0], "dash": dash}
            loss.curve(sheet, ((x, _power(one.loss)) for x, one in measured), **look)
            right.curve(sheet, ((x, 100 * one.accuracy) for x, one in measured), **look)
        _draw_words(sheet, 335 + 58 * line, name, training, name == found.chosen)
    return Picture(_sentence(found), svg=sheet.svg())


def _power(loss: float) -> float:
    return log10(max(loss, 1e-9)) if loss == loss else loss


def _draw_words(sheet: Drawing, y: float, name: str, training: Progress, chosen: bool) -> None:
    line, fill = LOOKS[name]
    sheet.words(20, y, name, size=16, fill=fill, bold=True, align="start")
    what = f"{_setting(training)}{' (the controls move it)' if chosen else ''}"
    sheet.words(44, y, what, size=13, fill=fill, bold=chosen, align="start")
    for x, (part, words), dash in zip((44, 330), _measures(training), DASHES.values(), strict=True):
        sheet.line(x, y + 18, x + 34, y + 18, stroke=line, thick=2, dash=dash)
        sheet.words(x + 42, y + 22, f"{part}: {words}", size=13, align="start")
    short, _ = VERDICTS[training.verdict]
    sheet.words(640, y + 22, short, size=13, bold=True, align="start")


def _setting(training: Progress) -> str:
    one = training.setting
    size = f"{one.digits:,} digits, {count_parameters(one.width):,} parameters"
    epochs = f"epoch {training.done:.0f} of {one.epochs}"
    return f"{size}, {one.optimizer}, rate {one.rate:g}, {epochs}"


@cache
def count_parameters(width: float) -> int:
    """Of the network of a width."""
    return sum(parameter.numel() for parameter in wide_net(width).parameters())


def _measures(training: Progress) -> list[tuple[str, str]]:
    last = training.points[-1]
    return [
        (name, f"{100 * found.accuracy:.0f} % right, loss {found.loss:.2g}")
        for name, found in (("training", last.train), ("validation", last.validation))
    ]


def _sentence(found: Comparison) -> str:
    told = []
    for name, training in found.trainings.items():
        parts = "; ".join(": ".join(pair) for pair in _measures(training))
        _, verdict = VERDICTS[training.verdict]
        told.append(f"Setting {name}: {_setting(training)}; {parts}.{verdict}")
    stopped = " Training is stopped." if found.stopped else ""
    return f"{' '.join(told)} The controls move setting {found.chosen}.{stopped}"
