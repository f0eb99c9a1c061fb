"""What the figure tests share: is every word of a chart on its sheet?"""

from matplotlib.text import Text

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


def _inside(box, sheet) -> bool:
    return sheet.x0 <= box.x0 and sheet.y0 <= box.y0 and box.x1 <= sheet.x1 and box.y1 <= sheet.y1
