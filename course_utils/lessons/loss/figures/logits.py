"""Ten scores, what two losses make of them, and the loss along the one that is pushed."""

from torch import Tensor

from course_utils.lessons.loss.logits import Mix
from course_utils.pictures.axes import Axes
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    GRADIENT,
    INK,
    INK_MAP,
    PAPER,
    QUIET,
    VERMILION,
    VERMILION_WORD,
)
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed

ROW = 25.0
TOP = 74.0
BAR = 100.0  # length of a bar of 100 %
CHART = (668.0, 74.0, 330.0, 232.0)  # left, top, width, height


def draw_mix(mix: Mix, image: Tensor) -> Picture:
    """The image, its scores with their shares in two losses, and cross entropy as a curve.

    Args:
        mix: Scores and losses.
        image: (1, H, W), whose scores they are.
    """
    sheet = Drawing(1030, 394)
    _draw_image(sheet, mix, image)
    if mix.unusable:
        sheet.words(180, 150, _trouble(mix), size=13, fill=VERMILION_WORD, align="start")
        sheet.words(180, 176, _ADVICE, size=13, align="start")
        return Picture(f"{_setting(mix)} {_trouble(mix)}", svg=sheet.svg(), captioned=True)
    _draw_rows(sheet, mix)
    _draw_curves(sheet, mix)
    _draw_losses(sheet, mix)
    return Picture(_sentence(mix), svg=sheet.svg(), captioned=True)


_ADVICE = "Push that score to a number, or look for the operation that made it."


def _draw_image(sheet: Drawing, mix: Mix, image: Tensor) -> None:
    sheet.pixels(10, TOP, image[0], 4.0, INK_MAP)
    sheet.box(10, TOP, 4 * image.shape[-1], 4 * image.shape[-2], stroke=QUIET)
    sheet.words(74, TOP - 12, f"this is a {mix.label}", size=13, bold=True)
    if mix.unusable:
        return
    right = mix.answer == mix.label
    words = f"{'✓' if right else '✗'} answer: {mix.answer}"
    colour = BLUE if right else VERMILION_WORD
    sheet.words(74, TOP + 4 * image.shape[-2] + 22, words, size=14, fill=colour, bold=True)


def _draw_rows(sheet: Drawing, mix: Mix) -> None:
    given = "softmax of score" if mix.softmax_first else "score"
    sheet.words(186, TOP - 12, "digit", size=12, fill=QUIET)
    sheet.words(262, TOP - 12, given, size=12, fill=QUIET)
    sheet.words(336, TOP - 28, "cross entropy", size=13, bold=True, align="start")
    sheet.words(336, TOP - 12, "share of Σ exp", size=12, fill=QUIET, align="start")
    sheet.words(506, TOP - 28, "MSE", size=13, bold=True, align="start")
    sheet.words(506, TOP - 12, "share of Σ squares", size=12, fill=QUIET, align="start")
    squares = mix.squares / (float(mix.squares.sum()) or 1.0)
    for digit, score in enumerate(mix.given.tolist()):
        y = TOP + ROW * digit
        right, pushed = digit == mix.label, digit == mix.pushed
        if pushed:
            sheet.box(166, y + 1, 136, ROW - 2, stroke=VERMILION, thick=2, round_=3)
        sheet.words(186, y + 17, f"{digit} ✓" if right else str(digit), size=13, bold=right)
        sheet.words(292, y + 17, fixed(score, 3), size=12, bold=right, align="end")
        _draw_bar(sheet, 336, y, float(mix.shares[digit]), right)
        _draw_bar(sheet, 506, y, float(squares[digit]), right)


def _draw_bar(sheet: Drawing, x: float, y: float, share: float, right: bool) -> None:
    sheet.box(x, y + 5, BAR * share, ROW - 10, fill=BLUE if right else PAPER, stroke=BLUE)
    sheet.words(x + BAR * share + 5, y + 17, f"{100 * share:.0f} %", size=11, align="start")


