"""What the figure tests share: is every word on its sheet, and in its box?"""

import re
from functools import cache
from html import unescape

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.text import Text
from PIL import ImageFont

from course_utils.pictures.picture import Picture
from course_utils.pictures.style import house_style


def words_off_the_sheet(picture: Picture) -> list[str]:
    """The words of a chart that are cut off at its edge."""
    figure = picture.figure
    with house_style():
        figure.draw_without_rendering()
    sheet = figure.bbox.padded(1)
    return [
        text.get_text()
        for text in figure.findobj(Text)
        if text.get_visible()
        and text.get_text()
        and text.axes is not None
        and not _inside(text.get_window_extent(), sheet)
    ]


def words_over_their_box(svg: str) -> list[str]:
    """The words of a diagram that leave the sheet, or the box in which they stand."""
    boxes = [
        tuple(map(float, found))
        for found in re.findall(
            r'<rect x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"', svg
        )
    ]
    sheet = (0.0, 0.0, *map(float, re.search(r'width="(\d+)" height="(\d+)"', svg).groups()))
    pattern = (
        r'<text x="([^"]*)" y="([^"]*)" font-size="(\d+)" fill="[^"]*" '
        r'text-anchor="(\w+)"( font-weight="bold")?>([^<]*)'
    )
    over = []
    for x, y, size, align, bold, text in re.findall(pattern, svg):
        width = text_width(unescape(text), int(size), bool(bold))
        left = float(x) - width * {"start": 0, "middle": 0.5, "end": 1}[align]
        around = [b for b in boxes if _holds(b, float(x), float(y)) and align == "middle"]
        limits = min(around or [sheet], key=lambda box: box[2])
        if left < limits[0] or left + width > limits[0] + limits[2]:
            over.append(unescape(text))
    return over


@cache
def text_width(text: str, size: int, bold: bool) -> float:
    """The pixels that a line takes in DejaVu Sans, the first and widest font of the diagrams."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return ImageFont.truetype(findfont(font), size).getlength(text)


def _holds(box: tuple[float, ...], x: float, y: float) -> bool:
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def _inside(box, sheet) -> bool:
    return sheet.x0 <= box.x0 and sheet.y0 <= box.y0 and box.x1 <= sheet.x1 and box.y1 <= sheet.y1
