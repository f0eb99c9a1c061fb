"""One number of a step: what the step was given, what is added up or compared, what comes out."""

from course_utils.lessons.define.figures.maps import (
    CELL,
    MAP,
    PLACE,
    draw_numbers,
    draw_output,
    draw_window,
    symmetric,
)
from course_utils.lessons.define.one_number import CHANNEL, WIDE, OneNumber
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import QUIET, SIGNED_MAP
from course_utils.pictures.svg import Drawing, mosaic
from course_utils.pictures.words import fixed

_MIDDLE = 505.0
_INPUTS = {"relu": "from conv1", "max_pool2d": "from relu", "fc1": "S4", "softmax": "ten scores"}
_TERMS = {
    "relu": "the number before",
    "max_pool2d": "2×2 numbers",
    "fc1": "25 products for each of 16 maps",
    "softmax": "e to the power of each score",
}


def draw_one_number(one: OneNumber) -> Picture:
    """What the step was given, the terms, the sum written out, and the number in its output."""
    sheet = Drawing(1010, 270)
    _draw_inputs(sheet, 10, 50, one)
    x = _MIDDLE - CELL * one.terms.shape[1] / 2
    sheet.words(_MIDDLE, 38, _TERMS[one.step], size=13, bold=True)
    draw_numbers(sheet, x, 50, one.terms, SIGNED_MAP, *symmetric(one.terms))
    if one.step == "softmax":
        draw_window(sheet, x + CELL * one.column, 50, CELL, CELL)
    told = _sum(one)
    sheet.words(_MIDDLE, 82 + CELL * len(one.terms), told, size=14, bold=True)
    draw_output(sheet, 830, 50, one)
    description = f"Step {_name(one)}: {told}."
    return Picture(description, svg=sheet.svg(), captioned=True, regions=sheet.regions)


def _draw_inputs(sheet: Drawing, x: float, y: float, one: OneNumber) -> None:
    values = mosaic(one.inputs, min(4, len(one.inputs)))
    rows, columns = values.shape
    cell = MAP / max(rows, columns)
    title = f"{_INPUTS[one.step]} {'×'.join(map(str, one.inputs.squeeze(0).shape))}"
    sheet.words(x + MAP / 2, y - 12, title, size=13, bold=True)
    sheet.pixels(x, y, values, cell, SIGNED_MAP, *symmetric(one.inputs))
    sheet.box(x, y, columns * cell, rows * cell, stroke=QUIET)
    if one.side == 0:
        draw_window(sheet, x, y, columns * cell, rows * cell)
        return
    places = {
        "across": {"column": [pixel // one.side for pixel in range(columns)]},
        "down": {"row": [pixel // one.side for pixel in range(rows)]},
    }
    sheet.region(x, y, columns * cell, rows * cell, PLACE, **places)
    side = one.side * cell
    draw_window(sheet, x + side * one.column, y + side * one.row, side, side)


def _name(one: OneNumber) -> str:
    if one.step == "fc1":
        return f"fc1, neuron {WIDE * one.row + one.column}"
    if one.step == "softmax":
        return f"softmax, digit {one.column}, score {fixed(one.inputs[0, 0, one.column], 3)}"
    return f"{one.step}, channel {CHANNEL}, row {one.row}, column {one.column}"


def _sum(one: OneNumber) -> str:
    total, terms = fixed(one.total, 3), [fixed(term, 3) for term in one.terms.flatten()]
    if one.step == "relu":
        return f"max(0, {terms[0]}) = {total}"
    if one.step == "max_pool2d":
        return f"the largest of {', '.join(terms)} is {total}"
    every = fixed(one.terms.sum(), 3)
    if one.step == "fc1":
        return f"400 products: {every}, bias: {fixed(one.bias, 3)}, output: {total}"
    return f"{terms[one.column]} / (sum of all ten) = {terms[one.column]} / {every} = {total}"
