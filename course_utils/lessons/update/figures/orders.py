"""The picture of lesson 05's trainings: the five lines in several orders."""

from collections.abc import Sequence
from math import log

from course_utils.lessons.update.orders import ORDERS, OrderRun
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, QUIET, VERMILION, house_style, new_chart


def plot_orders(runs: Sequence[OrderRun]) -> Picture:
    """The loss in training, a panel for each order of the lines."""
    with house_style():
        figure = new_chart(9.6, 3.4)
        row = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
        for axes, run in zip(row, runs, strict=True):
            axes.axhline(log(10), color=QUIET, linestyle=":", linewidth=1.2)
            axes.plot(run.losses, color=BLUE if run.moved else VERMILION, linewidth=1.6)
            axes.set_title("\n".join(run.order), fontsize=10)
            axes.set(xlabel="round", ylim=(0, 8))
        row[0].set_ylabel("loss")
    told = " ".join(
        f"{', '.join(run.order)}: {run.late:.1f}{'' if run.moved else ', weights never moved'}."
        for run in runs
    )
    description = (
        f"The loss in {len(runs[0].losses)} rounds, one panel for each order of the lines; the "
        f"dotted line is ln 10 = {log(10):.3f}. Mean of the last twenty rounds: {told}"
    )
    return Picture(description, figure=figure)


def order_name(run: OrderRun) -> str:
    """What an order is called, its lines where it has no name."""
    order = ", ".join(run.order)
    return ORDERS.get(order, order)
