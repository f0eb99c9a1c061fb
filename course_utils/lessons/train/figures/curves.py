"""Pictures of lesson 07: curves of a training, kernels before and after, accuracy against shift."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from matplotlib.ticker import MaxNLocator
from torch import Tensor

from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    INK,
    QUIET,
    SIGNED_MAP,
    VERMILION,
    house_style,
    new_chart,
)

Curve = Sequence[float]
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

    Raises:
        ValueError: Not as many pairs for the one as for the other, or fewer than two.
    """
    if len(train) < 2 or len(train) != len(validation):
        raise ValueError(
            "As many measures of the training digits as of the validation digits are needed, at "
            f"least two; these are {len(train)} and {len(validation)}."
        )
    curves, epochs = {"training": train, "validation": validation}, len(train) - 1
    with house_style():
        figure = new_chart(9.4, 3.4)
        left, right = figure.subplots(1, 2)
        places = [(i + 1) * epochs / len(batches) for i in range(len(batches))]
        left.plot(places, list(batches), color=QUIET, linewidth=0.5, label="each batch")
        _lines(left, {name: [loss for loss, _ in pairs] for name, pairs in curves.items()})
        _lines(right, {name: [100 * a for _, a in pairs] for name, pairs in curves.items()})
        left.set(xlabel="epoch", ylabel="mean cross entropy", title="loss", yscale="log")
        left.yaxis.set_major_formatter("{x:g}")
        right.set(xlabel="epoch", ylabel="right answers in %", title="accuracy", ylim=(0, 103))
        left.legend(loc="lower left")
        right.legend(loc="lower right")
    ends = "; ".join(
        f"on {name} digits the loss goes from {pairs[0][0]:.2f} to {pairs[-1][0]:.2f}, the "
        f"accuracy from {100 * pairs[0][1]:.0f} % to {100 * pairs[-1][1]:.0f} %"
        for name, pairs in curves.items()
    )
    gains = [after - before for (_, before), (_, after) in pairwise(validation)]
    steepest = max(range(epochs), key=gains.__getitem__) + 1
    rises = f"The validation accuracy rises most in epoch {steepest}."
    return Picture(f"Over {_epochs(epochs)}, {ends}. {rises}", figure=figure)


def plot_race(accuracies: Mapping[str, Curve]) -> Picture:
    """The accuracy on validation digits after every epoch, for up to three ways to train.

    Args:
        accuracies: By the name of the way; shares from 0 to 1, one an epoch from epoch 0.
    """
    _at_most_three(accuracies)
    with house_style():
        figure = new_chart(7.4, 3.2)
        axes = figure.subplots()
        _lines(axes, {name: [100 * s for s in curve] for name, curve in accuracies.items()})
        axes.set(xlabel="epoch", ylabel="right answers in %, validation", ylim=(0, 103))
        _blind_guessing(axes, max(len(curve) for curve in accuracies.values()) - 1, "right")
        axes.legend(loc="best")
    ends = "; ".join(
        f"{name} is at {100 * curve[-1]:.0f} % after {_epochs(len(curve) - 1)}"
        for name, curve in accuracies.items()
    )
    return Picture(f"Accuracy on validation digits: {ends}.", figure=figure)


def plot_shifts(distances: Sequence[int], accuracies: Mapping[str, Curve]) -> Picture:
    """The accuracy on digits that were moved, against the distance in pixels.

    Args:
        distances: In pixels.
        accuracies: By the name of the network; shares from 0 to 1, one a distance.
    """
    _at_most_three(accuracies)
    with house_style():
        figure = new_chart(7.4, 3.2)
        axes = figure.subplots()
        scaled = {name: [100 * s for s in curve] for name, curve in accuracies.items()}
        _lines(axes, scaled, distances)
        _blind_guessing(axes, distances[0], "left")
        axes.set(xlabel="shift in pixels", ylabel="right answers in %, validation", ylim=(0, 103))
        axes.legend(loc="best")
    told = ". ".join(
        f"{name}: "
        + ", ".join(
            f"{100 * share:.0f} % at {distance}"
            for distance, share in zip(distances, curve, strict=True)
        )
        for name, curve in accuracies.items()
    )
    opening = "Right answers when the validation digits are moved, by pixels."
    return Picture(f"{opening} {told}.", figure=figure)


def _blind_guessing(axes, at: float, align: str) -> None:
    """A line at one in ten, named where no curve is near."""
    axes.axhline(10, color=INK, linewidth=1, linestyle=(0, (1, 3)))
    axes.annotate("blind guessing", (at, 3.0 if align == "right" else 11.5), ha=align)


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count} epochs"


def _at_most_three(curves: Mapping[str, Curve]) -> None:
    if not 1 <= len(curves) <= len(LOOKS):
        raise ValueError(f"One to {len(LOOKS)} curves can be told apart; these are {len(curves)}.")


def _lines(axes, curves: Mapping[str, Curve], places: Sequence[int] | None = None) -> None:
    for (name, curve), look in zip(curves.items(), LOOKS, strict=False):
        x = list(range(len(curve))) if places is None else list(places)
        axes.plot(x, list(curve), label=name, markersize=4, **look)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def plot_kernels_before_after(before: Tensor, after: Tensor) -> Picture:
    """The kernels of a convolution with one input channel, before and after a training.

    Args:
        before: (C, 1, K, K).
        after: (C, 1, K, K).

    Raises:
        ValueError: The two have different shapes, or more than one input channel.
    """
    if before.shape != after.shape or before.dim() != 4 or before.shape[1] != 1:
        raise ValueError(
            "Two tensors of one shape (C, 1, K, K) are needed; these are "
            f"{tuple(before.shape)} and {tuple(after.shape)}."
        )
    before, after = before.detach()[:, 0], after.detach()[:, 0]
    reach = float(max(before.abs().max(), after.abs().max())) or 1.0
    with house_style():
        figure = new_chart(9.2, 3.4)
        grid = figure.subplots(2, len(before), squeeze=False)
        for row, kernels, name in zip(grid, (before, after), ("before", "after"), strict=True):
            for i, (axes, kernel) in enumerate(zip(row, kernels, strict=True)):
                shown = axes.imshow(kernel.numpy(), cmap=SIGNED_MAP, vmin=-reach, vmax=reach)
                axes.set(xticks=[], yticks=[], title=f"channel {i}" if name == "before" else "")
                axes.spines[:].set_visible(True)
            row[0].set_ylabel(name)
        bar = figure.colorbar(shown, ax=grid, label="weight", ticks=[-reach, 0.0, reach])
        bar.set_ticklabels([f"−{reach:.1f}", "0", f"{reach:.1f}"])
    description = (
        f"The {len(before)} kernels before and after training, on one scale. The largest size of "
        f"a weight was {before.abs().max():.1f} and is {after.abs().max():.1f}; on average a "
        f"weight has moved by {(after - before).abs().mean():.1f}."
    )
    return Picture(description, figure=figure)
