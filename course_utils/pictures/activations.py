"""What every layer of the network made of an image."""

from torch import Tensor

from course_utils.network.lenet import lenet_names
from course_utils.network.trace import Trace
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import ACTIVATION_MAP, BLUE, INK, house_style, new_chart
from course_utils.pictures.svg import mosaic


def plot_activations(trace: Trace) -> Picture:
    """What every layer made of the first image of a trace that kept its outputs.

    Raises:
        ValueError: The trace kept no outputs.
    """
    layers = _shown_layers(trace)
    with house_style():
        figure = new_chart(9, 4.9)
        rows = figure.subfigures(3, 1, squeeze=False, height_ratios=[1, 1.25, 1.25])[:, 0]
        for row, chosen in zip(rows, (layers[:2], layers[2:4], layers[4:]), strict=True):
            for axes, (name, values) in zip(
                row.subplots(1, len(chosen), squeeze=False)[0], chosen, strict=True
            ):
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
