"""Colours by role, and the look of every chart.

Two data colours that stay apart under every common colour blindness, black for words, and
cividis for amounts. A colour is never the only cue: dash, shape and a written label go with it.
Contrast with the white paper, measured by `tests/test_figures_style.py`: words at least 4.5,
marks at least 3 (WCAG 2.2, criteria 1.4.3 and 1.4.11).
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

PAPER = "#ffffff"
INK = "#1a1a1a"
QUIET = "#595959"  # second-rank words, guide lines
BLUE = "#0072b2"
VERMILION = "#d55e00"
VERMILION_WORD = "#b84a00"  # the same hue, dark enough for words

WEIGHT = BLUE
BIAS = BLUE  # dashed or hatched, so that it is told from a weight
GRADIENT = VERMILION
LOSS = INK
REFUSED = VERMILION

ACTIVATION_MAP = matplotlib.colormaps["cividis"]
INK_MAP = matplotlib.colormaps["gray_r"]  # paper white, ink black, as handwriting is
SIGNED_MAP = LinearSegmentedColormap.from_list("signed", [BLUE, PAPER, VERMILION])

SANS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"

_CHART = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2,
    "legend.frameon": False,
}


@contextmanager
def house_style() -> Generator[None]:
    """Draw and save charts in the course's look, whatever style the session has set."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = matplotlib.rcParams
        settings.update(_CHART)
        yield


def new_chart(width: float, height: float) -> Figure:
    """A figure of `width` × `height` inches that no global list holds on to."""
    return Figure(figsize=(width, height), layout="compressed")
