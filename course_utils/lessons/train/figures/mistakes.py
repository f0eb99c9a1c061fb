"""A network's answers to labelled images: what is taken for what, and the mistakes themselves."""

from collections.abc import Sequence

import torch
from torch import Tensor

from course_utils.lessons.train.evaluation import Evaluation
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK, INK_MAP, PAPER, house_style, new_chart
from course_utils.pictures.words import listed

DARK = 0.55  # a share of ink above which white words are read better than black ones


def article(digit: int) -> str:
    """The digit with its article: "a 7", "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def plot_confusion(evaluations: Sequence[Evaluation]) -> Picture:
    """How often each digit was given each answer, by all networks together.

    Args:
        evaluations: One for each network, at least one.
    """
    counts = torch.stack([evaluation.confusion for evaluation in evaluations]).sum(dim=0)
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    with house_style():
        figure = new_chart(6.4, 5.2)
        axes = figure.subplots()
        axes.imshow(shares.numpy(), cmap=INK_MAP, vmin=0, vmax=1)
        for row, column in counts.nonzero().tolist():
            axes.annotate(
                str(int(counts[row, column])),
                (column, row),
                ha="center",
                va="center",
                weight="bold" if row != column else "normal",
                color=PAPER if float(shares[row, column]) > DARK else INK,
            )
        axes.set(xticks=range(len(counts)), yticks=range(len(counts)))
        axes.set(xlabel="the network's answer", ylabel="the digit shown")
        axes.spines[:].set_visible(True)
    return Picture(_confusion_sentence(counts), figure=figure)


def _confusion_sentence(counts: Tensor) -> str:
    right, total = int(counts.trace()), int(counts.sum())
    opening = f"{right:,} of {total:,} answers are right"
    off = counts.clone().fill_diagonal_(0)
    if not off.any():
        return f"{opening}: nothing lies off the diagonal."
    most = int(off.max())
    pairs = [f"{row} read as {column}" for row, column in (off == most).nonzero().tolist()]
    times = {1: "once", 2: "twice"}.get(most, f"{most} times")
    return (
        f"{opening}; {total - right} lie off the diagonal. "
        f"The largest number there: {listed(pairs[:3])}, {times}."
    )


def plot_mistakes(images: Tensor, evaluation: Evaluation, most: int = 10) -> Picture:
    """The digits that were read wrongly, the most confident mistake first.

    Args:
        images: (N, 1, H, W), those that were evaluated.
        evaluation: The answers to them.
        most: How many are shown at most.
    """
    wrong = evaluation.mistakes[:most].tolist()
    if not wrong:
        raise ValueError("There is no mistake to show: every answer is right.")
    columns = len(wrong) if len(wrong) <= 6 else 5
    rows = -(-len(wrong) // columns)
    with house_style():
        figure = new_chart(min(1.75 * columns, 9.0), 2.15 * rows)
        grid = figure.subplots(rows, columns, squeeze=False).flatten()
        for axes in grid[len(wrong) :]:
            axes.set_axis_off()
        for axes, i in zip(grid, wrong, strict=False):
            label, answer = int(evaluation.labels[i]), int(evaluation.answers[i])
            given, true = (float(100 * evaluation.probabilities[i, d]) for d in (answer, label))
            axes.imshow(images[i, 0].numpy(), cmap=INK_MAP, vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[], title=f"{article(label)}, read as {answer}")
            axes.set_xlabel(f"{answer}: {given:.0f} %   {label}: {true:.0f} %")
            axes.spines[:].set_visible(True)
    pairs = sorted((int(evaluation.labels[i]), int(evaluation.answers[i])) for i in wrong)
    told = ", ".join(f"{article(label)} as {answer}" for label, answer in pairs)
    total = len(evaluation.mistakes)
    return Picture(f"{len(wrong)} of {total} mistakes. Read wrongly: {told}.", figure=figure)
