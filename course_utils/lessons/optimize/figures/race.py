"""Several optimizers on one surface, side by side."""

from functools import cache
from math import ceil, hypot

import torch
from matplotlib.colors import LinearSegmentedColormap
from torch import Tensor

from course_utils.lessons.optimize.race import CLOSE, STEPS, Descent, Race
from course_utils.lessons.optimize.surfaces import Point, Surface
from course_utils.pictures.axes import Axes, Place
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, QUIET, VERMILION, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import count, short

WIDTH = 1000
GAP = 14.0
TOP, HEAD, FOOT = 34.0, 26.0, 40.0  # above all panels, above each, below each
CELLS = 160  # of the map of losses, from left to right
BANDS = 14
APART = 7.0  # pixels between two dots, so that they never merge into a bar
LEVELS = LinearSegmentedColormap.from_list("levels", ["#ffffff", "#9db6c9"])


def draw_race(race: Race) -> Picture:
    """Each optimizer's path over the same map of the loss, and how it ended.

    The paler, the lower; the bands are of equal width in the logarithm of the loss. Both axes of
    the map have the same scale.
    """
    columns = min(3, len(race.descents))
    width = (WIDTH - 20 - GAP * (columns - 1)) / columns
    left, right, bottom, top = race.surface.window
    height = width * (top - bottom) / (right - left)
    rows = ceil(len(race.descents) / columns)
    sheet = Drawing(WIDTH, TOP + rows * (HEAD + height + FOOT) + 14)
    title = f"{race.surface.name}: loss = {race.surface.formula}"
    sheet.words(10, 22, title, size=15, bold=True, align="start")
    key = "orange: start, black: end, short steps share a dot; the paler the lower"
    sheet.words(WIDTH - 10, 22, key, size=13, fill=QUIET, align="end")
    for number, down in enumerate(race.descents):
        row, column = divmod(number, columns)
        x, y = 10 + column * (width + GAP), TOP + HEAD + row * (HEAD + height + FOOT)
        axes = Axes((x, y, width, height), across=(left, right), up=(bottom, top))
        _draw_panel(sheet, axes, race.surface, down)
        _offer_starts(sheet, axes, race.surface)
        _draw_result(sheet, x + width / 2, y + height, down, down in race.first)
    sheet.words(10, sheet.height - 8, _axes_line(race.surface), 13, QUIET, align="start")
    return Picture(_sentence(race), svg=sheet.svg(), captioned=True, regions=sheet.regions)


def _axes_line(surface: Surface) -> str:
    x, y = surface.axes
    left, right, bottom, top = (short(edge, 3) for edge in surface.window)
    return f"Each map: {x} from {left} to {right} across, {y} from {bottom} to {top} upwards."


def _draw_panel(sheet: Drawing, axes: Axes, surface: Surface, down: Descent) -> None:
    left, top, width, height = axes.box
    sheet.words(left + width / 2, top - 8, f"{down.rule}, {down.settings}", size=14, bold=True)
    sheet.pixels(left, top, _map(surface), width / CELLS, LEVELS, high=BANDS)
    sheet.box(left, top, width, height, stroke=QUIET)
    places = [axes.place(*point) for point in down.path]
    sheet.curve(places, stroke=BLUE, thick=1.8, clip=axes.box)
    last = places[0]
    for place in places[1:]:
        if _is_inside(place, axes.box) and hypot(place[0] - last[0], place[1] - last[1]) > APART:
            sheet.dot(*place, 2.6, fill=BLUE, stroke=BLUE, thick=0)
            last = place
    sheet.dot(*places[0], 6, fill=VERMILION)
    if _is_inside(places[-1], axes.box):
        sheet.dot(*places[-1], 6, fill=INK)


def _offer_starts(sheet: Drawing, axes: Axes, surface: Surface) -> None:
    """A region for each row of the grid; each half of a cell chooses the start next to it."""
    left, top, width, height = axes.box
    across, up = surface.grid
    numbers = {point: number for number, point in enumerate(surface.starts)}
    half = height / (2 * len(up) - 2)
    for row, y in enumerate(reversed(up)):
        starts = [numbers.get((x, y), 0) for x in across]
        cells = [start for start in starts for _ in range(2)][1:-1]
        high, low = max(2 * row - 1, 0) * half, min(2 * row + 1, 2 * len(up) - 2) * half
        box = (left, top + high, width, low - high)
        sheet.region(*box, "start {start}", across={"start": cells})


def _is_inside(place: Place, box: tuple[float, float, float, float]) -> bool:
    (x, y), (left, top, width, height) = place, box
    return left <= x <= left + width and top <= y <= top + height


@cache
def _map(surface: Surface) -> Tensor:
    """(rows, CELLS): the loss above the floor in bands, top row first."""
    left, right, bottom, top = surface.window
    rows = round(CELLS * (top - bottom) / (right - left))
    x = torch.linspace(left, right, CELLS).expand(rows, CELLS)
    y = torch.linspace(top, bottom, rows).unsqueeze(1).expand(rows, CELLS)
    height = (surface.value(x, y) - surface.floor).clamp(min=CLOSE / 2).log()
    share = (height - height.min()) / (height.max() - height.min())
    return (share * BANDS).round()


def _draw_result(sheet: Drawing, middle: float, y: float, down: Descent, first: bool) -> None:
    colour = INK if down.arrived is not None else VERMILION_WORD
    told = f"★ {_told(down)}, fewest" if first else _told(down)
    sheet.words(middle, y + 24, told, size=14, fill=BLUE if first else colour, bold=True)


def _sentence(race: Race) -> str:
    told = "; ".join(f"{down.rule} ({down.settings}): {_told(down)}" for down in race.descents)
    verdict = "Nobody arrives."
    if race.first:
        verdict = f"Fewest steps: {' and '.join(down.rule for down in race.first)}."
    start = point_words(race.descents[0].path[0])
    return f"On the {race.surface.name} surface, from {start}, {told}. {verdict}"


def point_words(point: Point) -> str:
    """A point as it is written: (−4, 1)."""
    return f"({short(point[0], 3)}, {short(point[1], 3)})"


def _told(down: Descent) -> str:
    if down.arrived is not None:
        return f"{count(down.arrived, 'step')} to the floor"
    if down.lost is not None:
        return f"lost after {count(down.lost, 'step')}"
    if down.stuck:
        return f"stuck where the slope is 0, loss {short(down.losses[-1], 3)}"
    return f"not there after {STEPS}, loss {short(down.losses[-1], 3)}"
