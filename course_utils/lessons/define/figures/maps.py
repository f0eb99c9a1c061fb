"""Maps of numbers as lesson 01 shows them: written out, with a window, with one number chosen."""

from torch import Tensor

from course_utils.lessons.define.convolution import Patch
from course_utils.lessons.define.one_number import OneNumber
from course_utils.pictures.style import INK, PAPER, QUIET, SIGNED_MAP, VERMILION
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed

CELL = 37.0  # a number in a written-out grid
MAP = 160.0  # side of the input and output maps
PLACE = "row {row}, column {column}"  # for a pointer on them


def draw_output(sheet: Drawing, x: float, y: float, one: Patch | OneNumber) -> None:
    """All numbers of an output, at most `MAP` wide and high; the one that is told outlined."""
    rows, columns = one.output.shape
    cell = MAP / max(rows, columns)
    sheet.words(x + MAP / 2, y - 12, f"output {rows}×{columns}", size=13, bold=True)
    sheet.pixels(x, y, one.output, cell, SIGNED_MAP, *symmetric(one.output))
    sheet.box(x, y, columns * cell, rows * cell, stroke=QUIET)
    places = {"across": {"column": range(columns)}, "down": {"row": range(rows)}}
    sheet.region(x, y, columns * cell, rows * cell, PLACE, **places)
    left, top = x + cell * one.column, y + cell * one.row
    sheet.box(left - 1, top - 1, cell + 2, cell + 2, stroke=INK, thick=2.5)
    place = f"row {one.row}, column {one.column}: {fixed(one.total, 3)}"
    sheet.words(x + MAP / 2, y + rows * cell + 18, place, size=12)


def draw_window(sheet: Drawing, x: float, y: float, width: float, height: float) -> None:
    """The outline of what a number is made of."""
    sheet.box(x - 1, y - 1, width + 2, height + 2, stroke=PAPER, thick=4)
    sheet.box(x, y, width, height, stroke=VERMILION, thick=2.5)


def draw_numbers(sheet: Drawing, x, y, values: Tensor, colours, low, high) -> None:
    """A (H, W) map with each number written into its cell."""
    sheet.pixels(x, y, values, CELL, colours, low, high)
    for row, numbers in enumerate(values.tolist()):
        for column, number in enumerate(numbers):
            shade = (number - low) / ((high - low) or 1)
            fill = PAPER if _is_dark(colours(shade)) else INK
            centre = x + CELL * (column + 0.5), y + CELL * (row + 0.5) + 4
            sheet.words(*centre, fixed(number, 2), size=11, fill=fill)
    rows, columns = values.shape
    sheet.box(x, y, CELL * columns, CELL * rows, stroke=QUIET)


def symmetric(values: Tensor) -> tuple[float, float]:
    """The range of a map of colours in which 0 is white."""
    reach = float(values.abs().max()) or 1.0
    return -reach, reach


def _is_dark(rgba) -> bool:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.18
