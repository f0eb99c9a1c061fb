"""Gradients that add up in `.grad`, and their sizes from layer to layer."""

from collections.abc import Mapping, Sequence
from math import isfinite

from torch import Tensor

from course_utils.lessons.backprop.gradients import Accumulated, LayerGradient
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

FIRST, LAST = 90.0, 860.0  # the bars' part of the sheet, from side to side
TOP, LOW = 62.0, 262.0  # and from top to bottom
FULL = 4  # the scale has room for as many calls


def draw_accumulation(accumulated: Accumulated, calls: int | None = None) -> Picture:
    """A bar for each number of `.grad`, and in outline what the first call alone had put there.

    Args:
        accumulated: For a parameter of at most twelve numbers.
        calls: After how many calls, at least 1; all if not given.

    Raises:
        ValueError: So many calls are not recorded, or the parameter is too large for bars.
    """
    grads = accumulated.grads
    calls = len(grads) if calls is None else calls
    if not 1 <= calls <= len(grads):
        raise ValueError(f"Recorded are 1 to {len(grads)} calls; there is nothing after {calls}.")
    first, now = grads[0].reshape(-1), grads[calls - 1].reshape(-1)
    if first.numel() > 12:
        raise ValueError(
            f"{accumulated.parameter} has {first.numel()} numbers, too many for bars; "
            "choose a parameter of at most 12, such as a convolution's bias."
        )
    sheet = Drawing(880, 330)
    title = f"{accumulated.parameter}.grad after {count(calls, 'call')} of backward()"
    sheet.words(FIRST, 26, title, size=15, bold=True, align="start")
    zeroed = "zero_grad() before each call" if accumulated.zeroed else "zero_grad() never called"
    sheet.words(LAST, 26, zeroed, size=14, align="end")
    _draw_bars(sheet, first, now)
    note = "Dashed outline: after the first call."
    sheet.words(FIRST, 320, note, size=12, fill=QUIET, align="start")
    return Picture(_accumulation_sentence(accumulated, calls), svg=sheet.svg())


def _draw_bars(sheet: Drawing, first: Tensor, now: Tensor) -> None:
    zero, scale = _scale(first)
    width = (LAST - FIRST) / len(now)
    for i, (once, value) in enumerate(zip(first.tolist(), now.tolist(), strict=True)):
        x, centre = FIRST + i * width, FIRST + (i + 0.5) * width
        height = _length(value, scale)
        _draw_bar(sheet, x + 18, zero, width - 36, height, fill="#f4c7a5", stroke=GRADIENT, thick=2)
        outline = {"stroke": INK, "thick": 1.5, "dash": "4 3"}
        _draw_bar(sheet, x + 13, zero, width - 26, _length(once, scale), **outline)
        y = zero - height - 8 if value >= 0 else zero - height + 18
        sheet.words(centre, y, fixed(value, 4), 13, VERMILION_WORD, bold=True)
        sheet.words(centre, LOW + 38, f"channel {i}", size=12)
    sheet.line(FIRST - 10, zero, LAST, zero, stroke=INK, thick=1.2)
    sheet.words(FIRST - 18, zero + 4, "0", size=12, align="end")


def _draw_bar(sheet: Drawing, x, zero, width, height, **look) -> None:
    sheet.box(x, zero - max(height, 0), width, abs(height), **look)


def _scale(first: Tensor) -> tuple[float, float]:
    """The height of zero on paper and the pixels for 1, with room for four such gradients."""
    finite = FULL * first.nan_to_num(0, 0, 0)
    above, below = max(float(finite.max()), 0), max(float(-finite.min()), 0)
    scale = (LOW - TOP) / ((above + below) or 1)
    return LOW - below * scale, scale


def _length(value: float, scale: float) -> float:
    return value * scale if isfinite(value) else 0.0


def _accumulation_sentence(accumulated: Accumulated, calls: int) -> str:
    first, now = accumulated.grads[0], accumulated.grads[calls - 1]
    called = "with zero_grad() before each" if accumulated.zeroed else "without any zero_grad()"
    told = f"After {count(calls, 'call')} of backward() {called}, {accumulated.parameter}.grad is "
    numbers = ", ".join(fixed(value, 4) for value in now.reshape(-1).tolist())
    if not now.isfinite().all():
        return (
            f"{told}{numbers}: the loss is {accumulated.loss:.4g}, and so the gradient is spoilt."
        )
    length = float(now.norm() / first.norm()) if first.norm() else 1.0
    compared = f"{length:.1f} times the gradient of one call" if calls > 1 else "one gradient"
    return f"{told}{numbers}: {compared}, length {float(now.norm()):.4f}."


def plot_gradient_sizes(nets: Mapping[str, Sequence[LayerGradient]]) -> Picture:
    """The size of the gradient in each layer's weight, a line for each network.

    Args:
        nets: Sizes by the network's name, all with as many layers, none of them 0.

    Raises:
        ValueError: The networks have different numbers of layers, or a gradient is 0 or no
            finite number, which has no place on a logarithmic axis.
    """
    _check_sizes(nets)
    looks = zip(("o-", "s--", "^:"), (VERMILION, BLUE, INK), strict=True)
    with house_style():
        figure = new_chart(8, 3.6)
        axes = figure.subplots()
        for (name, layers), (style, colour) in zip(nets.items(), looks, strict=False):
            sizes = [layer.size for layer in layers]
            places = range(1, len(sizes) + 1)
            axes.semilogy(places, sizes, style, color=colour, label=name)
        axes.set(xlabel="layer, from the input to the loss", ylabel="size of the weights' gradient")
        axes.set_xticks(list(places))
        axes.legend(loc="lower right")
    told = [_size_words(name, layers) for name, layers in nets.items()]
    return Picture(" ".join(told), figure=figure)


def _check_sizes(nets: Mapping[str, Sequence[LayerGradient]]) -> None:
    if len({len(layers) for layers in nets.values()}) != 1:
        counts = ", ".join(f"{name} {len(layers)}" for name, layers in nets.items())
        raise ValueError(f"Networks with as many layers each can be compared; these have {counts}.")
    for name, layers in nets.items():
        for layer in layers:
            if not 0 < layer.size < float("inf"):
                raise ValueError(
                    f"The gradient of {layer.name} in {name} has size {layer.size}, which a "
                    "logarithmic axis cannot show."
                )


def _size_words(name: str, layers: Sequence[LayerGradient]) -> str:
    first, last = layers[0].size, layers[-1].size
    told = f"{name}: {_power(last)} in the last layer, {_power(first)} in the first"
    return f"{told}, {_ratio(last / first)} times smaller." if first < last else f"{told}."


def _power(size: float) -> str:
    """A size to one digit, such as 1·10⁻⁸: enough to compare, and the same on any machine."""
    digit, exponent = f"{size:.0e}".split("e")
    return f"{digit}·10{str(int(exponent)).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _ratio(ratio: float) -> str:
    """A factor to two digits."""
    return f"{float(f'{ratio:.1e}'):,.0f}" if ratio >= 10 else f"{ratio:.1f}"
