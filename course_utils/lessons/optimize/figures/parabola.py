"""Steps down a parabola, with rates that are too small, right and too large."""

from collections.abc import Sequence

import torch

from course_utils.lessons.optimize.step_size import Slide
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, LOSS, VERMILION, house_style, new_chart
from course_utils.pictures.words import fixed


def plot_slides(slides: Sequence[Slide]) -> Picture:
    """Steps down one parabola with several rates, a panel for each.

    Raises:
        ValueError: There is no slide, or they belong to different parabolas.
    """
    if len({one.curvature for one in slides}) != 1:
        raise ValueError("Slides down one and the same parabola are needed, at least one.")
    reach = 1.35 * abs(slides[0].places[0])
    values = torch.linspace(-reach, reach, 81)
    curvature = slides[0].curvature
    with house_style():
        figure = new_chart(9.4, 2.7)
        row = figure.subplots(1, len(slides), sharey=True, squeeze=False)[0]
        for axes, one in zip(row, slides, strict=True):
            axes.plot(values.numpy(), (curvature * values**2 / 2).numpy(), color=LOSS, linewidth=1)
            axes.plot(one.places, one.losses, "o-", color=BLUE, markersize=5, linewidth=1.2)
            axes.plot(one.places[0], one.losses[0], "o", color=VERMILION, markersize=9)
            axes.set(title=f"rate {one.rate:g}", xlabel="weight", xlim=(-reach, reach))
            axes.set_ylim(-0.05 * curvature * reach**2 / 2, curvature * reach**2 / 2)
        row[0].set_ylabel("loss")
    steps = len(slides[0].places) - 1
    told = "; ".join(f"with {one.rate:g} at {fixed(one.places[-1], 2)}" for one in slides)
    description = (
        f"From weight {slides[0].places[0]:g} (the large dot), {steps} steps down a parabola of "
        f"curvature {curvature:g}, whose limit is 2/{curvature:g} = {2 / curvature:g}: {told}. "
        f"{_slide_verdict(slides)}"
    )
    return Picture(description, figure=figure)


def _slide_verdict(slides: Sequence[Slide]) -> str:
    kinds = {
        "The weight has come closer to 0": [s for s in slides if abs(s.places[-1]) < _start(s)],
        "It is as far from 0 as before": [s for s in slides if abs(s.places[-1]) == _start(s)],
        "It has gone away from 0": [s for s in slides if not abs(s.places[-1]) <= _start(s)],
    }
    return " ".join(
        f"{words} with {', '.join(f'{one.rate:g}' for one in found)}."
        for words, found in kinds.items()
        if found
    )


def _start(one: Slide) -> float:
    return abs(one.places[0])
