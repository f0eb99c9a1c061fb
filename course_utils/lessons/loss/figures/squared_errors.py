"""Pictures of lesson 03: squared errors as areas, the grid of broadcasting, the usual losses."""

import torch
from torch import Tensor

from course_utils.lessons.loss.squared_errors import (
    Pairs,
    SquaredErrors,
    error_losses,
    score_losses,
)
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    INK,
    QUIET,
    VERMILION,
    VERMILION_WORD,
    house_style,
    new_chart,
)
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed, with_minus

AREA = "#f6d9c6"  # a pale vermilion for squared errors
WIDTH = 900
LEFT, PITCH = 88.0, 72.0  # of the columns of numbers
UNIT = 62.0  # at most so many pixels for a difference of 1
TALL = 230.0  # at most so many for all numbers
CELL = (56.0, 25.0)  # width and height of a cell in the grid of pairs
MOST = 10  # numbers that fit side by side


def draw_squares(errors: SquaredErrors) -> Picture:
    """Each error as the side of a square, each squared error as its area; last, their mean.

    Raises:
        ValueError: There are more numbers than fit side by side.
    """
    count = len(errors.output)
    if count > MOST:
        raise ValueError(f"At most {MOST} numbers fit side by side; these are {count}.")
    low, high = _span(errors)
    largest = float(errors.errors.abs().max())
    scale = min(UNIT, TALL / (high - low), (PITCH - 6) / max(largest, 1e-6))
    zero = 44 + scale * high
    bottom = zero - scale * low
    sheet = Drawing(WIDTH, bottom + 92)
    _draw_scale(sheet, zero, scale, (low, high), LEFT + count * PITCH)
    for i in range(count):
        _draw_term(sheet, LEFT + i * PITCH, zero, scale, errors, i)
        numbers = (str(i), fixed(errors.errors[i], 2), fixed(errors.squares[i], 4))
        _draw_numbers(sheet, LEFT + i * PITCH + 12, bottom, numbers)
    side, x = scale * errors.mean**0.5, LEFT + count * PITCH + 16
    sheet.box(x, bottom - side, side, side, fill=AREA, stroke=INK, thick=2)
    _draw_numbers(sheet, x + 16, bottom, ("mean", "", fixed(errors.mean, 4)))
    _draw_numbers(sheet, 8, bottom, ("number", "error", "square"), align="start")
    _draw_key(sheet)
    return Picture(_squares_sentence(errors), svg=sheet.svg())


def _span(errors: SquaredErrors) -> tuple[float, float]:
    """The lowest and the highest number, with −1 to 1 at least."""
    numbers = torch.cat([errors.output, errors.target])
    return min(-1.0, float(numbers.min())), max(1.0, float(numbers.max()))


def _draw_scale(sheet: Drawing, zero: float, scale: float, span: tuple, right: float) -> None:
    for number in range(-int(-span[0]), int(span[1]) + 1):
        y = zero - scale * number
        sheet.line(LEFT - 10, y, right, y, stroke=QUIET if number == 0 else "#d0d0d0")
        sheet.words(LEFT - 16, y + 5, with_minus(f"{number}"), size=13, align="end", fill=QUIET)


def _draw_term(sheet: Drawing, x, zero, scale, errors: SquaredErrors, i: int) -> None:
    """The square hangs to the right of the line from the output to the target."""
    output, target = (zero - scale * float(v[i]) for v in (errors.output, errors.target))
    side = abs(output - target)
    sheet.box(x + 12, min(output, target), side, side, fill=AREA, stroke=VERMILION)
    sheet.dot(x + 12, output, 5.5, fill=BLUE)
    _cross(sheet, x + 12, target)


def _draw_numbers(sheet: Drawing, x, bottom, words, align="middle") -> None:
    for row, word in enumerate(words):
        sheet.words(x, bottom + 32 + 21 * row, word, size=13, bold=row == 2, align=align)


def _draw_key(sheet: Drawing) -> None:
    sheet.dot(LEFT + 12, 18, 5.5, fill=BLUE)
    sheet.words(LEFT + 24, 23, "output", size=13, align="start")
    _cross(sheet, LEFT + 100, 18)
    sheet.words(LEFT + 112, 23, "target", size=13, align="start")
    sheet.box(LEFT + 184, 11, 13, 13, fill=AREA, stroke=VERMILION)
    sheet.words(LEFT + 204, 23, "side: the error; area: its square", size=13, align="start")


def _cross(sheet: Drawing, x: float, y: float) -> None:
    sheet.line(x - 5, y - 5, x + 5, y + 5, stroke=INK, thick=2.5)
    sheet.line(x - 5, y + 5, x + 5, y - 5, stroke=INK, thick=2.5)


def _squares_sentence(errors: SquaredErrors) -> str:
    largest, total = int(errors.squares.argmax()), float(errors.squares.sum())
    share = f", {100 * float(errors.squares[largest]) / total:.0f} % of the sum" if total else ""
    return (
        f"{len(errors.output)} squared errors with the sum {fixed(total, 4)} "
        f"and the mean {fixed(errors.mean, 4)}. "
        f"The largest, {fixed(errors.squares[largest], 4)}, belongs to number {largest}{share}."
    )


