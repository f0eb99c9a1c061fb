"""Gradients that add up in `.grad`, and their sizes from layer to layer."""

from collections.abc import Mapping

from torch import Tensor

from course_utils.lessons.backprop.gradients import Accumulated, LayerSizes
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    GRADIENT,
    INK,
    QUIET,
    VERMILION,
    VERMILION_WORD,
    house_style,
    new_chart,
)
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import count, fixed

FIRST, LAST = 70.0, 860.0  # the bars' part of the sheet, from side to side
TOP, LOW = 62.0, 262.0  # and from top to bottom
FULL = 4  # the scale has room for as many calls


def draw_accumulation(accumulated: Accumulated, calls: int) -> Picture:
    """A bar for each number of `.grad` after so many calls, and in outline after the first."""
    first, now = accumulated.grads[0], accumulated.grads[calls - 1]
    sheet = Drawing(880, 330)
    title = f"conv1.bias.grad after {count(calls, 'call')} of backward()"
    sheet.words(FIRST, 26, title, size=15, bold=True, align="start")
    zeroed = "zero_grad() before each call" if accumulated.zeroed else "zero_grad() never called"
    sheet.words(LAST, 26, zeroed, size=14, align="end")
    _draw_bars(sheet, first, now)
    note = "Dashed outline: after the first call."
    sheet.words(FIRST, 320, note, size=13, fill=QUIET, align="start")
    return Picture(_accumulation_words(accumulated, calls), svg=sheet.svg())


def _draw_bars(sheet: Drawing, first: Tensor, now: Tensor) -> None:
    zero, scale = _scale(first)
    width = (LAST - FIRST) / len(now)
    for i, (once, value) in enumerate(zip(first.tolist(), now.tolist(), strict=True)):
        x, centre, height = FIRST + i * width, FIRST + (i + 0.5) * width, value * scale
        _draw_bar(sheet, x + 18, zero, width - 36, height, fill="#f4c7a5", stroke=GRADIENT, thick=2)
        outline = {"stroke": INK, "thick": 1.5, "dash": "4 3"}
        _draw_bar(sheet, x + 13, zero, width - 26, once * scale, **outline)
        y = zero - height - 8 if value >= 0 else zero - height + 18
        sheet.words(centre, y, fixed(value, 4), 14, VERMILION_WORD, bold=True)
        sheet.words(centre, LOW + 38, f"channel {i}", size=13)
    sheet.line(FIRST - 10, zero, LAST, zero, stroke=INK, thick=1.2)
    sheet.words(FIRST - 18, zero + 4, "0", size=13, align="end")


def _draw_bar(sheet: Drawing, x, zero, width, height, **look) -> None:
    sheet.box(x, zero - max(height, 0), width, abs(height), **look)


def _scale(first: Tensor) -> tuple[float, float]:
    """The height of zero on paper and the pixels for 1, with room for four such gradients."""
    above, below = (FULL * max(float(side.max()), 0) for side in (first, -first))
    scale = (LOW - TOP) / ((above + below) or 1)
    return LOW - below * scale, scale


def _accumulation_words(accumulated: Accumulated, calls: int) -> str:
    first, now = accumulated.grads[0], accumulated.grads[calls - 1]
    called = "with zero_grad() before each" if accumulated.zeroed else "without any zero_grad()"
    numbers = ", ".join(fixed(value, 4) for value in now.tolist())
    times = float(now.norm() / first.norm()) if first.norm() else 1.0
    compared = f"{times:.1f} times the gradient of one call" if calls > 1 else "one gradient"
    return (
        f"After {count(calls, 'call')} of backward() {called}, conv1.bias.grad is {numbers}: "
        f"{compared}."
    )


def plot_gradient_sizes(nets: Mapping[str, LayerSizes]) -> Picture:
    """The sizes of the gradients in each layer, a line for each network, at most four.

    On the left what arrives at the layers' outputs, on the right the gradients of their weights.
    """
    looks = (("o-", VERMILION), ("s--", BLUE), ("^:", INK), ("D-.", QUIET))
    with house_style():
        figure = new_chart(8.6, 3.6)
        left, right = figure.subplots(1, 2, sharey=True)
        for (name, sizes), (style, colour) in zip(nets.items(), looks, strict=False):
            places = range(1, len(sizes.outputs) + 1)
            left.semilogy(places, sizes.outputs, style, color=colour, label=name)
            right.semilogy(places, sizes.weights, style, color=colour)
            left.set_xticks(list(places))
            right.set_xticks(list(places))
        left.set(title="gradient at the layer's output", ylabel="size")
        right.set(title="gradient of the layer's weights")
        figure.supxlabel("layer, from the input to the loss", size=10)
        left.legend(loc="lower right")
    return Picture(" ".join(_size_words(*one) for one in nets.items()), figure=figure)


def _size_words(name: str, sizes: LayerSizes) -> str:
    outputs, weights = (_ratio(row[-1] / row[0]) for row in (sizes.outputs, sizes.weights))
    return (
        f"{name}: from the last layer to the first, the gradient at the output shrinks to "
        f"1/{outputs}, that of the weights to 1/{weights}."
    )


def _ratio(ratio: float) -> str:
    """A factor to two digits: enough to compare, and the same on any machine."""
    return f"{float(f'{ratio:.1e}'):,.0f}" if ratio >= 10 else f"{ratio:.1f}"
