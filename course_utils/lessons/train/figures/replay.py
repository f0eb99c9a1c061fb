"""One moment of a training on one sheet: kernels, a digit's layers, curves, confusion matrix."""

from math import isfinite

from torch import Tensor

from course_utils.lessons.train.evaluation import Evaluation
from course_utils.lessons.train.figures.mistakes import article
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
    VERMILION_WORD,
)
from course_utils.pictures.svg import Drawing, mosaic


def draw_moment(moment: Moment) -> Picture:
    """The kernels of conv1, one digit in every layer, both curves, and the confusion matrix."""
    sheet = Drawing(1030, 480)
    _draw_kernels(sheet, 10, 40, moment.kernels)
    sheet.words(268, 26, article(moment.label), size=13, bold=True)
    sheet.pixels(220, 40, moment.image, 3.0, INK_MAP)
    sheet.box(220, 40, 96, 96, stroke=QUIET)
    draw_maps(sheet, 340, 40, moment.layers)
    draw_probabilities(sheet, 790, 40, moment.probabilities)
    test = [epoch.test for epoch in moment.history.epochs]
    train = [epoch.train for epoch in moment.history.epochs]
    now = moment.epoch.number
    losses = [e.loss for e in train], [e.loss for e in test]
    shares = [100 * e.accuracy for e in train], [100 * e.accuracy for e in test]
    _draw_curves(sheet, 55, 250, "loss", *losses, now)
    _draw_curves(sheet, 400, 250, "right answers in %", *shares, now)
    _draw_confusion(sheet, 780, 250, moment.epoch.test.confusion)
    return Picture(_moment_sentence(moment), svg=sheet.svg(), captioned=True)


