"""The axes of a chart inside a diagram: where a pair of numbers stands, and the marks beside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log10

from course_utils.pictures.style import INK, QUIET
from course_utils.pictures.svg import Drawing

Place = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """A rectangle of the sheet in which numbers have their places.

    Attributes:
        box: Left, top, width and height on the sheet.
        across: The numbers at the left and at the right edge.
        up: The numbers at the bottom and at the top edge.
        powers: Whether equal distances across are equal factors.

    Example:
        >>> Axes((100, 10, 200, 50), across=(0, 4), up=(0, 1)).place(1, 1)
        (150.0, 10.0)
    """

    box: tuple[float, float, float, float]
    across: tuple[float, float]
    up: tuple[float, float]
    powers: bool = False

    def place(self, x: float, y: float) -> Place:
        """Where the pair (x, y) stands on the sheet; outside of the box if the numbers are."""
        left, top, width, height = self.box
        low, high = self.across
        if self.powers:
            x, low, high = log10(x), log10(low), log10(high)
        bottom, ceiling = self.up
        return (
            left + width * (x - low) / (high - low),
            top + height * (ceiling - y) / (ceiling - bottom),
        )

    def draw(
        self,
        sheet: Drawing,
        across: Mapping[float, str],
        up: Mapping[float, str],
        title: str = "",
        below: str = "",
    ) -> None:
        """Draw both axes.

        Args:
            sheet: To draw on.
            across: The marks below, each with its words.
            up: The marks at the left, each with its words.
            title: What stands above.
            below: What the numbers across are.
        """
        left, top, width, height = self.box
        bottom, middle = top + height, left + width / 2
        sheet.line(left, bottom, left + width, bottom, stroke=INK)
        sheet.line(left, top, left, bottom, stroke=INK)
        for number, words in across.items():
            x, _ = self.place(number, self.up[0])
            sheet.line(x, bottom, x, bottom + 5)
            sheet.words(x, bottom + 20, words, size=12)
        for number, words in up.items():
            _, y = self.place(self.across[0], number)
            sheet.line(left - 5, y, left, y)
            sheet.words(left - 8, y + 4, words, size=12, align="end")
        sheet.words(middle, top - 12, title, size=13, bold=True)
        sheet.words(middle, bottom + 40, below, size=12)

    def curve(self, sheet: Drawing, points: Iterable[Place], **look) -> None:
        """Draw a line through pairs of numbers, as far as it is inside the box."""
        sheet.curve([self.place(*point) for point in points], clip=self.box, **look)

    def across_at(self, sheet: Drawing, y: float, dash: str = "2 4") -> None:
        """Draw a dashed line across at one height."""
        (left, at), (right, _) = self.place(self.across[0], y), self.place(self.across[1], y)
        sheet.line(left, at, right, at, stroke=QUIET, dash=dash)
