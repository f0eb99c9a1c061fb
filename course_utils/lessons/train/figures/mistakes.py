"""A network's answers to labelled images: what is taken for what, and the mistakes themselves."""

from collections.abc import Sequence

import torch
from torch import Tensor

from course_utils.lessons.train.evaluation import Evaluation
from course_utils.pictures.digits import plot_image
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK, INK_MAP, PAPER, QUIET, house_style, new_chart
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import listed

DARK = 0.55  # a share of ink above which white words are read better than black ones


def article(digit: int) -> str:
    """The digit with its article: "a 7", "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def draw_confusion(evaluations: Sequence[Evaluation]) -> Picture:
    """How often each digit was given each answer, by all networks together.

    Args:
        evaluations: One for each network, at least one.
    """
    counts = torch.stack([evaluation.confusion for evaluation in evaluations]).sum(dim=0)
    sheet = Drawing(450, 460)
    draw_counts(sheet, 35, 50, counts, cell=40.0)
    total, right = int(counts.sum()), int(counts.trace())
    opening = f"Of {total:,} answers, {right:,} are right and {total - right} are not."
    return Picture(f"{opening} {confusion_sentence(counts)}", svg=sheet.svg())


def draw_counts(sheet: Drawing, x: float, y: float, counts: Tensor, cell: float) -> None:
    """A confusion matrix; a pointer on a count chooses `digit`, its row, and `answer`, its column.

    Args:
        sheet: To draw on.
        x, y: The top left corner of the matrix; names stand above and at the left.
        counts: (10, 10), whole numbers.
        cell: Pixels along the side of each.
    """
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    side, size = cell * len(counts), 11 if cell < 30 else 14
    sheet.words(x + side / 2, y - 26, "shown ↓, read as →", size=13, bold=True)
    sheet.pixels(x, y, shares, cell, INK_MAP)
    sheet.box(x, y, side, side, stroke=QUIET)
    for digit in range(len(counts)):
        middle = cell * (digit + 0.5)
        sheet.words(x + middle, y - 6, digit, size=size, fill=QUIET)
        sheet.words(x - 11, y + middle + 4, digit, size=size, fill=QUIET)
    for row, column in counts.nonzero().tolist():
        left, top, count = x + cell * column, y + cell * row, int(counts[row, column])
        fill = PAPER if float(shares[row, column]) > DARK else INK
        place = left + cell / 2, top + cell / 2 + 4
        sheet.words(*place, count, size=size, fill=fill, bold=row != column)
        chosen = {"digit": row, "answer": column}
        sheet.region(left, top, cell, cell, f"{row} read as {column}: {count}", values=chosen)


def confusion_sentence(counts: Tensor) -> str:
    """What stands out in a confusion matrix."""
    answered = counts.sum(dim=0).tolist()
    used = [str(digit) for digit, times in enumerate(answered) if times]
    unused = [str(digit) for digit, times in enumerate(answered) if not times]
    if len(used) < len(unused):
        return f"Every digit is read as {' or '.join(used)}."
    if unused:
        return f"No digit is read as {', '.join(unused)}."
    off = counts.clone().fill_diagonal_(0)
    most = int(off.max())
    if most < 2:
        return f"No two of the {int(off.sum())} mistakes are alike."
    pairs = [f"{row} read as {column}" for row, column in (off == most).nonzero().tolist()]
    return f"The most frequent mistake: {listed(pairs[:3])}, {most} times."


def plot_mistakes(images: Tensor, evaluation: Evaluation, most: int = 10) -> Picture:
    """The digits that were read wrongly, the most confident mistake first.

    Args:
        images: (N, 1, H, W), those that were evaluated.
        evaluation: The answers to them.
        most: How many are shown at most.

    Raises:
        ValueError: Every answer is right.
    """
    wrong = evaluation.mistakes[:most].tolist()
    if not wrong:
        raise ValueError("There is no mistake to show: every answer is right.")
    columns = min(len(wrong), 5)
    rows = -(-len(wrong) // columns)
    pairs = []
    with house_style():
        figure = new_chart(1.75 * columns, 2.15 * rows)
        for at, i in enumerate(wrong, start=1):
            label, answer = int(evaluation.labels[i]), int(evaluation.answers[i])
            given, true = (float(100 * evaluation.probabilities[i, d]) for d in (answer, label))
            axes = figure.add_subplot(rows, columns, at)
            plot_image(axes, images[i, 0], f"{article(label)}, read as {answer}")
            axes.set_xlabel(f"{answer}: {int(given)} %   {label}: {int(true)} %")
            pairs.append((label, answer))
    told = ", ".join(f"{article(label)} as {answer}" for label, answer in sorted(pairs))
    total = len(evaluation.mistakes)
    return Picture(f"{len(wrong)} of {total} mistakes. Read wrongly: {told}.", figure=figure)
