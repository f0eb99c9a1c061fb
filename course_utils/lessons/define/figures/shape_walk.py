"""An image on its way through the network, with the arithmetic of every size."""

from torch import Tensor

from course_utils.network.lenet import Step, Walk
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    ACTIVATION_MAP,
    BLUE,
    INK_MAP,
    QUIET,
    VERMILION,
    VERMILION_WORD,
)
from course_utils.pictures.svg import Drawing, mosaic
from course_utils.pictures.words import by

FILL = "#cfe3f1"  # a pale blue for what the network holds


def draw_walk(walk: Walk, layer: int = 5) -> Picture:
    """An image's way to `fc1`, with the arithmetic of every size under its maps.

    The layer with the number `layer` in `LAYERS` is outlined and told in full.
    """
    sheet = Drawing(1040, 285)
    for i, (step, place) in enumerate(zip(walk.steps, _PLACES, strict=False)):
        _draw_step(sheet, step, *place, is_chosen=i == layer)
        sheet.region(_EDGES[i], 8, _EDGES[i + 1] - _EDGES[i], 270, LAYERS[i], values={"layer": i})
    _draw_verdict(sheet, walk)
    description = _walk_sentence(walk, layer)
    return Picture(description, svg=sheet.svg(), captioned=True, regions=sheet.regions)


LAYERS = ("input", "C1", "S2", "C3", "S4", "flattened")


# Of each step: centre on the sheet, size of a number on paper, maps side by side.
_PLACES = (
    (70, 3.0, 1),
    (246, 1.75, 3),
    (430, 2.3, 3),
    (582, 2.0, 4),
    (730, 3.2, 4),
    (838, 0.19, 1),
)
_EDGES = (4, 158, 338, 506, 656, 790, 886)  # of the columns in which they stand

_MIDDLE = 132


def _draw_step(
    sheet: Drawing, step: Step, centre: float, cell: float, columns: int, is_chosen: bool
) -> None:
    look = {"stroke": VERMILION, "thick": 3.5} if is_chosen else {"stroke": QUIET}
    if step.values.dim() == 3:
        _draw_maps(sheet, step.values, centre, cell, columns, look)
    else:
        height = max(step.values.numel() * cell, 3)
        sheet.box(centre - 9, _MIDDLE - height / 2, 18, height, fill=FILL, **look)
    sheet.words(centre, 22, step.label, size=12, bold=True)
    sheet.words(centre, 254, by(step.shape), size=14, fill=BLUE, bold=True)
    sheet.words(centre, 273, step.formula, size=12, fill=QUIET)


def _draw_maps(sheet: Drawing, maps: Tensor, centre, cell: float, columns: int, look: dict) -> None:
    flat = mosaic(maps, columns)
    width, height = flat.shape[1] * cell, flat.shape[0] * cell
    left, top = centre - width / 2, _MIDDLE - height / 2
    image = len(maps) == 1
    peak = 1.0 if image else float(maps.max()) or 1.0
    sheet.pixels(left, top, flat, cell, INK_MAP if image else ACTIVATION_MAP, high=peak)
    sheet.box(left - 1, top - 1, width + 2, height + 2, **look)


def _draw_verdict(sheet: Drawing, walk: Walk) -> None:
    x = 900
    sheet.words(x, 100, f"fc1 takes {walk.wanted}", size=14, bold=True, align="start")
    if walk.refusal is None:
        sheet.words(x, 126, "✓ it fits", size=14, fill=BLUE, bold=True, align="start")
        return
    where = walk.refusal.name or walk.refusal.operation
    sheet.words(x, 126, f"✗ {where} refuses", 14, VERMILION_WORD, bold=True, align="start")


def _walk_sentence(walk: Walk, layer: int) -> str:
    way = " → ".join(by(step.shape) for step in walk.steps)
    entered = "in a batch" if walk.batch else "without a batch dimension"
    fits = f"fc1 takes {walk.wanted}: it fits."
    if walk.refusal is not None:
        fits = f"{walk.refusal.name or walk.refusal.operation} refuses: {walk.refusal.error}."
    return (
        f"A {walk.size}×{walk.size} image {entered}, kernels {walk.kernel}×{walk.kernel}: {way}. "
        f"{_layer_sentence(walk.steps[layer], layer)} {fits}"
    )


def _layer_sentence(step: Step, layer: int) -> str:
    name, made = LAYERS[layer], f"{step.formula}; " if step.formula else ""
    zeros = 100 * float((step.values == 0).float().mean())
    count = f"{step.values.numel():,} numbers, {zeros:.0f} % of them 0."
    return f"{name[0].upper()}{name[1:]}: {made}{count}"
