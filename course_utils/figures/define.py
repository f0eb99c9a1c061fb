"""Pictures of lesson 01: the network from its trace, its activations, an image's way through."""

from dataclasses import dataclass, field
from math import prod

from torch import Tensor

from course_utils.core.define import Step, Trace, Walk, lenet_names
from course_utils.figures.picture import Picture
from course_utils.figures.style import (
    ACTIVATION_MAP,
    BLUE,
    INK,
    INK_MAP,
    QUIET,
    REFUSED,
    VERMILION_WORD,
    house_style,
    new_chart,
)
from course_utils.figures.svg import Drawing, mosaic

PIXEL = 2.2  # a pixel of the network's input, in pixels of the diagram
OFFSET = 2.5  # between the maps of a stack
FILL = "#cfe3f1"  # a pale blue for what the network holds
COLUMN = 16.0  # width of a layer that has no rows and columns
GAP = 80.0  # between two stages


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
        return COLUMN, max(prod(self.shape) * PIXEL**2 / COLUMN, 2)


def draw_architecture(trace: Trace) -> Picture:
    """The network, drawn to scale from the trace of one pass.

    Feature maps are squares one behind the other, layers without rows and columns are bars;
    every number takes the same area. A pass that was refused ends in a cross.
    """
    stages = _stages(trace)
    tall = max(stage.size[1] for stage in stages)
    wide = sum(max(stage.size[0], 30) + GAP for stage in stages) + 60
    sheet = Drawing(wide + (150 if trace.refusal else 0), tall + 110)
    x, middle = 82.0, 40 + tall / 2
    for label, y in (("shape", tall + 72), ("parameters", tall + 94)):
        sheet.words(4, y, label, size=12, fill=QUIET, align="start")
    for stage in stages:
        if stage.made_by:
            _draw_arrow(sheet, x - GAP, middle, stage.made_by)
        width, height = stage.size
        _draw_stage(sheet, x, middle - height / 2, stage)
        centre = x + width / 2
        sheet.words(centre, 22, stage.name, size=14, bold=True)
        sheet.words(centre, tall + 72, "×".join(map(str, stage.shape)), size=13)
        sheet.words(centre, tall + 94, f"{stage.parameters:,}" if stage.parameters else "–", 13)
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
    for line, label in enumerate(reversed(labels)):
        sheet.words(x + GAP / 2, y - 8 - 14 * line, label, size=12)


def _draw_refusal(sheet: Drawing, x: float, y: float, name: str) -> None:
    sheet.line(x, y - 10, x + 20, y + 10, stroke=REFUSED, thick=4)
    sheet.line(x, y + 10, x + 20, y - 10, stroke=REFUSED, thick=4)
    sheet.words(x + 30, y + 5, f"{name} refuses", 13, VERMILION_WORD, bold=True, align="start")


def _architecture_sentence(stages: list[_Stage], trace: Trace) -> str:
    way = " → ".join(f"{s.name} {'×'.join(map(str, s.shape))}".strip() for s in stages)
    if trace.refusal:
        return f"{way}; then {trace.refusal.name or trace.refusal.operation} refuses its input."
    largest = max(stages, key=lambda stage: stage.parameters)
    share = 100 * largest.parameters / max(trace.parameters, 1)
    return (
        f"{way}. Of {trace.parameters:,} parameters, {largest.name} has "
        f"{largest.parameters:,}, {share:.0f} %."
    )


def plot_activations(trace: Trace) -> Picture:
    """What every layer made of the first image of a trace that kept its outputs.

    Raises:
        ValueError: The trace kept no outputs.
    """
    layers = _shown_layers(trace)
    with house_style():
        figure = new_chart(9, 4.9)
        rows = figure.subfigures(3, 1, height_ratios=[1, 1.25, 1.25])
        for row, chosen in zip(rows, (layers[:2], layers[2:4], layers[4:]), strict=True):
            for axes, (name, values) in zip(row.subplots(1, len(chosen)), chosen, strict=True):
                _plot_layer(axes, name, values)
    zeros = ", ".join(f"{name} {_zero_share(values):.0f} %" for name, values in layers[:-1])
    scores = layers[-1][1]
    description = (
        "One digit in every layer, brighter where a number is larger. Share of zeros: "
        f"{zeros}. The ten scores lie between {scores.min():.2f} and {scores.max():.2f}."
    )
    return Picture(description.replace("-", "−"), figure=figure)


