"""One step of a network with every rate, beside what the gradient promises."""

from collections.abc import Sequence
from math import isfinite, log10

import torch
from torch import Tensor

from course_utils.lessons.optimize.step_size import StepCurve
from course_utils.pictures.axes import Axes, Place
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, GRADIENT, LOSS, QUIET, VERMILION
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed

Box = tuple[float, float, float, float]


_NEAR: Box = (80, 66, 470, 250)
_ALL: Box = (650, 66, 330, 250)


def draw_step(curve: StepCurve, rate: float, start: str) -> Picture:
    """The loss after a step with `rate`, beside the straight line that the gradient promises.

    On the left rates up to two and a half times this one, enlarged so that they fill the panel;
    on the right all rates that were measured.

    Args:
        curve: Measured at `rate` and at others around it.
        rate: Where the markers are.
        start: What the network was before the step: "untrained".
    """
    sheet = Drawing(1000, 376)
    _draw_key(sheet)
    _draw_near(sheet, curve, rate)
    _draw_all(sheet, curve, rate)
    return Picture(_step_sentence(curve, rate, start), svg=sheet.svg(), captioned=True)


def _draw_key(sheet: Drawing) -> None:
    sheet.line(80, 18, 116, 18, stroke=LOSS, thick=2.5)
    sheet.dot(98, 18, 6, fill=BLUE)
    sheet.words(124, 22, "the loss, measured after the step", size=13, align="start")
    sheet.line(390, 18, 426, 18, stroke=GRADIENT, thick=2.5, dash="7 4")
    _draw_diamond(sheet, 408, 18)
    sheet.words(434, 22, "what the slope at the start promises", size=13, align="start")


def _draw_near(sheet: Drawing, curve: StepCurve, rate: float) -> None:
    shown = (curve.rates <= 2.5 * rate) & curve.losses.isfinite()
    low, high = _reach(curve, curve.losses[shown], curve.promised[shown])
    axes = Axes(_NEAR, across=(0.0, 2.5 * rate), up=(low, high))
    rates = {part * rate: f"{part * rate:g}" for part in (0, 1, 2)}
    losses = [low, (low + high) / 2, high]
    marks = {loss: _tick(loss, high - low) for loss in losses}
    axes.draw(sheet, rates, marks, "around this rate, enlarged", "learning rate")
    if low < 0:
        axes.across_at(sheet, 0.0)
        right, zero = axes.place(2.5 * rate, 0.0)
        sheet.words(right, zero - 5, "loss 0", size=12, fill=QUIET, align="end")
    _draw_curves(sheet, axes, curve, shown, start=[(0.0, curve.loss)])
    _draw_markers(sheet, axes, curve, rate)


def _draw_all(sheet: Drawing, curve: StepCurve, rate: float) -> None:
    shown = curve.rates > 0
    first, last = float(curve.rates[shown].min()), float(curve.rates.max())
    lowest = curve.best[1]
    dip = curve.loss - lowest  # what there is to see: it fills a third of the panel
    up = (lowest - 0.5 * dip, curve.loss + 1.5 * dip)
    axes = Axes(_ALL, across=(first, last), up=up, powers=True)
    powers = [10.0**power for power in range(-4, 4) if first <= 10.0**power <= last]
    title = "all rates; marks a factor of ten apart"
    marks = {loss: f"{loss:.2f}" for loss in (lowest, curve.loss, up[1])}
    axes.draw(sheet, {power: f"{power:g}" for power in powers}, marks, title, "learning rate")
    axes.across_at(sheet, curve.loss)
    _draw_curves(sheet, axes, curve, shown)
    _draw_markers(sheet, axes, curve, rate)


def _draw_curves(
    sheet: Drawing, axes: Axes, curve: StepCurve, shown: Tensor, start: Sequence[Place] = ()
) -> None:
    sheet.words(axes.box[0] - 8, axes.box[1] - 10, "loss", size=12, align="end")
    for losses, look in (
        (curve.promised, {"stroke": GRADIENT, "dash": "7 4"}),
        (curve.losses, {"stroke": LOSS}),
    ):
        points = zip(curve.rates[shown].tolist(), losses[shown].tolist(), strict=True)
        axes.curve(sheet, [*start, *points], thick=2.5, **look)


def _draw_markers(sheet: Drawing, axes: Axes, curve: StepCurve, rate: float) -> None:
    """A disc on the measured loss, a diamond on the promise; an arrow where it is off the panel."""
    _, top, _, height = axes.box
    for loss, real in zip(curve.after(rate), (True, False), strict=True):
        if not isfinite(loss):
            continue
        x, y = axes.place(rate, loss)
        if y < top:
            sheet.arrow(x, top + 26, x, top + 2, stroke=BLUE if real else VERMILION, thick=3)
        elif y > top + height:
            bottom = top + height
            sheet.arrow(x, bottom - 26, x, bottom - 2, BLUE if real else VERMILION, thick=3)
        elif real:
            sheet.dot(x, y, 6, fill=BLUE)
        else:
            _draw_diamond(sheet, x, y)


def _draw_diamond(sheet: Drawing, x: float, y: float) -> None:
    corners = [(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y), (x, y - 6)]
    sheet.curve(corners, stroke=VERMILION, thick=2.5)


def _reach(curve: StepCurve, losses: Tensor, promised: Tensor) -> tuple[float, float]:
    """The losses worth showing: not below 0 by much, and at most twice the loss at the start."""
    both = torch.cat([losses, promised, torch.tensor([curve.loss], dtype=losses.dtype)])
    low, high = float(both.min()), float(both.max())
    low, high = max(low, -0.25 * curve.loss), min(high, 2 * curve.loss)
    spare = 0.08 * (high - low) or 1e-6
    return low - spare, high + spare


def _step_sentence(curve: StepCurve, rate: float, start: str) -> str:
    real, promised = curve.after(rate)
    told = f"{start.capitalize()}, loss {curve.loss:.3f}. A step with rate {rate:g}: "
    best, lowest = curve.best
    advice = f"The lowest, {lowest:.3f}, comes with rate {best:.2g}."
    if not isfinite(real):
        return f"{told}the loss is no finite number any more: the step went far too far. {advice}"
    if promised < 0:
        line = f"the straight line promises {fixed(promised, 2)}, less than any loss can be"
    else:
        line = f"the straight line promises a fall of {_plain(curve.loss - promised)}"
    if real < curve.loss:
        told += f"the loss falls by {_plain(curve.loss - real)} to {real:.3f}; {line}."
    else:
        told += f"the loss rises to {_plain(real)}; {line}."
    return f"{told} {advice}"


def _plain(number: float) -> str:
    """Three significant digits, never in powers of ten."""
    if number == 0:
        return "0"
    decimals = max(2 - int(log10(abs(number)) // 1), 0)
    return f"{float(f'{number:.3g}'):,.{decimals}f}".replace("-", "−")


def _tick(number: float, span: float) -> str:
    decimals = max(1 - int(log10(span) // 1), 1)
    return f"{round(number, decimals) + 0.0:.{decimals}f}".replace("-", "−")
