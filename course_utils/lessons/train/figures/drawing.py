"""What the network makes of a drawing: its input, its maps, ten probabilities, and a caution."""

from torch import Tensor

from course_utils.lessons.train.drawing import SIDE, Reading
from course_utils.lessons.train.figures.mistakes import article
from course_utils.lessons.train.figures.replay import draw_maps, draw_probabilities, percent
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK_MAP, QUIET
from course_utils.pictures.svg import Drawing

VERDICT = {
    "empty": "The pad is empty: the network has been shown nothing.",
    "full": "The pad is almost full: there is no digit left to see.",
    "far": "Unlike any training digit, where it stands: a high percentage proves nothing here.",
    "unsure": "No digit gets half of the probability: the network is undecided.",
    "near": "As near to a training digit as other digits of the data are; it can still be wrong.",
}


def draw_reading(reading: Reading) -> Picture:
    """The ink counts, the feature maps, the probabilities, the nearest training digit."""
    sheet = Drawing(940, 215)
    _draw_counts(sheet, 10, reading.counts, 16.0, "ink counted")
    draw_maps(sheet, 160, 40, reading.layers)
    draw_probabilities(sheet, 625, 40, reading.probabilities)
    _draw_counts(sheet, 845, reading.nearest, 10.0, f"nearest: {article(reading.nearest_label)}")
    return Picture(_sentence(reading), svg=sheet.svg(), captioned=True)


def spoken(reading: Reading) -> str:
    """The answer in one or two short sentences, for the line that is read aloud."""
    if reading.kind in ("empty", "full"):
        return VERDICT[reading.kind]
    share = percent(float(reading.probabilities.max()))
    return f"Prediction {reading.answer}, {share}. {VERDICT[reading.kind]}"


def _draw_counts(sheet: Drawing, x: float, counts: Tensor, cell: float, title: str) -> None:
    side = cell * len(counts)
    sheet.words(x + side / 2, 26, title, size=12, bold=True)
    sheet.pixels(x, 40, counts, cell, INK_MAP, high=16.0)
    sheet.box(x, 40, side, side, stroke=QUIET)


def _sentence(reading: Reading) -> str:
    where, near = "", ""
    if reading.ink:
        rows, columns = (reading.bitmap.any(dim=d).nonzero()[:, 0].tolist() for d in (1, 0))
        where = f", in rows {rows[0]} to {rows[-1]} and columns {columns[0]} to {columns[-1]}"
        near = f" The nearest training digit is {article(reading.nearest_label)}."
    fitted = "centred and fitted" if reading.fitted else "as it stands"
    (best, second), (first, next_) = (
        part.tolist() for part in reversed(reading.probabilities.topk(2))
    )
    return (
        f"{reading.ink} of {SIDE**2} pixels inked{where}, {fitted}. Prediction {best} with "
        f"{percent(first)}, then {second} with {percent(next_)}.{near} {VERDICT[reading.kind]}"
    )
