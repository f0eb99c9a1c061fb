"""One moment of a training on one sheet: a digit's layers, the kernels, the confusion matrix."""

from math import isfinite

from torch import Tensor

from course_utils.lessons.train.figures.mistakes import article, confusion_sentence, draw_counts
from course_utils.lessons.train.replay import Layers, Moment
from course_utils.pictures.axes import Axes
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    ACTIVATION_MAP,
    BLUE,
    INK,
    INK_MAP,
    QUIET,
    SIGNED_MAP,
    VERMILION,
)
from course_utils.pictures.svg import Drawing, mosaic
from course_utils.pictures.words import MINUS

CELL = 22.0  # of the confusion matrix
MAPS = {"C1": (2.0, 3), "S2": (3.0, 3), "C3": (2.0, 4), "S4": (4.0, 4)}  # pixel, maps side by side


def draw_moment(moment: Moment) -> Picture:
    """One digit in every layer, the kernels of conv1, the accuracy so far, the confusions.

    A pointer on the accuracy chooses `epoch`, one on a count of confusions `digit` and `answer`.
    """
    sheet = Drawing(900, 520)
    probabilities = moment.layers[-1][1].softmax(dim=0)
    title = f"{article(moment.label)}, read as {int(probabilities.argmax())}"
    sheet.words(64, 26, title, size=12, bold=True)
    sheet.pixels(16, 40, moment.image, 3.0, INK_MAP)
    sheet.box(16, 40, 96, 96, stroke=QUIET)
    draw_maps(sheet, 140, 40, moment.layers)
    draw_probabilities(sheet, 640, 40, probabilities)
    _draw_kernels(sheet, 70, 195, moment.kernels)
    draw_counts(sheet, 650, 280, moment.evaluation.confusion, CELL)
    left, top = 650 + CELL * moment.answer, 280 + CELL * moment.label
    sheet.box(left, top, CELL, CELL, stroke=VERMILION, thick=2.5)
    _draw_epochs(sheet, moment)
    said = _sentence(moment, probabilities)
    return Picture(said, svg=sheet.svg(), captioned=True, regions=sheet.regions)


def _draw_kernels(sheet: Drawing, x: float, y: float, kernels: Tensor) -> None:
    """Before training and now, all on one scale."""
    reach = float(kernels.abs().max()) or 1.0
    sheet.words(x, y - 14, "conv1's kernels", size=13, bold=True, align="start")
    for row, (name, six) in enumerate(zip(("before", "now"), kernels, strict=True)):
        top = y + 66 * row
        sheet.words(x - 10, top + 34, name, size=12, fill=QUIET, align="end")
        for i, kernel in enumerate(six):
            sheet.pixels(x + 82 * i, top, kernel, 12.0, SIGNED_MAP, -reach, reach)
            sheet.box(x + 82 * i, top, 60, 60, stroke=QUIET)
    words = f"full orange is {reach:.2f}, full blue {MINUS}{reach:.2f}"
    words = words if isfinite(reach) else "not one weight is a number any more"
    sheet.words(x, y + 146, words, size=12, fill=QUIET, align="start")


def _draw_epochs(sheet: Drawing, moment: Moment) -> None:
    """The accuracy after each epoch."""
    last = len(moment.evaluations) - 1
    box = (70, 390, 470, 80)
    axes = Axes(box, across=(0, last), up=(0, 104))
    marks = {float(epoch): f"{epoch}" for epoch in range(0, last + 1, max(1, last // 8))}
    axes.draw(sheet, marks, {0.0: "0", 50.0: "50", 100.0: "100"}, "right answers in %", "epoch")
    points = [(epoch, 100 * found.accuracy) for epoch, found in enumerate(moment.evaluations)]
    axes.curve(sheet, points, stroke=BLUE)
    for epoch, share in points:
        radius, fill = (7.0, VERMILION) if epoch == moment.number else (4.0, BLUE)
        sheet.dot(*axes.place(epoch, share), radius, fill)
    nearest = [(half + 1) // 2 for half in range(2 * last)]  # of each half of an epoch's width
    sheet.region(*box, "epoch {epoch}", across={"epoch": nearest})


def draw_maps(sheet: Drawing, x: float, y: float, layers: Layers) -> None:
    """The feature maps of C1, S2, C3 and S4, one sheet of maps beside the other."""
    for name, values in layers:
        if name not in MAPS:
            continue
        cell, columns = MAPS[name]
        flat = mosaic(values, columns)
        width, height = flat.shape[1] * cell, flat.shape[0] * cell
        # What a diverged network holds is no number and stays paper.
        peak = float(values.nan_to_num(0, 0, 0).max()) or 1.0
        shown = flat.nan_to_num(float("nan"), float("nan"), float("nan"))
        scale = min(1.0, 105 / width, 130 / height)
        sheet.words(x + width * scale / 2, y - 14, name, size=13, bold=True)
        sheet.pixels(x, y, shown, cell * scale, ACTIVATION_MAP, high=peak)
        x += width * scale + 12


def draw_probabilities(sheet: Drawing, x: float, y: float, probabilities: Tensor) -> None:
    """Ten bars, the longest one named in bold, and a line at 100 %; 150 by 200 pixels."""
    sheet.words(x + 77, y - 14, "probability", size=13, bold=True)
    sheet.line(x + 142, y, x + 142, y + 165, stroke=QUIET)  # 100 %
    best = int(probabilities.argmax()) if bool(probabilities.isfinite().all()) else None
    for digit, share in enumerate(probabilities.nan_to_num().tolist()):
        top = y + 16.5 * digit
        bold = digit == best
        sheet.words(x, top + 12, digit, size=13, bold=bold)
        sheet.box(x + 12, top + 1, max(130 * share, 0.5), 13, BLUE if bold else QUIET, "none")
        fill, words = (INK if bold else QUIET), percent(share) if best is not None else "?"
        at = x + (20 + 130 * share if share < 0.7 else 148)  # not across the line
        sheet.words(at, top + 12, words, 11, fill, bold, align="start")


def percent(share: float) -> str:
    """Whole per cents, but never a certainty that no network has.

    Example:
        >>> percent(0.9999), percent(0.42), percent(0.0)
        ('over 99 %', '42 %', '0 %')
    """
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


def _sentence(moment: Moment, probabilities: Tensor) -> str:
    found, (before, now) = moment.evaluation, moment.kernels
    head = f"After {moment.number} of {len(moment.evaluations) - 1} epochs"
    if not isfinite(found.loss):
        return (
            f"{head} the training has diverged: the loss is no longer a number, and the network "
            f"answers nothing that could be used, {article(moment.label)} included."
        )
    shown, cases = article(moment.label).capitalize(), int(found.confusion[moment.label].sum())
    share = percent(float(probabilities.max()))
    cell = f"{moment.times} of {cases} times; the one shown, with {share}"
    if not moment.times:
        cell = f"never; the one shown is read as {int(probabilities.argmax())}, with {share}"
    return (
        f"{head}: validation loss {found.loss:.2f}, {found.right} of {len(found.labels)} right. "
        f"{shown} is read as {moment.answer}: {cell}. {confusion_sentence(found.confusion)} "
        f"The weight of conv1 that has moved furthest moved by {(now - before).abs().max():.2f}."
    )
