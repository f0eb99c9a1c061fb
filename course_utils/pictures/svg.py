"""Diagrams as SVG text: shapes, words, and maps of pixels."""

import base64
import io
from html import escape
from math import isfinite

from matplotlib.colors import Colormap
from PIL import Image
from torch import Tensor

from course_utils.pictures.picture import Region
from course_utils.pictures.style import INK, PAPER, QUIET, SANS


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
        self.regions: list[Region] = []

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

    def curve(self, points, stroke=INK, thick=2.0, dash=None, clip=None):
        """A line through all points in turn.

        Args:
            points: Pairs (x, y); one that is no finite number is left out.
            clip: A box (x, y, width, height) outside of which nothing is drawn.
        """
        kept = [(x, y) for x, y in points if isfinite(x) and isfinite(y)]
        places = " ".join(f"{_bounded(x):.1f},{_bounded(y):.1f}" for x, y in kept)
        line = (
            f'<polyline points="{places}" fill="none" stroke="{stroke}" '
            f'stroke-width="{thick}" stroke-linejoin="round"{_dash(dash)}/>'
        )
        self._parts.append(_clipped(line, clip) if clip else line)

    def dot(self, x, y, radius=4.0, fill=INK, stroke=PAPER, thick=1.5):
        """A disc around (x, y)."""
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="{thick}"/>'
        )

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

    def region(self, x, y, width, height, label: str, **chooses):
        """Let a pointer in this box choose; the rest is as for `Region`."""
        box = x / self.width, y / self.height, width / self.width, height / self.height
        self.regions.append(Region(box, label, **chooses))

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


def _bounded(pixels: float) -> float:
    """Far outside is far enough: a browser draws no line to 1e300."""
    return min(max(pixels, -1e5), 1e5)


def _clipped(part: str, box: tuple[float, float, float, float]) -> str:
    x, y, width, height = (f"{number:.1f}" for number in box)
    place = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return f'<svg {place} viewBox="{x} {y} {width} {height}">{part}</svg>'


def _dash(dash: str | None) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""