def _shown_layers(trace: Trace) -> list[tuple[str, Tensor]]:
    """LeNet's layers after their ReLU, for the first image."""
    if not trace or trace[0].output is None:
        raise ValueError("This trace kept no outputs: call trace(net, images, keep_outputs=True).")
    shown = []
    for i, name in enumerate(lenet_names(trace)):
        if name:
            relu = i + 1 < len(trace) and trace[i + 1].operation == "relu"
            shown.append((name, trace[i + relu].output[0]))
    return shown


def _plot_layer(axes, name: str, values: Tensor) -> None:
    axes.set_title(f"{name}  {'×'.join(map(str, values.shape))}", loc="left")
    if values.dim() == 1:
        axes.bar(range(len(values)), values.numpy(), width=1.0, color=BLUE)
        axes.set(xticks=range(10) if len(values) == 10 else [])
        axes.axhline(0, color=INK, linewidth=0.8)
        return
    sheet = mosaic(values, columns=6 if len(values) <= 6 else 8)
    axes.imshow(sheet.numpy(), cmap=ACTIVATION_MAP, vmin=0, interpolation="nearest")
    axes.set_axis_off()


def _zero_share(values: Tensor) -> float:
    return 100 * float((values == 0).float().mean())


def draw_walk(walk: Walk) -> Picture:
    """An image's way to `fc1`, with the arithmetic of every size under its maps."""
    sheet = Drawing(1040, 285)
    for step, place in zip(walk.steps, _PLACES, strict=False):
        _draw_step(sheet, step, *place)
    _draw_verdict(sheet, walk)
    return Picture(_walk_sentence(walk), svg=sheet.svg(), captioned=True)


# Of each step: centre on the sheet, size of a number on paper, maps side by side.
_PLACES = (
    (70, 3.0, 1),
    (246, 1.75, 3),
    (430, 2.3, 3),
    (582, 2.0, 4),
    (730, 3.2, 4),
    (838, 0.19, 1),
)
_MIDDLE = 132


def _draw_step(sheet: Drawing, step: Step, centre: float, cell: float, columns: int) -> None:
    if step.values.dim() == 3:
        _draw_maps(sheet, step.values, centre, cell, columns)
    else:
        height = max(step.values.numel() * cell, 3)
        sheet.box(centre - 9, _MIDDLE - height / 2, 18, height, fill=FILL, stroke=BLUE)
    sheet.words(centre, 22, step.label, size=12, bold=True)
    sheet.words(centre, 254, "×".join(map(str, step.shape)), size=14, fill=BLUE, bold=True)
    sheet.words(centre, 273, step.formula, size=12, fill=QUIET)


def _draw_maps(sheet: Drawing, maps: Tensor, centre: float, cell: float, columns: int) -> None:
    flat = mosaic(maps, columns)
    width, height = flat.shape[1] * cell, flat.shape[0] * cell
    left, top = centre - width / 2, _MIDDLE - height / 2
    image = len(maps) == 1
    peak = 1.0 if image else float(maps.max()) or 1.0
    sheet.pixels(left, top, flat, cell, INK_MAP if image else ACTIVATION_MAP, high=peak)
    sheet.box(left - 1, top - 1, width + 2, height + 2, stroke=QUIET)


def _draw_verdict(sheet: Drawing, walk: Walk) -> None:
    x = 900
    sheet.words(x, 100, f"fc1 takes {walk.wanted}", size=14, bold=True, align="start")
    if walk.refusal is None:
        sheet.words(x, 126, "✓ it fits", size=14, fill=BLUE, bold=True, align="start")
        return
    where = walk.refusal.name or walk.refusal.operation
    sheet.words(x, 126, f"✗ {where} refuses", 14, VERMILION_WORD, bold=True, align="start")


def _walk_sentence(walk: Walk) -> str:
    way = " → ".join("×".join(map(str, step.shape)) for step in walk.steps)
    entered = "in a batch" if walk.batch else "without a batch dimension"
    if walk.refusal is None:
        return (
            f"A {walk.size}×{walk.size} image {entered}, kernels {walk.kernel}×{walk.kernel}: "
            f"{way}. fc1 takes {walk.wanted}: it fits."
        )
    return (
        f"A {walk.size}×{walk.size} image {entered}, kernels {walk.kernel}×{walk.kernel}: {way}. "
        f"{walk.refusal.name or walk.refusal.operation} refuses: {walk.refusal.error}."
    )
