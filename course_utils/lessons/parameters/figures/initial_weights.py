"""Pictures of values: how weights begin, and an image's gradient."""

from torch import Tensor

from course_utils.lessons.parameters.initial_weights import LayerWeights
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK, INK_MAP, SIGNED_MAP, WEIGHT, house_style, new_chart
from course_utils.pictures.words import fixed


def plot_layer_weights(layers: tuple[LayerWeights, ...]) -> Picture:
    """A histogram of each weight tensor, with dashed lines at plus and minus 1/√fan-in."""
    edge = 1.15 * max(max(layer.bound, layer.largest) for layer in layers)
    with house_style():
        figure = new_chart(9.2, 2.5)
        row = figure.subplots(1, len(layers), sharex=True, squeeze=False)[0]
        for axes, layer in zip(row, layers, strict=True):
            axes.hist(layer.values.numpy(), bins=15, color=WEIGHT)
            for side in (-layer.bound, layer.bound):
                axes.axvline(side, color=INK, linestyle="--", linewidth=1.2)
            title = f"{layer.name}\n1/√{layer.fan_in} = {layer.bound:.3f}"
            axes.set(xlim=(-edge, edge), yticks=[], title=title, xlabel="value")
            axes.spines["left"].set_visible(False)
        row[0].set_ylabel("how many")
    largest = "; ".join(
        f"{one.name} reaches {one.largest:.3f}, 1/√{one.fan_in} is {one.bound:.3f}"
        for one in layers
    )
    description = f"Dashed lines mark plus and minus 1/√fan-in. {largest}. {_spread_words(layers)}"
    return Picture(description, figure=figure)


def _spread_words(layers: tuple[LayerWeights, ...]) -> str:
    """Whether the values keep to their ranges, and how evenly they fill them."""
    if outside := [layer.name for layer in layers if not layer.is_within_bound]:
        return f"Values lie outside in {', '.join(outside)}."
    shares = ", ".join(f"{100 * layer.share_in_inner_half:.0f} %" for layer in layers)
    return (
        f"No value lies outside. In the inner half of each range lie {shares} of the values; "
        "evenly spread, it would be 50 %."
    )


def plot_image_gradient(image: Tensor, gradient: Tensor) -> Picture:
    """An image beside its gradient, one number for each pixel.

    Args:
        image: (H, W).
        gradient: (H, W).

    Raises:
        ValueError: The two have different shapes, or more than rows and columns.
    """
    if image.dim() != 2 or image.shape != gradient.shape:
        raise ValueError(
            "An image and a gradient of the same shape (H, W) are needed; these are "
            f"{tuple(image.shape)} and {tuple(gradient.shape)}. Take images[0, 0]."
        )
    image, gradient = image.detach(), gradient.detach()
    reach = float(gradient.abs().max()) or 1.0
    with house_style():
        figure = new_chart(8.6, 3.4)
        left, right = figure.subplots(1, 2)
        pixels = left.imshow(image.numpy(), cmap=INK_MAP)
        figure.colorbar(pixels, ax=left).ax.set_title("pixel", fontsize=10)
        slopes = right.imshow(gradient.numpy(), cmap=SIGNED_MAP, vmin=-reach, vmax=reach)
        bar = figure.colorbar(slopes, ax=right, ticks=[-reach, 0.0, reach])
        bar.set_ticklabels([fixed(-reach, 4), "0", fixed(reach, 4)])
        bar.ax.set_title("gradient", fontsize=10)
        for axes, title in ((left, "the image"), (right, "gradient for each pixel")):
            axes.set(title=title, xlabel="column", ylabel="row")
    return Picture(_gradient_sentence(gradient), figure=figure)


def _gradient_sentence(gradient: Tensor) -> str:
    rows, columns = gradient.shape
    size = gradient.abs()
    if not size.max():
        return f"The gradient of all {rows} by {columns} pixels is 0."
    row, column = divmod(int(size.argmax()), columns)
    middle = size[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    border = size.clone()
    border[2:-2, 2:-2] = 0
    edge = border.sum() / (rows * columns - (rows - 4) * (columns - 4))
    return (
        f"A gradient for each of {rows} by {columns} pixels, blue below 0, orange above. The "
        f"strongest is {fixed(gradient[row, column], 4)}, at row {row}, column {column}. On "
        f"average its size is {float(middle.mean()):.4f} in the middle of the image and "
        f"{float(edge):.4f} in the two outermost rows and columns."
    )
