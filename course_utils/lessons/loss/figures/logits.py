"""−ln p as a curve; ten scores, their probabilities, and two losses along the pushed one."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from course_utils.lessons.loss.logits import Mix
from course_utils.pictures.axes import Axes
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    GRADIENT,
    INK_MAP,
    LOSS,
    PAPER,
    QUIET,
    VERMILION,
    VERMILION_WORD,
    house_style,
    new_chart,
)
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed

WIDTH, HEIGHT = 900, 392
ROW = 25.0
TOP = 62.0
BAR = 84.0  # length of a bar of 100 %
ENTROPY, SQUARED = (448.0, TOP, 190.0, 230.0), (700.0, TOP, 190.0, 230.0)


def plot_minus_log(probabilities: Sequence[float]) -> Picture:
    """What a probability p of the right answer costs: −ln p, with a dot at each of some p."""
    across = torch.linspace(0.005, 1, 400, dtype=torch.float64)
    with house_style():
        figure = new_chart(7.5, 3.4)
        axes = figure.subplots()
        axes.plot(across.numpy(), -across.log().numpy(), color=LOSS)
        for p in probabilities:
            cost = -math.log(p)
            axes.plot(p, cost, "o", color=BLUE, markersize=8)
            at = (p + 0.02, cost + 0.12)
            axes.annotate(f"p = {p:g}: {cost:.4f}", at, fontsize=11)
        axes.set(xlabel="p, the probability of the right class", ylabel="−ln p", ylim=(0, None))
        axes.set_xlim(0, 1.15)
        axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    told = ", ".join(f"{-math.log(p):.4f} at p = {p:g}" for p in probabilities)
    return Picture(
        f"The cost −ln p is {told}. It is 0 at p = 1 and has no limit near 0.", figure=figure
    )


def draw_mix(mix: Mix, image: Tensor) -> Picture:
    """The image, its scores with their probabilities, and two losses as curves.

    Args:
        mix: Scores and losses.
        image: (1, H, W), whose scores they are.
    """
    sheet = Drawing(WIDTH, HEIGHT)
    _draw_image(sheet, mix, image)
    _draw_rows(sheet, mix)
    _draw_entropies(sheet, mix)
    _draw_squared(sheet, mix)
    return Picture(_sentence(mix), svg=sheet.svg(), captioned=True, regions=sheet.regions)


def _draw_image(sheet: Drawing, mix: Mix, image: Tensor) -> None:
    sheet.pixels(10, TOP, image[0], 4.0, INK_MAP)
    sheet.box(10, TOP, 128, 128, stroke=QUIET)
    sheet.words(74, TOP - 12, f"this is a {mix.label}", size=14, bold=True)
    right = mix.answer == mix.label
    words = f"{'✓' if right else '✗'} answer: {mix.answer}"
    colour = BLUE if right else VERMILION_WORD
    sheet.words(74, TOP + 152, words, size=15, fill=colour, bold=True)
    for i, words in enumerate(("the losses are given", _given(mix))):
        sheet.words(74, TOP + 186 + 18 * i, words, size=13)


def _given(mix: Mix) -> str:
    return "softmax of the scores" if mix.softmax_first else "the scores"


def _draw_rows(sheet: Drawing, mix: Mix) -> None:
    sheet.words(176, TOP - 8, "digit", size=13, fill=QUIET)
    first = mix.softmax_first
    given, share = ("softmax", "softmax again") if first else ("score", "probability")
    sheet.words(266, TOP - 8, given, size=13, fill=QUIET, align="end")
    sheet.words(282, TOP - 8, share, size=13, fill=QUIET, align="start")
    digits = range(len(mix.given))
    sheet.region(154, TOP, 230, ROW * len(digits), "digit {pushed}", down={"pushed": digits})
    for digit, score in enumerate(mix.given.tolist()):
        y, right = TOP + ROW * digit, digit == mix.label
        if digit == mix.pushed:
            sheet.box(154, y + 1, 120, ROW - 2, stroke=VERMILION, thick=2, round_=3)
        sheet.words(176, y + 17, f"{digit} ✓" if right else str(digit), size=14, bold=right)
        sheet.words(266, y + 17, fixed(score, 3), size=14, bold=right, align="end")
        length = BAR * float(mix.shares[digit])
        sheet.box(282, y + 5, length, ROW - 10, fill=BLUE if right else PAPER, stroke=BLUE)
        percent = f"{100 * float(mix.shares[digit]):.0f} %"
        sheet.words(282 + length + 5, y + 17, percent, size=13, align="start")


def _draw_entropies(sheet: Drawing, mix: Mix) -> None:
    curves = {first: mix.entropies(first) for first in (False, True)}
    axes = _axes(sheet, mix, ENTROPY, "cross entropy", max(map(float, map(max, curves.values()))))
    left, y = ENTROPY[0] - 30, TOP + ENTROPY[3] + 84
    for first, losses in curves.items():
        points = zip(mix.values.tolist(), losses.tolist(), strict=True)
        if first == mix.softmax_first:
            axes.curve(sheet, points, thick=2.5)
        elif mix.softmax_first:  # the other way round it would tell what softmax does
            axes.curve(sheet, points, thick=1.0, stroke=QUIET, dash="3 4")
            sheet.line(left + 150, y, left + 176, y, QUIET, 1, "3 4")
            sheet.words(left + 182, y + 4, "without softmax first", size=13, align="start")
    _draw_slope(sheet, mix, axes)
    words = f"cross entropy {mix.cross_entropy:.4f}"
    sheet.words(left, y - 20, words, size=13, bold=True, align="start")
    sheet.line(left, y, left + 26, y, GRADIENT, 3)
    words = f"slope {fixed(mix.slope, 4)}"
    sheet.words(left + 32, y + 4, words, size=13, bold=True, align="start")


def _draw_squared(sheet: Drawing, mix: Mix) -> None:
    losses = mix.squared()
    axes = _axes(sheet, mix, SQUARED, "MSE", float(losses.max()))
    axes.curve(sheet, zip(mix.values.tolist(), losses.tolist(), strict=True), thick=2.5)
    sheet.dot(*axes.place(mix.value, mix.mse), 6, fill=BLUE)
    words = f"MSE {mix.mse:.4f}"
    sheet.words(SQUARED[0], TOP + SQUARED[3] + 64, words, size=13, bold=True, align="start")


def _axes(sheet: Drawing, mix: Mix, box: tuple, title: str, most: float) -> Axes:
    low, high = (float(mix.values[i]) for i in (0, -1))
    axes = Axes(box, across=(low, high), up=(0.0, 1.05 * most))
    step = next(step for step in (0.05, 0.1, 0.5, 1, 2, 5, 10, 20) if most / step <= 6)
    marks = [step * i for i in range(int(most / step) + 1)]
    across = {value: fixed(value, 0) for value in (low, 0.0, 10.0, high)}
    up = {mark: f"{mark:g}" for mark in marks}
    axes.draw(sheet, across, up, title=title, below=f"score of {mix.pushed}")
    left, top, width, height = box
    part = width / (len(mix.values) - 1)  # each value in the middle of its own part
    values = {"value": mix.values.tolist()}
    sheet.region(left - part / 2, top, width + part, height, "score {value}", across=values)
    return axes


def _draw_slope(sheet: Drawing, mix: Mix, axes: Axes) -> None:
    """The present point, and the slope there as a short straight line."""
    x, y = axes.place(mix.value, mix.cross_entropy)
    further, rise = axes.place(mix.value + 1, mix.cross_entropy + mix.slope)
    dx, dy = further - x, rise - y  # pixels for a score raised by 1
    reach = 36 / (dx**2 + dy**2) ** 0.5
    left, _, width, _ = axes.box
    back, ahead = min(reach, (x - left) / dx), min(reach, (left + width - x) / dx)
    sheet.line(x - back * dx, y - back * dy, x + ahead * dx, y + ahead * dy, GRADIENT, 3)
    sheet.dot(x, y, 6, fill=BLUE)


def _sentence(mix: Mix) -> str:
    right = "right" if mix.answer == mix.label else f"wrong, this is a {mix.label}"
    share = 100 * float(mix.shares[mix.label])
    floor = f" It cannot fall below {mix.floor:.4f}." if mix.softmax_first else ""
    gives = "With softmax again, the" if mix.softmax_first else "The"
    return (
        f"The score of {mix.pushed} is {fixed(mix.value, 1)}; the losses are given {_given(mix)}. "
        f"{gives} {mix.label} has a probability of {share:.1f} %: cross entropy "
        f"{mix.cross_entropy:.4f}, slope {fixed(mix.slope, 4)}.{floor} MSE is {mix.mse:.4f}. "
        f"The highest score is that of {mix.answer}: {right}."
    )
