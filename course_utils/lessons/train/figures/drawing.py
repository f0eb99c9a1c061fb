"""What the network makes of a drawing: its input, every layer, ten probabilities, and a caution."""

from torch import Tensor

from course_utils.lessons.train.drawing import SIDE, Reading
from course_utils.lessons.train.figures.mistakes import article
from course_utils.lessons.train.figures.replay import draw_maps, draw_probabilities, percent
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, INK_MAP, QUIET, VERMILION_WORD
from course_utils.pictures.svg import Drawing

VERDICT = {
    "empty": "The pad is empty: the network has been shown nothing.",
    "full": "The pad is almost full: there is no digit left to see.",
    "far": "Unlike anything it was trained on: its percentages mean little here.",
    "unsure": "No digit gets half of the probability: the network is undecided.",
    "near": "As near to a training digit as other digits of the data are; it can still be wrong.",
}


def draw_reading(reading: Reading) -> Picture:
    """The ink counts, the nearest training digit, the layers, the probabilities."""
    sheet = Drawing(1030, 235)
    _draw_counts(sheet, 10, 40, reading.counts, 16.0, "ink counted")
    layers = dict(reading.layers)
    draw_maps(sheet, 160, 40, reading.layers)
    _draw_bars(sheet, 600, 40, "F5", layers.get("F5"))
    _draw_bars(sheet, 600, 132, "F6", layers.get("F6"))
    draw_probabilities(sheet, 700, 40, reading.probabilities)
    _draw_counts(sheet, 930, 40, reading.nearest, 10.0, "nearest")
    sheet.words(970, 138, f"{article(reading.nearest_label)}, from", size=11, fill=QUIET)
    sheet.words(970, 153, "the training", size=11, fill=QUIET)
    fill = INK if reading.kind == "near" else VERMILION_WORD
    sheet.words(10, 225, VERDICT[reading.kind], size=14, fill=fill, bold=True, align="start")
    return Picture(_reading_sentence(reading), svg=sheet.svg(), captioned=True)


def spoken(reading: Reading) -> str:
    """The answer in one or two short sentences, for the line that is read aloud."""
    if reading.kind in ("empty", "full"):
        return VERDICT[reading.kind]
    answer = f"Prediction {reading.answer}, {percent(_best(reading))}."
    return f"{answer} {VERDICT[reading.kind]}"


def _best(reading: Reading) -> float:
    return float(reading.probabilities[reading.answer])


def _draw_counts(sheet: Drawing, x: float, y: float, counts: Tensor, cell: float, title: str):
    side = cell * len(counts)
    sheet.words(x + side / 2, y - 14, title, size=11 if side < 100 else 12, bold=True)
    sheet.pixels(x, y, counts, cell, INK_MAP, high=16.0)
    sheet.box(x, y, side, side, stroke=QUIET)


def _draw_bars(sheet: Drawing, x: float, y: float, title: str, values: Tensor | None) -> None:
    if values is None:
        return
    peak = float(values.abs().max()) or 1.0
    step = 72 / len(values)
    sheet.words(x + 36, y - 5 if title == "F6" else y - 14, f"{title} {len(values)}", 12, bold=True)
    for i, value in enumerate(values.tolist()):
        if value > 0:
            height = 60 * value / peak
            sheet.box(x + step * i, y + 62 - height, max(step, 0.6), height, BLUE, "none")
    sheet.line(x, y + 62, x + 72, y + 62)


def _reading_sentence(reading: Reading) -> str:
    where = _where(reading.bitmap)
    fitted = "centred and fitted" if reading.fitted else "as it stands"
    head = f"{reading.ink} of {SIDE**2} pixels inked{where}, {fitted}."
    best, second = reading.probabilities.topk(2).indices.tolist()
    shares = [percent(float(reading.probabilities[digit])) for digit in (best, second)]
    answer = f"Prediction {best} with {shares[0]}, then {second} with {shares[1]}."
    if reading.kind == "empty":
        return f"{head} {VERDICT['empty']} What it would say all the same: {_lower(answer)}"
    near = f"The nearest training digit is {article(reading.nearest_label)}."
    return f"{head} {answer} {near} {VERDICT[reading.kind]}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _where(bitmap: Tensor) -> str:
    rows, columns = (bitmap.any(dim=d).nonzero()[:, 0].tolist() for d in (1, 0))
    if not rows:
        return ""
    return f", in rows {rows[0]} to {rows[-1]} and columns {columns[0]} to {columns[-1]}"
