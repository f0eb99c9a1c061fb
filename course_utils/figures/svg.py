"""Diagrams as SVG text: shapes, words, and maps of pixels."""

import base64
import io
from html import escape

from matplotlib.colors import Colormap
from PIL import Image
from torch import Tensor

from course_utils.figures.style import INK, PAPER, QUIET, SANS


class Drawing:
    """A sheet of white paper, measured in pixels from its top left corner.

    Example:
        >>> sheet = Drawing(100, 40)
        >>> sheet.words(50, 24, "C1", bold=True)
        >>> sheet.svg().count("<text")
        1
    """

    def __init__(self, width: float, height: float):
        self.width, self.height = round(width), round(height)
        self._parts: list[str] = []

    def box(self, x, y, width, height, fill="none", stroke=INK, thick=1.0, round_=0, dash=None):
        """A rectangle with its top left corner at (x, y)."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'rx="{round_}" fill="{fill}" stroke="{stroke}" stroke-width="{thick}"{_dash(dash)}/>'
        )

    def line(self, x1, y1, x2, y2, stroke=QUIET, thick=1.0, dash=None):
        """A straight line."""
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{stroke}" stroke-width="{thick}"{_dash(dash)}/>'
        )

    def arrow(self, x1, y1, x2, y2, stroke=QUIET, thick=1.5):
        """A line with a head at (x2, y2)."""
        self.line(x1, y1, x2, y2, stroke, thick)
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        left = (x2 - 8 * ux + 4 * uy, y2 - 8 * uy - 4 * ux)
        right = (x2 - 8 * ux - 4 * uy, y2 - 8 * uy + 4 * ux)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((x2, y2), left, right))
        self._parts.append(f'<polygon points="{points}" fill="{stroke}"/>')

    def words(self, x, y, text, size=12, fill=INK, bold=False, align="middle"):
        """One line of text; `align` is start, middle or end."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
            f'text-anchor="{align}"{weight}>{escape(str(text))}</text>'
        )

    def pixels(self, x, y, values: Tensor, cell: float, colours: Colormap, low=0.0, high=1.0):
        """A (H, W) map, each number a square of `cell` pixels; NaN stays paper."""
        rows, columns = values.shape
        source = _png(values, colours, low, high)
        self._parts.append(
            f'<image x="{x:.1f}" y="{y:.1f}" width="{columns * cell:.1f}" '
            f'height="{rows * cell:.1f}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="{source}"/>'
        )

    def svg(self) -> str:
        """The whole sheet as SVG text."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
            f'height="{self.height}" viewBox="0 0 {self.width} {self.height}" '
            f'font-family="{SANS}">'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(self._parts)}</svg>'
        )


def mosaic(maps: Tensor, columns: int) -> Tensor:
    """(C, H, W) laid out in rows of `columns` maps, one pixel of NaN between them."""
    count, height, width = maps.shape
    rows = -(-count // columns)
    sheet = maps.new_full((rows * (height + 1) - 1, columns * (width + 1) - 1), float("nan"))
    for i, one in enumerate(maps):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        sheet[top : top + height, left : left + width] = one
    return sheet


def _png(values: Tensor, colours: Colormap, low: float, high: float) -> str:
    scaled = (values.detach().float() - low) / ((high - low) or 1)
    rgba = colours(scaled.numpy(), bytes=True)
    rgba[scaled.isnan().numpy()] = 255
    file = io.BytesIO()
    Image.fromarray(rgba[..., :3].copy()).save(file, "png", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _dash(dash: str | None) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""
