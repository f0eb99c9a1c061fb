"""One moment of a training on one sheet: a digit's layers, the kernels, the confusion matrix."""

from math import isfinite

from torch import Tensor

from course_utils.lessons.train.figures.mistakes import DARK, article
from course_utils.lessons.train.replay import Layers, Moment
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import ACTIVATION_MAP, BLUE, INK, INK_MAP, QUIET, SIGNED_MAP
from course_utils.pictures.svg import Drawing, mosaic
from course_utils.pictures.words import MINUS


def draw_moment(moment: Moment) -> Picture:
    """One digit in every layer and what it is read as, the kernels of conv1, the confusions."""
    sheet = Drawing(900, 480)
    sheet.words(64, 26, article(moment.label), size=13, bold=True)
    sheet.pixels(16, 40, moment.image, 3.0, INK_MAP)
    sheet.box(16, 40, 96, 96, stroke=QUIET)
    draw_maps(sheet, 140, 40, moment.layers)
    draw_probabilities(sheet, 640, 40, moment.probabilities)
    _draw_kernels(sheet, 16, 275, moment.kernels)
    _draw_confusion(sheet, 640, 275, moment.evaluation.confusion)
    return Picture(_moment_sentence(moment), svg=sheet.svg(), captioned=True)


def _draw_kernels(sheet: Drawing, x: float, y: float, kernels: Tensor) -> None:
    reach = float(kernels.abs().max()) or 1.0
    sheet.words(x, y - 26, "conv1's kernels", size=13, bold=True, align="start")
    for i, kernel in enumerate(kernels):
        left, top = x + 94 * (i % 6), y
        sheet.pixels(left, top, kernel, 16.0, SIGNED_MAP, -reach, reach)
        sheet.box(left, top, 80, 80, stroke=QUIET)
    words = f"full orange is {reach:.2f}, full blue {MINUS}{reach:.2f}"
    words = words if isfinite(reach) else "not one weight is a number any more"
    sheet.words(x, y + 104, words, size=12, fill=QUIET, align="start")


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


def _draw_confusion(sheet: Drawing, x: float, y: float, counts: Tensor) -> None:
    cell = 19.0
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    side = cell * len(counts)
    sheet.words(x + side / 2, y - 26, "shown ↓, read as →", size=13, bold=True)
    sheet.pixels(x, y, shares, cell, INK_MAP)
    sheet.box(x, y, side, side, stroke=QUIET)
    for digit in range(len(counts)):
        middle = cell * (digit + 0.5)
        sheet.words(x + middle, y - 6, digit, size=11, fill=QUIET)
        sheet.words(x - 9, y + middle + 4, digit, size=11, fill=QUIET)
    for row, column in counts.nonzero().tolist():
        fill = "white" if float(shares[row, column]) > DARK else INK
        place = x + cell * (column + 0.5), y + cell * (row + 0.5) + 4
        sheet.words(*place, int(counts[row, column]), size=11, fill=fill, bold=row != column)


def _moment_sentence(moment: Moment) -> str:
    found = moment.evaluation
    head = f"After {moment.number} of {moment.total} epochs"
    if not isfinite(found.loss):
        return (
            f"{head} the training has diverged: the loss is no longer a number, and the network "
            f"answers nothing that could be used, the {moment.label} included."
        )
    answer = int(moment.probabilities.argmax())
    share = percent(float(moment.probabilities[answer]))
    return (
        f"{head}: validation loss {found.loss:.2f}, {found.right} of {len(found.labels)} right. "
        f"The {moment.label} is read as {answer} with {share}. {_confusion(found.confusion)} "
        f"The weight of conv1 that has moved furthest has moved by {moment.moved:.2f}."
    )


def _confusion(counts: Tensor) -> str:
    answered = counts.sum(dim=0).tolist()
    used = [str(digit) for digit, times in enumerate(answered) if times]
    unused = [str(digit) for digit, times in enumerate(answered) if not times]
    if len(used) < len(unused):
        return f"Every digit is read as {' or '.join(used)}."
    if unused:
        return f"No digit is read as {', '.join(unused)}."
    off = counts.clone().fill_diagonal_(0)
    row, column = divmod(int(off.argmax()), len(counts))
    if not off.any():
        return "No digit is confused with another."
    if int(off.max()) == 1:
        return f"No two of the {int(off.sum())} mistakes are alike."
    return f"Most often {row} is read as {column}: {int(off.max())} of {int(counts[row].sum())}."