def _draw_curves(sheet: Drawing, mix: Mix) -> None:
    low, high = (float(mix.values[i]) for i in (0, -1))
    peak = max(float(mix.on_logits.max()), float(mix.on_softmax.max()), 1.0) * 1.05
    axes = Axes(CHART, across=(low, high), up=(0.0, peak))
    losses = range(0, int(peak) + 1, 2 if peak < 12 else 5)
    axes.draw(
        sheet,
        across={value: fixed(value, 0) for value in (low, 0.0, 5.0, 10.0, 15.0, high)},
        up={loss: str(loss) for loss in losses},
        below=f"score of {mix.pushed}",
    )
    sheet.words(CHART[0], CHART[1] - 12, "cross entropy", size=13, bold=True, align="start")
    curves = ((mix.on_logits, not mix.softmax_first), (mix.on_softmax, mix.softmax_first))
    for values, active in curves:
        look = _ACTIVE if active else _OTHER
        axes.curve(sheet, zip(mix.values.tolist(), values.tolist(), strict=True), **look)
    _draw_marker(sheet, mix, axes)
    _draw_key(sheet, mix, CHART[0] + CHART[2])


_ACTIVE = {"stroke": INK, "thick": 2.5}
_OTHER = {"stroke": QUIET, "thick": 1.0, "dash": "3 4"}


def _draw_marker(sheet: Drawing, mix: Mix, axes: Axes) -> None:
    """The present point, and the slope there as a short straight line."""
    x, y = axes.place(mix.value, mix.cross_entropy)
    further, rise = axes.place(mix.value + 1, mix.cross_entropy + mix.slope)
    dx, dy = further - x, rise - y  # pixels for a score raised by 1
    reach = 42 / (dx**2 + dy**2) ** 0.5
    back = min(reach, (x - CHART[0]) / dx)
    ahead = min(reach, (CHART[0] + CHART[2] - x) / dx)
    sheet.line(x - back * dx, y - back * dy, x + ahead * dx, y + ahead * dy, GRADIENT, 3)
    sheet.dot(x, y, 6, fill=BLUE)


def _draw_key(sheet: Drawing, mix: Mix, right: float) -> None:
    now, other = ("softmax first", "without softmax")[:: 1 if mix.softmax_first else -1]
    for y, words, look in (
        (TOP - 40, f"{now} (now)", _ACTIVE),
        (TOP - 22, other, _OTHER),
        (TOP - 4, "slope", {"stroke": GRADIENT, "thick": 3}),
    ):
        sheet.line(right - 168, y - 4, right - 140, y - 4, **look)
        sheet.words(right - 134, y, words, size=12, align="start")


def _draw_losses(sheet: Drawing, mix: Mix) -> None:
    given = "softmax of the scores" if mix.softmax_first else "the scores"
    y = TOP + 10 * ROW + 34
    sheet.words(10, y, f"Both losses are given {given}.", size=13, align="start")
    cross = f"cross entropy {mix.cross_entropy:.4f}, slope {fixed(mix.slope, 4)}"
    sheet.words(336, y, cross, size=13, bold=True, align="start")
    sheet.words(336, y + 22, f"MSE {mix.mse:.4f}", size=13, bold=True, align="start")


def _setting(mix: Mix) -> str:
    given = "softmax of the scores" if mix.softmax_first else "the scores"
    return f"The score of {mix.pushed} is {fixed(mix.value, 1)}; the losses are given {given}."


def _trouble(mix: Mix) -> str:
    told = ", ".join(f"{digit} is {fixed(mix.logits[digit], 1)}" for digit in mix.unusable)
    return (
        f"A score is no finite number, that of {told}: "
        f"cross entropy is {mix.cross_entropy:.4g} and MSE {mix.mse:.4g}."
    )


def _sentence(mix: Mix) -> str:
    right = "right" if mix.answer == mix.label else f"wrong, this is a {mix.label}"
    share = 100 * float(mix.shares[mix.label])
    floor = f" It cannot fall below {mix.floor:.4f}." if mix.softmax_first else ""
    return (
        f"{_setting(mix)} The {mix.label} has {share:.1f} % of the sum of exponentials: cross "
        f"entropy {mix.cross_entropy:.4f}, slope {fixed(mix.slope, 4)}.{floor} "
        f"MSE is {mix.mse:.4f}{_most(mix)}. "
        f"The highest score is that of {mix.answer}: {right}."
    )


def _most(mix: Mix) -> str:
    total, largest = float(mix.squares.sum()), int(mix.squares.argmax())
    if not total:
        return ""
    return f", {100 * float(mix.squares[largest]) / total:.0f} % of it from {largest}"
