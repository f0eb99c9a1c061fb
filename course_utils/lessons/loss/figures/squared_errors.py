"""Pictures of lesson 03: squared errors as areas, the grid of broadcasting, the usual losses."""

from course_utils.lessons.loss.squared_errors import LossCurve, Pairs, SquaredErrors
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    INK,
    PAPER,
    QUIET,
    VERMILION,
    VERMILION_WORD,
    house_style,
    new_chart,
)
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed, with_minus

AREA = "#f6d9c6"  # a pale vermilion for squared errors
WIDTH = 1030
TALL = 190.0  # of the largest square, and of the span of all numbers, in pixels
CELL = 50.0  # width of a cell in the grid of pairs
MOST = 12  # numbers that still fit side by side


def draw_squares(errors: SquaredErrors) -> Picture:
    """Each error as the side of a square, each squared error as its area; last, their mean.

    Raises:
        ValueError: There are more numbers than fit side by side.
    """
    count = len(errors.output)
    if count > MOST:
        raise ValueError(f"At most {MOST} numbers fit side by side; these are {count}.")
    if not errors.squares.isfinite().all():
        return _unusable(errors)
    pitch = (WIDTH - 70) / (count + 1)
    low, high = _span(errors)
    scale = min((pitch - 10) / max(float(errors.errors.abs().max()), 1e-9), TALL / (high - low))
    sheet = Drawing(WIDTH, 70 + scale * (high - low) + 76)
    zero = 50 + scale * high
    sheet.line(64, zero, 64 + count * pitch - 8, zero, dash="2 3")
    sheet.words(58, zero + 4, "0", size=12, align="end", fill=QUIET)
    base = sheet.height - 62
    for row, words in enumerate(("number", "error", "square")):
        sheet.words(4, base + 20 * row, words, size=12, fill=QUIET, align="start")
    for i in range(count):
        x = 66 + i * pitch
        _draw_term(sheet, x, zero, scale, errors, i)
        for row, words in enumerate(
            (str(i), fixed(errors.errors[i], 2), fixed(errors.squares[i], 4))
        ):
            sheet.words(x + pitch / 2 - 5, base + 20 * row, words, size=12, bold=row == 2)
    _draw_mean(sheet, 66 + count * pitch, base, scale * errors.mean**0.5, pitch, errors.mean)
    _draw_key(sheet)
    return Picture(_squares_sentence(errors), svg=sheet.svg())


def _span(errors: SquaredErrors) -> tuple[float, float]:
    """The lowest and the highest number, zero included, and never equal."""
    low = min(0.0, float(errors.output.min()), float(errors.target.min()))
    high = max(0.0, float(errors.output.max()), float(errors.target.max()))
    return low, max(high, low + 1e-6)


def _draw_term(sheet: Drawing, x, zero, scale, errors: SquaredErrors, i: int) -> None:
    output, target = (zero - scale * float(v[i]) for v in (errors.output, errors.target))
    side = abs(output - target)
    sheet.box(x, min(output, target), side, side, fill=AREA, stroke=VERMILION)
    _dot(sheet, x, output)
    _cross(sheet, x, target)


def _draw_mean(sheet: Drawing, x, base, side, pitch, mean: float) -> None:
    sheet.box(x, base - 24 - side, side, side, fill=AREA, stroke=INK, thick=2)
    sheet.words(x + pitch / 2 - 5, base, "mean", size=12, bold=True)
    sheet.words(x + pitch / 2 - 5, base + 40, fixed(mean, 4), size=13, bold=True)


def _draw_key(sheet: Drawing) -> None:
    _dot(sheet, 74, 16)
    sheet.words(84, 20, "output", size=12, align="start")
    _cross(sheet, 150, 16)
    sheet.words(160, 20, "target", size=12, align="start")
    sheet.box(222, 9, 13, 13, fill=AREA, stroke=VERMILION)
    sheet.words(242, 20, "side: the error; area: the squared error", size=12, align="start")


def _dot(sheet: Drawing, x: float, y: float) -> None:
    sheet.box(x - 5, y - 5, 10, 10, fill=BLUE, stroke=PAPER, round_=5)


def _cross(sheet: Drawing, x: float, y: float) -> None:
    sheet.line(x - 5, y - 5, x + 5, y + 5, stroke=INK, thick=2.5)
    sheet.line(x - 5, y + 5, x + 5, y - 5, stroke=INK, thick=2.5)


def _squares_sentence(errors: SquaredErrors) -> str:
    squares, count = errors.squares, len(errors.output)
    largest = int(squares.argmax())
    total = float(squares.sum())
    share = f", {100 * float(squares[largest]) / total:.0f} % of the sum" if total else ""
    return (
        f"{count} squared errors with the sum {fixed(total, 4)} "
        f"and the mean {fixed(errors.mean, 4)}. "
        f"The largest, {fixed(squares[largest], 4)}, belongs to number {largest}{share}."
    )


