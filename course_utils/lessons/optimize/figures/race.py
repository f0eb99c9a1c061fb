"""Five optimizers on one surface, side by side."""

from functools import cache

import torch
from matplotlib.colors import LinearSegmentedColormap
from torch import Tensor

from course_utils.lessons.optimize.race import CLOSE, STEPS, Descent, Race, Surface
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, QUIET, VERMILION, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import count, short

PANEL = 188.0
HEIGHT = PANEL  # square, as the map of losses is
GAP = 8.0
TOP = 66.0
CELLS = 64  # of the map of losses, along a side
BANDS = 12
LEVELS = LinearSegmentedColormap.from_list("levels", ["#ffffff", "#8fabc0"])


def draw_race(race: Race) -> Picture:
    """Each optimizer's path over the same map of the loss, and how it ended.

    The paler, the lower; the bands are of equal width in the logarithm of the loss.
    """
    sheet = Drawing(5 * PANEL + 4 * GAP + 20, TOP + HEIGHT + 100)
    surface = race.surface
    title = f"{surface.name}: loss = {surface.formula}"
    sheet.words(10, 22, title, size=14, bold=True, align="start")
    key = "orange dot: start, black dot: end, the paler the lower"
    sheet.words(10 + 5 * PANEL + 4 * GAP, 22, key, size=12, fill=QUIET, align="end")
    for number, down in enumerate(race.descents):
        left = 10 + number * (PANEL + GAP)
        _draw_panel(sheet, left, surface, down)
        _draw_result(sheet, left, down, down in race.first)
    x, y = surface.axes
    sheet.words(10, TOP + HEIGHT + 90, _axes_line(surface, x, y), 12, QUIET, align="start")
    return Picture(_sentence(race), svg=sheet.svg(), captioned=True)


def _axes_line(surface: Surface, x: str, y: str) -> str:
    left, right, bottom, top = surface.window
    return (
        f"Each map: {x} from {short(left, 3)} to {short(right, 3)} across, "
        f"{y} from {short(bottom, 3)} to {short(top, 3)} upwards."
    )


def _draw_panel(sheet: Drawing, left: float, surface: Surface, down: Descent) -> None:
    x0, x1, y0, y1 = surface.window
    box = (left, TOP, PANEL, HEIGHT)
    sheet.words(left + PANEL / 2, TOP - 10, down.rule, size=14, bold=True)
    sheet.pixels(left, TOP, _map(surface), PANEL / CELLS, LEVELS, high=BANDS)
    sheet.box(*box, stroke=QUIET)
    places = [
        (left + PANEL * (x - x0) / (x1 - x0), TOP + HEIGHT * (y1 - y) / (y1 - y0))
        for x, y in down.path
    ]
    sheet.curve(places, stroke=BLUE, thick=1.8, clip=box)
    for x, y in places[1:25]:
        if _inside(x, y, box):
            sheet.dot(x, y, 2.4, fill=BLUE, stroke=BLUE, thick=0)
    sheet.dot(*places[0], 5.5, fill=VERMILION)
    if _inside(*places[-1], box):
        sheet.dot(*places[-1], 5.5, fill=INK)


def _inside(x: float, y: float, box) -> bool:
    left, top, width, height = box
    return left <= x <= left + width and top <= y <= top + height


@cache
def _map(surface: Surface) -> Tensor:
    """(CELLS, CELLS): the loss above the floor in bands, top row first."""
    x0, x1, y0, y1 = surface.window
    x = torch.linspace(x0, x1, CELLS).expand(CELLS, CELLS)
    y = torch.linspace(y1, y0, CELLS).unsqueeze(1).expand(CELLS, CELLS)
    height = (surface.value(x, y) - surface.floor).clamp(min=CLOSE / 2).log()
    share = (height - height.min()) / (height.max() - height.min())
    return (share * BANDS).round()


def _draw_result(sheet: Drawing, left: float, down: Descent, first: bool) -> None:
    y = TOP + HEIGHT
    big, small = _result(down)
    colour = INK if down.arrived is not None else VERMILION_WORD
    sheet.words(left + PANEL / 2, y + 24, big, size=14, fill=colour, bold=True)
    sheet.words(left + PANEL / 2, y + 43, small, size=12, fill=QUIET)
    if first:
        sheet.words(left + PANEL / 2, y + 64, "★ fewest steps", size=13, fill=BLUE, bold=True)


def _result(down: Descent) -> tuple[str, str]:
    if down.arrived is not None:
        return f"{down.arrived} steps", "to the floor, to stay"
    if down.lost is not None:
        return "lost", f"after {count(down.lost, 'step')}"
    if down.stuck:
        return "stuck", f"slope 0, loss {down.losses[-1]:.2f}"
    return "not there", f"after {STEPS} steps: {short(down.losses[-1], 3)}"


def _sentence(race: Race) -> str:
    told = "; ".join(f"{down.rule} {_told(down)}" for down in race.descents)
    if not race.first:
        verdict = "Nobody arrives."
    else:
        verdict = f"Fewest steps: {' and '.join(down.rule for down in race.first)}."
    return (
        f"On the {race.surface.name} surface with rate {race.rate:g} and momentum "
        f"{race.momentum:g}: {told}. {verdict}"
    )


def _told(down: Descent) -> str:
    if down.arrived is not None:
        return f"is at the floor after {count(down.arrived, 'step')}"
    if down.lost is not None:
        return f"is lost after {count(down.lost, 'step')}"
    if down.stuck:
        return f"is stuck where the slope is 0, at loss {short(down.losses[-1], 3)}"
    return f"is not there after {STEPS}, at loss {short(down.losses[-1], 3)}"