def _draw_kernels(sheet: Drawing, x: float, y: float, kernels: Tensor) -> None:
    reach = float(kernels.abs().max()) or 1.0
    sheet.words(x + 86, y - 14, "conv1's kernels", size=13, bold=True)
    for i, kernel in enumerate(kernels):
        left, top = x + 60 * (i % 3), y + 62 * (i // 3)
        sheet.pixels(left, top, kernel, 10.5, SIGNED_MAP, -reach, reach)
        sheet.box(left, top, 52.5, 52.5, stroke=QUIET)
    words = f"orange {reach:.2f}, blue −{reach:.2f}"
    sheet.words(x + 86, y + 140, words, size=11, fill=QUIET)


MAPS = {"C1": (2.0, 3), "S2": (3.0, 3), "C3": (2.0, 4), "S4": (4.0, 4)}  # pixel, maps side by side


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
    sheet.words(x + 105, y - 14, "probability", size=13, bold=True)
    sheet.line(x + 142, y, x + 142, y + 165, stroke=QUIET)  # 100 %
    best = int(probabilities.argmax()) if bool(probabilities.isfinite().all()) else None
    for digit, share in enumerate(probabilities.nan_to_num().tolist()):
        top = y + 16.5 * digit
        bold = digit == best
        sheet.words(x, top + 12, digit, size=13, bold=bold)
        sheet.box(x + 12, top + 1, max(130 * share, 0.5), 13, BLUE if bold else QUIET, "none")
        fill, words = (INK if bold else QUIET), percent(share) if best is not None else "?"
        sheet.words(x + 20 + 130 * share, top + 12, words, 11, fill, bold, align="start")


def percent(share: float) -> str:
    """Whole per cents, but never a certainty that no network has.

    Example:
        >>> percent(0.9999), percent(0.42), percent(0.0)
        ('over 99 %', '42 %', '0 %')
    """
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


def _draw_curves(
    sheet: Drawing, x: float, y: float, title: str, train: list, test: list, now: int
) -> None:
    width, height, shares = 285, 180, "%" in title
    top = 100.0 if shares else max([1.0, *(v for v in train + test if isfinite(v))])
    last = max(len(train) - 1, 1)
    axes = Axes((x, y, width, height), across=(0, last), up=(0.0, top))
    marks = {tick: f"{tick:.0f}" if shares else f"{tick:.1f}" for tick in (0.0, top / 2, top)}
    axes.draw(sheet, {i: str(i) for i in range(0, len(train), 5)}, marks, title, "epoch")
    mark = axes.place(now, 0)[0]
    sheet.line(mark, y, mark, y + height, stroke=INK, thick=1, dash="3 3")
    for values, colour, dash in ((train, BLUE, None), (test, VERMILION, "6 4")):
        axes.curve(sheet, enumerate(values), stroke=colour, dash=dash)
        if isfinite(values[now]):
            sheet.dot(*axes.place(now, values[now]), 4, fill=colour)
    _draw_key(sheet, x + width - 96, y + (height - 34 if shares else 22))


def _draw_key(sheet: Drawing, x: float, y: float) -> None:
    rows = (("training", BLUE, None), ("test", VERMILION_WORD, "6 4"))
    for line, (name, colour, dash) in enumerate(rows):
        down = y + 18 * line
        sheet.line(x, down - 4, x + 30, down - 4, colour, 2, dash)
        sheet.words(x + 36, down, name, size=12, fill=colour, align="start")


def _draw_confusion(sheet: Drawing, x: float, y: float, counts: Tensor) -> None:
    cell = 19.0
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    side = cell * len(counts)
    sheet.words(x + side / 2, y - 26, "test digits: shown ↓, answered →", size=13, bold=True)
    sheet.pixels(x, y, shares, cell, INK_MAP)
    sheet.box(x, y, side, side, stroke=QUIET)
    for digit in range(len(counts)):
        middle = cell * (digit + 0.5)
        sheet.words(x + middle, y - 6, digit, size=11, fill=QUIET)
        sheet.words(x - 9, y + middle + 4, digit, size=11, fill=QUIET)
    for row, column in counts.nonzero().tolist():
        dark = float(shares[row, column]) > 0.5
        fill = "white" if dark else INK if row == column else VERMILION_WORD
        place = x + cell * (column + 0.5), y + cell * (row + 0.5) + 4
        sheet.words(*place, int(counts[row, column]), size=11, fill=fill, bold=row != column)


def _moment_sentence(moment: Moment) -> str:
    epoch, total = moment.epoch, len(moment.history.epochs) - 1
    head = f"After {epoch.number} of {total} epochs"
    if not isfinite(epoch.train.loss):
        return (
            f"{head} the training has diverged: the loss is no longer a number, and the network "
            f"answers nothing that could be used, the {moment.label} included."
        )
    answer = int(moment.probabilities.argmax())
    share = percent(float(moment.probabilities[answer]))
    return (
        f"{head}: training loss {epoch.train.loss:.2f} with {_whole(epoch.train)} right, test "
        f"loss {epoch.test.loss:.2f} with {_whole(epoch.test)} right. "
        f"The {moment.label} is read as {answer} with {share}. "
        f"{_confusion(epoch.test.confusion)} "
        f"The weight of conv1 that has moved furthest has moved by {moment.moved:.2f}."
    )


def _whole(evaluation: Evaluation) -> str:
    if evaluation.right == len(evaluation.labels):
        return "all"
    return percent(evaluation.accuracy)


def _confusion(counts: Tensor) -> str:
    answered = counts.sum(dim=0).tolist()
    used = [str(digit) for digit, times in enumerate(answered) if times]
    unused = [str(digit) for digit, times in enumerate(answered) if not times]
    if len(used) < len(unused):
        return f"Every test digit is read as {' or '.join(used)}."
    if unused:
        return f"No test digit is read as {', '.join(unused)}."
    off = counts.clone().fill_diagonal_(0)
    row, column = divmod(int(off.argmax()), len(counts))
    if not off.any():
        return "No test digit is confused with another."
    if int(off.max()) == 1:
        return f"No two of the {int(off.sum())} mistakes are alike."
    return f"Most often {row} is read as {column}: {int(off.max())} of {int(counts[row].sum())}."
