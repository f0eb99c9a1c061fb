"""Images of digits side by side; lessons of all ages show them."""

from torch import Tensor

from course_utils.network.digits import Digits
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import INK_MAP, house_style, new_chart


def plot_digits(digits: Digits) -> Picture:
    """Images side by side, each with its label above."""
    count = len(digits.labels)
    with house_style():
        figure = new_chart(min(9, 0.95 * count), 1.15)
        for i, axes in enumerate(figure.subplots(1, count, squeeze=False)[0]):
            plot_image(axes, digits.images[i, 0], str(int(digits.labels[i])))
    labels = " ".join(str(int(label)) for label in digits.labels)
    height, width = digits.images.shape[-2:]
    levels = digits.images.unique().numel()
    description = (
        f"{count} handwritten digits of {height} by {width} pixels, labelled {labels}. "
        f"They are coarse, built of squares of 4 by 4 equal pixels, in {levels} shades "
        f"from paper white to ink black.{_moves(digits.images[:, 0])}"
    )
    return Picture(description, figure=figure)


def _moves(images: Tensor) -> str:
    """Which digits are moved up or down: all fill their sheet, until their edge has left it."""
    found = []
    for number, image in enumerate(images, start=1):
        inked = image.amax(dim=1).nonzero().flatten().tolist() or [0]
        above, below = inked[0], len(image) - 1 - inked[-1]
        if bool(above) != bool(below):
            way = f"down by {above}" if above else f"up by {below}"
            found.append(f"number {number} {way}")
    return f" Moved, in pixels: {', '.join(found)}; some of it has left the sheet." if found else ""


def plot_image(axes, image: Tensor, title: str) -> None:
    axes.imshow(image.numpy(), cmap=INK_MAP, vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[], title=title)
    axes.spines[:].set_visible(True)
