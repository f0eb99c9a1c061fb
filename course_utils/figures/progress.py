"""A class at a glance: exercise × learner, a letter and a colour for how each one stands."""

import io
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from course_utils.pictures.picture import DPI, Picture
from course_utils.pictures.style import (
    BLUE,
    INK,
    PAPER,
    QUIET,
    VERMILION_WORD,
    house_style,
    new_chart,
)

CELL = 0.27  # inches
LETTER = 0.085  # inches that a letter of a label takes, about
GAP = 0.06  # of a cell, on each side
CORRECT = "correct"

# How a learner stands: letter, fill, edge, colour of the letter. Fills are dark or paper, so that
# the letters stay readable; every pair of marks differs in its letter.
MARKS = {
    CORRECT: ("✓", BLUE, BLUE, PAPER),
    "not yet": ("N", VERMILION_WORD, VERMILION_WORD, PAPER),
    "stopped with an error": ("E", PAPER, VERMILION_WORD, VERMILION_WORD),
    "not started": ("·", PAPER, "#bfbfbf", QUIET),
    "written, not checked": ("w", PAPER, BLUE, BLUE),
    "not handed in": ("–", "#ececec", "#ececec", QUIET),
    "not readable": ("?", "#ececec", QUIET, INK),
    "took too long": ("T", PAPER, INK, INK),
    "took too much memory": ("M", PAPER, INK, INK),
    "the process ended": ("P", PAPER, INK, INK),
    "changed the check": ("!", INK, INK, PAPER),
}
MISSED = (*list(MARKS)[1:3], *list(MARKS)[7:])


@dataclass(frozen=True)
class Row:
    """One exercise.

    Attributes:
        label: What stands to the left of it.
        statuses: How each learner stands, in the learners' order; keys of `MARKS`.
        codes: The mistake's name of each; empty where there is none.
    """

    label: str
    statuses: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def missed(self) -> int:
        """How many have tried and are not there yet."""
        return sum(status in MISSED for status in self.statuses)

    @property
    def tried(self) -> int:
        """How many have tried."""
        return self.missed + self.statuses.count(CORRECT)

    @property
    def mistake(self) -> str:
        """The mistake that is made most often; empty where there is none."""
        codes = [c for c, s in zip(self.codes, self.statuses, strict=True) if c and s in MISSED]
        return min(set(codes), key=lambda code: (-codes.count(code), code), default="")


def plot_progress(rows: Sequence[Row], learners: Sequence[str]) -> Picture:
    """A square for each exercise and learner, from top to bottom as `rows` are sorted.

    Args:
        rows: At least one, each with as many statuses as there are learners.
        learners: Their names, over the columns.

    Raises:
        ValueError: There is nothing to draw.
    """
    if not rows or not learners:
        raise ValueError("There is no exercise or no learner, so there is nothing to draw.")
    says = [_at_right(row) for row in rows]
    left, right = (LETTER * max(map(len, words)) for words in ([r.label for r in rows], says))
    names = LETTER * max(map(len, learners))
    with house_style():
        width = max(left + right + CELL * len(learners), 7) + 0.4
        figure = new_chart(width, names + CELL * len(rows) + 1.2)
        axes = figure.subplots()
        _draw_grid(axes, rows)
        _write_edges(axes, rows, learners, says)
        used = [status for status in MARKS if any(status in row.statuses for row in rows)]
        figure.legend(handles=list(map(_key, used)), loc="outside lower left", ncols=4)
    return Picture(_description(rows, learners), figure=figure)


def as_file(picture: Picture, kind: str) -> bytes:
    """Return a chart as the bytes of a `.svg` or `.png` file that tells its description.

    The same picture gives the same bytes.
    """
    file = io.BytesIO()
    drop = {"Date": None, "Creator": None} if kind == ".svg" else {"Software": None}
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a name in a script we have not
        matplotlib.rcParams["svg.hashsalt"] = "course"
        picture.figure.savefig(
            file,
            format=kind.removeprefix("."),
            dpi=DPI,
            metadata={**drop, "Title": "Progress", "Description": picture.description},
        )
    return file.getvalue()


def _draw_grid(axes: Axes, rows: Sequence[Row]) -> None:
    for y, row in enumerate(rows):
        for x, status in enumerate(row.statuses):
            letter, fill, edge, ink = MARKS[status]
            place = (x - 0.5 + GAP, y - 0.5 + GAP)
            side = 1 - 2 * GAP
            axes.add_patch(Rectangle(place, side, side, facecolor=fill, edgecolor=edge, lw=1.2))
            axes.text(x, y, letter, color=ink, ha="center", va="center_baseline", fontsize=9)


def _write_edges(
    axes: Axes, rows: Sequence[Row], learners: Sequence[str], says: Sequence[str]
) -> None:
    """Labels without mathematics: a name may hold a dollar sign."""
    axes.set(xlim=(-0.5, len(learners) - 0.5), ylim=(len(rows) - 0.5, -0.5), aspect="equal")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.set_xticks(range(len(learners)), learners, rotation=90, parse_math=False)
    axes.set_yticks(range(len(rows)), [row.label for row in rows], parse_math=False)
    for y, words in enumerate(says):
        place = (len(learners) - 0.2, y)
        axes.text(*place, words, va="center_baseline", parse_math=False)


def _at_right(row: Row) -> str:
    if not row.tried:
        return "nobody tried"
    words = f"{row.missed} of {row.tried} missed"
    return f"{words}, most often {row.mistake[:30]}" if row.mistake else words


def _key(status: str) -> Patch:
    letter, fill, edge, _ = MARKS[status]
    return Patch(facecolor=fill, edgecolor=edge, label=f"{letter}  {status}")


def _description(rows: Sequence[Row], learners: Sequence[str]) -> str:
    counts = Counter(status for row in rows for status in row.statuses)
    told = ", ".join(f"{counts[status]} {status}" for status in MARKS if counts[status])
    size = f"{_count(len(rows), 'exercise')} of {_count(len(learners), 'learner')}"
    return f"{size}: {told}. {_most_missed(rows)}"


def _most_missed(rows: Sequence[Row]) -> str:
    most = max(rows, key=lambda row: row.missed)
    if not most.missed:
        return "Nobody who tried an exercise has missed it."
    mistake = f", most often by {most.mistake[:30]}" if most.mistake else ""
    return f"Most missed is {most.label}: {most.missed} of {most.tried} who tried it{mistake}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
