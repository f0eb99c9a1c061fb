"""A picture and, from the same record, the sentence that says what it shows."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from matplotlib.figure import Figure

from course_utils.pictures.style import house_style

DPI = 160  # charts are saved finer than they are shown, for sharp screens
SHOWN_DPI = 96
PARTS = ("across", "down")


@dataclass(frozen=True)
class Region:
    """A part of a picture in which a pointer chooses values of an explorer's controls.

    Attributes:
        box: Left, top, width, height, as fractions of the picture's width and height.
        label: What a pointer over it is told; `{row}` stands for the value of that control.
        values: What is chosen anywhere in it, by the name of the control.
        across: By name, the values that follow each other in equal parts from left to right.
        down: The same from top to bottom.
        is_round: Whether it is the ellipse in the box, not all of it.

    Example:
        >>> Region((0, 0, 0.5, 1), "epoch {epoch}", across={"epoch": range(11)}).data()["across"]
        {'epoch': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}
    """

    box: tuple[float, float, float, float]
    label: str
    values: Mapping[str, Any] = field(default_factory=dict)
    across: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    down: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    is_round: bool = False

    def data(self) -> dict[str, Any]:
        """The same as lists and dictionaries, for a script."""
        parts = {way: {n: list(v) for n, v in getattr(self, way).items()} for way in PARTS}
        return vars(self) | {"values": dict(self.values)} | parts


@dataclass(frozen=True, eq=False)
class Picture:
    """What every figure function returns: an image with its description.

    Exactly one of `figure` and `svg` is set. In a notebook the picture shows as an `<img>` with
    the description as its alt text; as plain text it is the description. Both are drawn on white
    paper, so that they read the same in light and dark themes.

    Attributes:
        description: What a reader of the picture should conclude, with its numbers.
        figure: A chart, a matplotlib `Figure` made without pyplot.
        svg: A diagram, as SVG text.
        captioned: Whether the description also stands below the picture for everyone.
        below: HTML for below the picture: links, which an image cannot carry.
        regions: Where an explorer's reader may point to choose; of several, the first counts.

    Raises:
        ValueError: There is no description, or not exactly one image.
    """

    description: str
    figure: Figure | None = None
    svg: str | None = None
    captioned: bool = False
    below: str = ""
    regions: Sequence[Region] = ()

    def __post_init__(self):
        if not self.description.strip():
            raise ValueError("A picture needs a description: say what a reader should conclude.")
        if (self.figure is None) == (self.svg is None):
            raise ValueError("A picture is either a chart (figure=…) or a diagram (svg=…).")

    def __repr__(self) -> str:
        return self.description

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        if self.svg is not None:
            source = "data:image/svg+xml;base64," + _base64(self.svg.encode())
            return self._bundle(f'<img alt="{escape(self.description)}" src="{source}">')
        figure = self.figure or Figure()
        png = _base64(_png(figure))
        width = round(figure.get_figwidth() * SHOWN_DPI)
        alt = escape(self.description)
        img = f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{png}">'
        return self._bundle(img) | {"image/png": png}

    def _bundle(self, img: str) -> dict:
        caption = ""
        if self.captioned or self.below:
            words = escape(self.description) if self.captioned else ""
            # The alt text has said the description already: not twice to a screen reader.
            spoken = f'<span aria-hidden="true">{words}</span>' if words else ""
            caption = f"<figcaption>{spoken}{self.below}</figcaption>"
        html = f'<figure style="margin:0">{img}{caption}</figure>'
        return {"text/html": html, "text/plain": self.description}


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with house_style():
        # Without the version, a new matplotlib does not rewrite every notebook.
        figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
