"""Pictures of lesson 01: the network from its trace, its activations, an image's way through."""

from dataclasses import dataclass, field
from math import prod

from course_utils.network.lenet import lenet_names
from course_utils.network.trace import Trace
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, QUIET, REFUSED, VERMILION_WORD
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import by

PIXEL = 1.6  # a pixel of the network's input, in pixels of the diagram
OFFSET = 2.0  # between the maps of a stack
FILL = "#cfe3f1"  # a pale blue for what the network holds
COLUMN = 16.0  # width of a layer that has no rows and columns
GAP = 60.0  # between two stages


@dataclass
class _Stage:
    """Something the network holds between two operations, and the operations that made it."""

    name: str
    shape: tuple[int, ...]
    parameters: int = 0
    made_by: list[str] = field(default_factory=list)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height on paper; every number takes the same area, PIXEL²."""
        if len(self.shape) == 3:
            channels, height, width = self.shape
            shift = OFFSET * (channels - 1)
            return width * PIXEL + shift, height * PIXEL + shift
        return COLUMN, prod(self.shape) * PIXEL**2 / COLUMN


def draw_architecture(trace: Trace) -> Picture:
    """The network, drawn to scale from the trace of one pass.

    Feature maps are squares one behind the other, layers without rows and columns are bars;
    every number takes the same area. A pass that was refused ends in a cross.
    """
    stages = _stages(trace)
    tall = max(stage.size[1] for stage in stages)
    wide = sum(max(stage.size[0], 30) + GAP for stage in stages) + 60
    sheet = Drawing(wide + (150 if trace.refusal else 0), tall + 132)
    x, middle = 82.0, 40 + tall / 2
    rows = ("shape", "parameters", "share")
    for label, y in zip(rows, (tall + 72, tall + 94, tall + 116), strict=True):
        sheet.words(4, y, label, size=12, fill=QUIET, align="start")
    for stage in stages:
        if stage.made_by:
            _draw_arrow(sheet, x - GAP, middle, stage.made_by)
        width, height = stage.size
        _draw_stage(sheet, x, middle - height / 2, stage)
        centre = x + width / 2
        sheet.words(centre, 22, stage.name, size=14, bold=True)
        sheet.words(centre, tall + 72, by(stage.shape), size=13)
        share = f"{stage.parameters / max(trace.parameters, 1):.1%}".replace("%", " %")
        sheet.words(centre, tall + 94, f"{stage.parameters:,}" if stage.parameters else "–", 13)
        sheet.words(centre, tall + 116, share if stage.parameters else "–", 13)
        x += max(width, 30) + GAP
    if trace.refusal:
        _draw_refusal(sheet, x - GAP + 10, middle, trace.refusal.name or trace.refusal.operation)
    return Picture(_architecture_sentence(stages, trace), svg=sheet.svg())


def _stages(trace: Trace) -> list[_Stage]:
    stages = [_Stage("INPUT", trace.shape_in[1:])]
    for step, name in zip(trace, lenet_names(trace), strict=True):
        if name or step.operation in {"flatten", "view", "reshape"}:
            stages.append(_Stage(name or "", step.shape_out[1:], step.parameters))
        elif len(stages) > 1:
            stages[-1].parameters += step.parameters
        label = step.name if step.name and step.parameters else step.operation
        stages[-1].made_by.append(label)
    return stages


def _draw_stage(sheet: Drawing, x: float, y: float, stage: _Stage) -> None:
    width, height = stage.size
    if len(stage.shape) != 3:
        sheet.box(x, y, width, height, fill=FILL, stroke=BLUE)
        return
    channels, rows, columns = stage.shape
    for i in reversed(range(channels)):
        shift = OFFSET * i
        top = y + OFFSET * (channels - 1) - shift
        sheet.box(x + shift, top, columns * PIXEL, rows * PIXEL, FILL, BLUE)


def _draw_arrow(sheet: Drawing, x: float, y: float, labels: list[str]) -> None:
    sheet.arrow(x + 5, y, x + GAP - 5, y)
    # A long name is broken after its underscore, to fit between two stages.
    lines = [part for label in labels for part in label.replace("_", "_\n").split("\n")]
    for line, label in enumerate(reversed(lines)):
        sheet.words(x + GAP / 2, y - 8 - 14 * line, label, size=12)


def _draw_refusal(sheet: Drawing, x: float, y: float, name: str) -> None:
    sheet.line(x, y - 10, x + 20, y + 10, stroke=REFUSED, thick=4)
    sheet.line(x, y + 10, x + 20, y - 10, stroke=REFUSED, thick=4)
    sheet.words(x + 30, y + 5, f"{name} refuses", 13, VERMILION_WORD, bold=True, align="start")


def _architecture_sentence(stages: list[_Stage], trace: Trace) -> str:
    way = " → ".join(f"{s.name} {by(s.shape)}".strip() for s in stages)
    if trace.refusal:
        return f"{way}; then {trace.refusal.name or trace.refusal.operation} refuses its input."
    largest = max(stages, key=lambda stage: stage.parameters)
    share = 100 * largest.parameters / max(trace.parameters, 1)
    return (
        f"{way}. Of {trace.parameters:,} parameters, {largest.name} has "
        f"{largest.parameters:,}, {share:.0f} %."
    )