def draw_pairs(pairs: Pairs) -> Picture:
    """The squared difference of every output and every target, the diagonal outlined.

    Raises:
        ValueError: There are more numbers than fit side by side.
    """
    count, (wide, tall) = len(pairs.output), CELL
    if count > MOST:
        raise ValueError(f"At most {MOST} outputs fit into the grid; these are {count}.")
    left, top = 84.0, 84.0
    sheet = Drawing(left + count * wide + 210, top + count * tall + 10)
    sheet.words(left + count * wide / 2, 42, f"target ({count},)", size=14, bold=True)
    for y, words in ((top - 30, "output"), (top - 12, f"({count}, 1)")):
        sheet.words(10, y, words, 14, bold=True, align="start")
    peak = float(pairs.squares.max()) or 1.0
    for i in range(count):
        y = top + tall * i
        sheet.words(left - 10, y + 18, fixed(pairs.output[i], 2), 13, align="end")
        sheet.words(left + wide * (i + 0.5), top - 12, fixed(pairs.target[i], 2), 13)
        for j, square in enumerate(pairs.squares[i].tolist()):
            x = left + wide * j
            sheet.box(x, y, wide, tall, fill=_shade(square / peak), stroke="#d0d0d0")
            sheet.words(x + wide / 2, y + 17, f"{square:.2f}", size=13, bold=i == j)
    for i in range(count):
        sheet.box(left + wide * i, top + tall * i, wide, tall, stroke=BLUE, thick=3)
    _draw_means(sheet, pairs, left + count * wide + 20, top)
    return Picture(_pairs_sentence(pairs), svg=sheet.svg())


def _draw_means(sheet: Drawing, pairs: Pairs, x: float, top: float) -> None:
    count = len(pairs.output)
    sheet.box(x, top + 4, 26, 16, stroke=BLUE, thick=3)
    sheet.words(x + 36, top + 17, f"meant: {count} pairs", size=14, align="start")
    sheet.words(x + 36, top + 38, f"mean {fixed(pairs.meant, 4)}", 14, bold=True, align="start")
    words = (f"computed: {count**2} pairs", f"mean {fixed(pairs.mean, 4)}")
    for i, word in enumerate(words):
        sheet.words(x, top + 80 + 21 * i, word, 14, VERMILION_WORD, bold=i == 1, align="start")


def _shade(share: float) -> str:
    """White for 0, towards pale vermilion for 1: dark words stay readable on it."""
    return "#" + "".join(f"{round(255 - share * (255 - c)):02x}" for c in (0xF0, 0xB4, 0x8C))


def _pairs_sentence(pairs: Pairs) -> str:
    count = len(pairs.output)
    return (
        f"{count} outputs in a column against {count} targets in a row make a grid of "
        f"{count} by {count} = {count**2} squared differences. On the diagonal, where each output "
        f"meets its own target, the mean is {fixed(pairs.meant, 4)}; over the whole grid it is "
        f"{fixed(pairs.mean, 4)}."
    )


def plot_family(errors: Tensor, scores: Tensor) -> Picture:
    """Losses of `torch.nn` side by side: of a single error, and of a single score.

    Args:
        errors: (N,), ascending.
        scores: (M,), ascending, 0 among them: the losses there are marked.
    """
    by_error, by_score = error_losses(errors), score_losses(scores)
    zero = int(scores.abs().argmin())
    with house_style():
        figure = new_chart(9, 3.6)
        left, right = figure.subplots(1, 2)
        _plot_curves(left, errors, by_error, "error: output − target", "for measured amounts")
        _plot_curves(right, scores, by_score, "score of the right answer", "for answers")
        for losses, at, align in zip(
            by_score.values(), ((-0.3, -0.6), (0.25, 0.2)), ("right", "left"), strict=True
        ):
            loss = float(losses[zero])
            right.plot(0, loss, "o", color=INK, markersize=7)
            right.annotate(f"{loss:.4f}", (at[0], loss + at[1]), ha=align, fontsize=10)
    told = [
        f"{name} {fixed(losses[-1], 4)} at an error of {float(errors[-1]):g}"
        for name, losses in by_error.items()
    ]
    told += [f"{name} {fixed(by_score[name][zero], 4)} at the score 0" for name in by_score]
    return Picture(
        f"{', '.join(told)}. The first three are 0 at the error 0; the last two fall towards 0 as "
        "the score of the right answer rises.",
        figure=figure,
    )


_LOOKS = ((BLUE, "-"), (VERMILION, "--"), (INK, ":"))


def _plot_curves(axes, values: Tensor, curves: dict[str, Tensor], what: str, title: str) -> None:
    for (name, losses), (colour, dash) in zip(curves.items(), _LOOKS, strict=False):
        axes.plot(values.numpy(), losses.numpy(), color=colour, linestyle=dash, label=name)
    axes.set(xlabel=what, ylabel="loss", ylim=(0, None), title=title)
    axes.legend()
