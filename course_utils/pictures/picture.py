"""A picture and, from the same record, the sentence that says what it shows."""

import base64
import io
from dataclasses import dataclass
from html import escape

from matplotlib.figure import Figure

from course_utils.pictures.style import house_style

DPI = 160  # charts are saved finer than they are shown, for sharp screens
SHOWN_DPI = 96


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

    Raises:
        ValueError: There is no description, or not exactly one image.
    """

    description: str
    figure: Figure | None = None
    svg: str | None = None
    captioned: bool = False
    below: str = ""

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
