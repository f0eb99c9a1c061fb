"""A network's answers to labelled images: what is taken for what, and the mistakes themselves."""

from torch import Tensor

from course_utils.lessons.train.evaluation import Evaluation
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK, INK_MAP, PAPER, VERMILION_WORD, house_style, new_chart


def article(digit: int) -> str:
    """The digit with its article: "a 7", "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"


def plot_confusion(evaluation: Evaluation) -> Picture:
    """How often each digit was given each answer; the right answers lie on the diagonal."""
    counts = evaluation.confusion
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    classes = len(counts)
    with house_style():
        figure = new_chart(5.2, 4.6)
        axes = figure.subplots()
        axes.imshow(shares.numpy(), cmap=INK_MAP, vmin=0, vmax=1)
        for (row, column), count in _nonzero(counts):
            wrong = row != column
            dark = float(shares[row, column]) > 0.5
            axes.annotate(
                str(count),
                (column, row),
                ha="center",
                va="center",
                weight="bold" if wrong else "normal",
                color=PAPER if dark else VERMILION_WORD if wrong else INK,
            )
        axes.set(xticks=range(classes), yticks=range(classes))
        axes.set(xlabel="the network's answer", ylabel="the digit shown")
        axes.spines[:].set_visible(True)
    return Picture(confusion_sentence(evaluation), figure=figure)


def confusion_sentence(evaluation: Evaluation) -> str:
    """What a confusion matrix says: how many are right, and which confusions there are."""
    count = len(evaluation.labels)
    opening = f"{evaluation.right} of {count} answers are right"
    off = evaluation.confusion.clone().fill_diagonal_(0)
    if not off.any():
        return f"{opening}: nothing lies off the diagonal."
    most = int(off.max())
    row, column = (off == most).nonzero()[0].tolist()
    if most == 1:
        return f"{opening}; no two of the {count - evaluation.right} mistakes are alike."
    times = "twice" if most == 2 else f"{most} times"
    return (
        f"{opening}; {count - evaluation.right} lie off the diagonal. "
        f"The largest number there: {row} read as {column}, {times}."
    )


def _nonzero(counts: Tensor):
    for row, column in counts.nonzero().tolist():
        yield (row, column), int(counts[row, column])


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
