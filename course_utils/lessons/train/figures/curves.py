"""Charts of lesson 07: the curves of a training, and accuracies beside each other."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from matplotlib.ticker import MaxNLocator

from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, QUIET, VERMILION, house_style, new_chart

Measure = tuple[float, float]  # loss and accuracy
LOOKS = (  # of one curve after the other; each also has its name written beside it
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": VERMILION, "linestyle": "--", "marker": "s"},
    {"color": INK, "linestyle": ":", "marker": "^"},
)


def plot_curves(
    train: Sequence[Measure], validation: Sequence[Measure], batches: Sequence[float]
) -> Picture:
    """Loss and accuracy after every epoch, and the loss of every batch on the way.

    Args:
        train: Pairs of loss and accuracy (0 to 1) on the training digits, the first from before
            training, then one an epoch.
        validation: Likewise on the validation digits.
        batches: The loss of each batch, in the order of the training.
    """
    curves, epochs = {"training": train, "validation": validation}, len(train) - 1
    with house_style():
        figure = new_chart(9.4, 3.4)
        left, right = figure.subplots(1, 2)
        places = [(i + 1) * epochs / len(batches) for i in range(len(batches))]
        left.plot(places, list(batches), color=QUIET, linewidth=0.5, label="each batch")
        every = range(epochs + 1)
        _lines(left, every, {name: [loss for loss, _ in pairs] for name, pairs in curves.items()})
        _lines(right, every, {name: [100 * a for _, a in pairs] for name, pairs in curves.items()})
        left.set(xlabel="epoch", ylabel="mean cross entropy", title="loss", yscale="log")
        left.yaxis.set_major_formatter("{x:g}")
        right.set(xlabel="epoch", ylabel="right answers in %", title="accuracy", ylim=(0, 103))
    ends = "; ".join(
        f"on {name} digits the loss goes from {pairs[0][0]:.2f} to {pairs[-1][0]:.2f}, the "
        f"accuracy from {100 * pairs[0][1]:.0f} % to {100 * pairs[-1][1]:.0f} %"
        for name, pairs in curves.items()
    )
    gains = [after - before for (_, before), (_, after) in pairwise(validation)]
    steepest = f"The validation accuracy rises most in epoch {gains.index(max(gains)) + 1}."
    return Picture(f"Over {epochs} epochs, {ends}. {steepest}", figure=figure)


def plot_accuracies(
    accuracies: Mapping[str, Sequence[float]],
    across: str = "epoch",
    places: Sequence[int] | None = None,
) -> Picture:
    """The accuracy on validation digits, for up to three networks or ways to train.

    Args:
        accuracies: By name; shares from 0 to 1, one for each place.
        across: What the places are.
        places: Whole numbers; 0, 1, 2 and so on if not given.
    """
    some = next(iter(accuracies.values()))
    places = range(len(some)) if places is None else places
    with house_style():
        figure = new_chart(7.4, 3.2)
        axes = figure.subplots()
        _lines(axes, places, {n: [100 * s for s in curve] for n, curve in accuracies.items()})
        axes.set(xlabel=across, ylabel="right answers in %, validation", ylim=(0, 103))
        axes.axhline(10, color=INK, linewidth=1, linestyle=(0, (1, 3)))
        at, align = (places[0], "left") if some[0] > some[-1] else (places[-1], "right")
        axes.annotate("blind guessing", (at, 11.5), ha=align)  # where the curves are far above
    told = ". ".join(
        f"{name}: " + ", ".join(f"{100 * s:.0f} at {x}" for x, s in zip(places, curve, strict=True))
        for name, curve in accuracies.items()
    )
    return Picture(f"Right validation digits in %, by {across}. {told}.", figure=figure)


def _lines(axes, places: Sequence[int], curves: Mapping[str, Sequence[float]]) -> None:
    for i, (name, curve) in enumerate(curves.items()):
        axes.plot(places, curve, label=name, markersize=4, **LOOKS[i])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="best")