def _unusable(errors: SquaredErrors) -> Picture:
    wrong = (~errors.squares.isfinite()).nonzero().flatten().tolist()
    first = wrong[0]
    sentence = (
        f"{len(wrong)} of {len(errors.output)} squared errors are no finite numbers, so neither is "
        f"their mean, {errors.mean}. The first is number {first}: output {errors.output[first]}, "
        f"target {errors.target[first]}."
    )
    sheet = Drawing(WIDTH, 50)
    sheet.words(10, 30, sentence, size=12, fill=VERMILION_WORD, align="start")
    return Picture(sentence, svg=sheet.svg())


def draw_pairs(pairs: Pairs) -> Picture:
    """The squared difference of every output and every target, the diagonal outlined.

    Raises:
        ValueError: There are more numbers than fit side by side.
    """
    count = len(pairs.output)
    if count > MOST:
        raise ValueError(f"At most {MOST} outputs fit into the grid; these are {count}.")
    left, top, tall = 190.0, 66.0, 25.0
    sheet = Drawing(left + count * CELL + 280, top + count * tall + 14)
    sheet.words(left + count * CELL / 2, 18, f"target ({count},)", size=13, bold=True)
    sheet.words(10, top + count * tall / 2, f"output ({count}, 1)", 13, bold=True, align="start")
    peak = float(pairs.squares.max()) or 1.0
    for i in range(count):
        sheet.words(left - 10, top + tall * (i + 0.7), fixed(pairs.output[i], 2), 12, align="end")
        sheet.words(left + CELL * (i + 0.5), top - 10, fixed(pairs.target[i], 2), 12)
        for j in range(count):
            square = float(pairs.squares[i, j])
            x, y = left + CELL * j, top + tall * i
            sheet.box(x, y, CELL, tall, fill=_shade(square / peak), stroke="#d0d0d0")
            sheet.words(x + CELL / 2, y + 17, f"{square:.2f}", size=11, bold=i == j)
    for i in range(count):
        sheet.box(left + CELL * i, top + tall * i, CELL, tall, stroke=BLUE, thick=3)
    x = left + count * CELL + 24
    sheet.box(x, top + 4, 26, 16, stroke=BLUE, thick=3)
    sheet.words(x + 36, top + 17, f"meant: {count} pairs", size=13, align="start")
    sheet.words(
        x + 36, top + 37, f"mean {fixed(pairs.meant, 4)}", size=13, bold=True, align="start"
    )
    every = f"computed: all {count * count} pairs"
    sheet.words(x + 36, top + 77, every, size=13, align="start", fill=VERMILION_WORD)
    words = f"mean {fixed(pairs.mean, 4)}"
    sheet.words(x + 36, top + 97, words, 13, VERMILION_WORD, bold=True, align="start")
    return Picture(_pairs_sentence(pairs), svg=sheet.svg())


def _shade(share: float) -> str:
    """White for 0, towards pale vermilion for 1: dark words stay readable on it."""
    share = share if 0 <= share <= 1 else 0.0
    return "#" + "".join(f"{round(255 - share * (255 - c)):02x}" for c in (0xF0, 0xB4, 0x8C))


def _pairs_sentence(pairs: Pairs) -> str:
    count = len(pairs.output)
    return (
        f"{count} outputs in a column against {count} targets in a row make a grid of "
        f"{count} by {count} = {count**2} squared differences. On the diagonal, where each output "
        f"meets its own target, the mean is {fixed(pairs.meant, 4)}; over the whole grid it is "
        f"{fixed(pairs.mean, 4)}."
    )


def plot_family(by_error: tuple[LossCurve, ...], by_score: tuple[LossCurve, ...]) -> Picture:
    """Losses of `torch.nn` side by side: of a single error, and of a single score."""
    with house_style():
        figure = new_chart(9, 3.5)
        left, right = figure.subplots(1, 2)
        _plot_curves(left, by_error, "error: output − target")
        _plot_curves(right, by_score, "score of the right answer")
        left.set(title="for measured amounts", ylabel="loss")
        right.set(title="for answers", ylabel="loss")
    parts = [
        f"{curve.name} {fixed(curve.losses[at], 4)}"
        for curves, at in ((by_error, -1), (by_score, 0))
        for curve in curves
    ]
    middle = len(by_error)
    return Picture(
        f"At an error of {float(by_error[0].values[-1]):g}: {', '.join(parts[:middle])}. "
        f"At a score of {with_minus(f'{float(by_score[0].values[0]):g}')} for the right answer: "
        f"{', '.join(parts[middle:])}. "
        "The first group is 0 at the error 0; the second falls towards 0 as the score rises.",
        figure=figure,
    )


_LOOKS = ((BLUE, "-"), (VERMILION, "--"), (INK, ":"))


def _plot_curves(axes, curves: tuple[LossCurve, ...], what: str) -> None:
    for curve, (colour, dash) in zip(curves, _LOOKS, strict=False):
        values, losses = curve.values.numpy(), curve.losses.numpy()
        axes.plot(values, losses, color=colour, linestyle=dash, label=curve.name)
    axes.set(xlabel=what, ylim=(0, None))
    axes.legend()
