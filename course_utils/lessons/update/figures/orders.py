"""Pictures of whole trainings: in several orders of the lines, and by heart."""

from collections.abc import Mapping, Sequence
from math import log

from course_utils.lessons.update.orders import OrderRun
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, QUIET, VERMILION, house_style, new_chart

BLIND = log(10)  # the loss of equal shares for ten classes
LOOKS = ((BLUE, "-"), (VERMILION, "--"))


def plot_orders(runs: Sequence[OrderRun]) -> Picture:
    """The loss in training, a panel for each order of the lines."""
    highest = max(len(run.order) for run in runs)
    with house_style():
        figure = new_chart(9.6, 3.6)
        row = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
        for axes, run in zip(row, runs, strict=True):
            axes.axhline(BLIND, color=QUIET, linestyle=":", linewidth=1.2)
            axes.plot(run.losses, color=BLUE if run.moved else VERMILION, linewidth=1.6)
            axes.set_title("\n".join(run.order) + "\n" * (highest - len(run.order)), fontsize=10)
            axes.set(xlabel=f"step\n{_verdict(run)}", ylim=(0, 8))
        row[0].set_ylabel("loss")
    told = " ".join(f"{', '.join(run.order)}: {run.late:.1f}, {_verdict(run)}." for run in runs)
    description = (
        f"The loss in {len(runs[0].losses)} steps, up to 8, one panel for each order of the lines; "
        f"the dotted line is ln 10 = {BLIND:.3f}. Mean of the last twenty steps: {told}"
    )
    return Picture(description, figure=figure)


def _verdict(run: OrderRun) -> str:
    if not run.moved:
        return "never moves"
    return "learns" if run.late < BLIND else "goes astray"


def plot_losses(curves: Mapping[str, Sequence[float]]) -> Picture:
    """The loss after each step of one or two trainings, by name.

    Args:
        curves: Losses of ten classes; the dotted line is that of equal shares.
    """
    with house_style():
        figure = new_chart(6.4, 3.0)
        axes = figure.subplots()
        axes.axhline(BLIND, color=QUIET, linestyle=":", linewidth=1.2)
        for (name, losses), (colour, dash) in zip(curves.items(), LOOKS, strict=False):
            axes.plot(losses, color=colour, linestyle=dash, label=name)
        axes.set(xlabel="step", ylabel="loss", ylim=(0, None))
        axes.legend()
    told = " ".join(f"{name}: {_told(losses)}." for name, losses in curves.items())
    description = f"The loss at each step; the dotted line is ln 10 = {BLIND:.3f}. {told}"
    return Picture(description, figure=figure)


def _told(losses: Sequence[float]) -> str:
    places = sorted({0, *range(50, len(losses), 50), len(losses) - 1})
    return ", ".join(f"{losses[at]:.3f} at step {at + 1}" for at in places)
