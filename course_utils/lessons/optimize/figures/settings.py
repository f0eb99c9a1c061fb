"""How rate and momentum work together, and the losses of whole trainings."""

from collections.abc import Mapping, Sequence
from math import log

import torch

from course_utils.lessons.optimize.race import STEPS, SettingsMap
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    ACTIVATION_MAP,
    BLUE,
    INK,
    PAPER,
    QUIET,
    VERMILION,
    house_style,
    new_chart,
)

RATE_MARKS = (0.01, 0.02, 0.04, 0.08, 0.16)
LOOKS = ((INK, "-."), (BLUE, "--"), (BLUE, "-"), (VERMILION, "--"), (VERMILION, "-"))
SMOOTH = 10  # steps of which the mean is drawn: a mini-batch more or less makes no jump


def plot_settings(found: SettingsMap) -> Picture:
    """The steps to the floor for each rate and momentum; white where it is not reached."""
    rate, share, fewest = found.best
    with house_style():
        figure = new_chart(7.4, 4.2)
        axes = figure.subplots()
        values = found.steps.numpy()
        mesh = axes.pcolormesh(
            found.rates.numpy(), found.momenta.numpy(), values, cmap=ACTIVATION_MAP, vmin=0
        )
        figure.colorbar(mesh, ax=axes, label="steps to the floor")
        limit = 2 * (1 + found.momenta) / found.curvature
        axes.plot(limit.numpy(), found.momenta.numpy(), color=VERMILION, linestyle="--")
        axes.plot(rate, share, "*", color=PAPER, markeredgecolor=INK, markersize=15)
        axes.annotate(
            f"{fewest} steps",
            (rate, share),
            (-8, -16),
            textcoords="offset points",
            ha="right",
            color=PAPER,
        )
        axes.set_xscale("log")
        axes.set_xticks(RATE_MARKS, [f"{mark:g}" for mark in RATE_MARKS])
        axes.minorticks_off()
        axes.set(xlabel="learning rate", ylabel="momentum", xlim=(RATE_MARKS[0], RATE_MARKS[-1]))
    plain, heavy = (2 * (1 + share) / found.curvature for share in (0, 0.9))
    description = (
        f"Steps of SGD with momentum to the floor of the ravine, for rates from "
        f"{RATE_MARKS[0]:g} to {RATE_MARKS[-1]:g} across and momentum from 0 to "
        f"{float(found.momenta[-1]):g} upwards; white where {STEPS} steps are not enough. The "
        f"fewest, {fewest} (the star), come with rate {rate:.2f} and momentum {share:.2f}. Dashed: "
        f"the limit 2·(1 + momentum)/{found.curvature:g}, from {plain:.3f} without momentum to "
        f"{heavy:.3f} with 0.9."
    )
    return Picture(description, figure=figure)


def plot_trainings(curves: Mapping[str, Sequence[float]]) -> Picture:
    """The loss of up to five trainings on digits, by name, as the mean of ten steps each.

    The dotted line is the loss of equal shares.
    """
    with house_style():
        figure = new_chart(8.0, 3.4)
        axes = figure.subplots()
        axes.axhline(log(10), color=QUIET, linestyle=":", linewidth=1)
        for (name, losses), (colour, dash) in zip(curves.items(), LOOKS, strict=False):
            means = torch.tensor(losses).unfold(0, SMOOTH, SMOOTH).mean(1)
            steps = SMOOTH * (torch.arange(len(means)) + 0.5)
            axes.plot(steps.numpy(), means.numpy(), color=colour, linestyle=dash, label=name)
        axes.set(xlabel="step", ylabel="loss", ylim=(0, None))
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    told = "; ".join(f"{name} {sum(losses[-20:]) / 20:.1f}" for name, losses in curves.items())
    steps = len(next(iter(curves.values())))
    description = (
        f"The loss in {steps} steps on real digits, each point the mean of {SMOOTH}; the dotted "
        f"line is ln 10 = {log(10):.3f}. The mean of the last twenty steps: {told}."
    )
    return Picture(description, figure=figure)
