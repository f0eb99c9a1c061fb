"""One position of a convolution: pixels, weights, products, and the number they make."""

from torch import Tensor

from course_utils.lessons.define.convolution import Patch
from course_utils.lessons.define.figures.maps import (
    CELL,
    MAP,
    PLACE,
    draw_numbers,
    draw_output,
    draw_window,
    symmetric,
)
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    ACTIVATION_MAP,
    BLUE,
    INK_MAP,
    QUIET,
    SIGNED_MAP,
    VERMILION,
)
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed


def draw_patch(patch: Patch, name: str) -> Picture:
    """Where the kernel lies, what it multiplies, and the output number that lights up.

    Args:
        patch: With one channel all 25 products are written out; with several, each channel's sum.
        name: What the kernel is called: "conv1, channel 2".
    """
    one = len(patch.inputs) == 1
    sheet = _draw_one_channel(patch) if one else _draw_channels(patch)
    return Picture(
        _patch_sentence(patch, name), svg=sheet.svg(), captioned=True, regions=sheet.regions
    )


def _draw_one_channel(patch: Patch) -> Drawing:
    sheet = Drawing(1010, 275)
    _draw_input(sheet, 10, 50, patch, patch.inputs[0], MAP)
    grids = (
        ("pixels", patch.values[0], INK_MAP, 0.0, 1.0, "×"),
        ("weights", patch.kernel[0], SIGNED_MAP, *symmetric(patch.kernel), "="),
        ("products", patch.products[0], SIGNED_MAP, *symmetric(patch.products), ""),
    )
    side = CELL * patch.kernel.shape[-1]
    for i, (title, values, colours, low, high, sign) in enumerate(grids):
        x = 190 + i * (side + 24)
        sheet.words(x + side / 2, 38, title, size=13, bold=True)
        draw_numbers(sheet, x, 50, values, colours, low, high)
        sheet.words(x + side + 12, 50 + side / 2 + 6, sign, size=20)
    sheet.words(190 + 24 + 1.5 * side + 12, 257, _sum_line(patch), size=14, bold=True)
    draw_output(sheet, 832, 50, patch)
    return sheet


def _draw_channels(patch: Patch) -> Drawing:
    sheet = Drawing(1010, 345)
    for title, y in (("input", 85), ("numbers", 177), ("weights", 245), ("sum", 296)):
        sheet.words(8, y, title, size=12, fill=QUIET, align="start")
    peak = float(patch.inputs.max()) or 1.0
    side = 12.0 * patch.kernel.shape[-1]
    for i, values in enumerate(patch.inputs):
        x = 70 + 118 * i
        _draw_input(sheet, x, 32, patch, values, 98, peak)
        sheet.words(x + 49, 24, f"channel {i}", size=11, bold=True)
        left = x + 49 - side / 2
        sheet.pixels(left, 142, patch.values[i], 12.0, ACTIVATION_MAP, high=peak)
        low, high = symmetric(patch.kernel)
        sheet.pixels(left, 210, patch.kernel[i], 12.0, SIGNED_MAP, low, high)
        sheet.box(left, 142, side, side, stroke=VERMILION, thick=1.5)
        sheet.box(left, 210, side, side, stroke=QUIET)
        sheet.words(x + 49, 296, fixed(patch.channel_sums[i], 3), size=13)
        if i:
            sheet.words(x - 10, 296, "+", size=14)
    sheet.words(70 + 3 * 118 - 10, 330, _sum_line(patch), size=14, bold=True)
    draw_output(sheet, 820, 60, patch)
    return sheet


def _draw_input(sheet: Drawing, x, y, patch: Patch, values: Tensor, side: float, peak=None) -> None:
    """The padded map; a dashed line where padding begins, the kernel's place outlined."""
    cell = side / values.shape[-1]
    colours = ACTIVATION_MAP if peak else INK_MAP
    sheet.pixels(x, y, values, cell, colours, high=peak or 1.0)
    sheet.box(x, y, side, side, stroke=QUIET)
    if patch.padding:
        margin = patch.padding * cell
        inner = side - 2 * margin
        sheet.box(x + margin, y + margin, inner, inner, stroke=BLUE, dash="4 3")
    kernel = cell * patch.kernel.shape[-1]
    sheet.region(x, y, side, side, PLACE, **_windows_around(patch))
    left, top = x + cell * patch.column * patch.stride, y + cell * patch.row * patch.stride
    draw_window(sheet, left, top, kernel, kernel)
    if not peak:
        height, width = values.shape
        sheet.words(x + side / 2, y - 12, f"input {height}×{width}", size=13, bold=True)


def _windows_around(patch: Patch) -> dict[str, dict[str, list[int]]]:
    """The kernel's place for each pixel of the input: the pixel in its middle, where that fits."""
    middle = patch.kernel.shape[-1] // 2
    across, down = (
        [min(max((pixel - middle) // patch.stride, 0), places - 1) for pixel in range(pixels)]
        for pixels, places in zip(patch.inputs.shape[:0:-1], patch.output.shape[::-1], strict=True)
    )
    return {"across": {"column": across}, "down": {"row": down}}


def _sum_line(patch: Patch) -> str:
    count = patch.products.numel()
    total = fixed(patch.products.sum(), 3)
    return (
        f"{count} products: {total}, bias: {fixed(patch.bias, 3)}, output: {fixed(patch.total, 3)}"
    )


def _patch_sentence(patch: Patch, name: str) -> str:
    rows, columns = patch.output.shape
    parts = ""
    if len(patch.inputs) > 1:
        sums = " + ".join(fixed(number, 3) for number in patch.channel_sums).replace("+ −", "− ")
        parts = f"The channels give {sums}. "
    return (
        f"Kernel {name}; stride {patch.stride}, padding {patch.padding}: output {rows}×{columns}. "
        f"{parts}At row {patch.row}, column {patch.column}, {patch.products.numel()} products sum "
        f"to {fixed(patch.products.sum(), 3)}; with the bias {fixed(patch.bias, 3)} "
        f"the output is {fixed(patch.total, 3)}."
    )
