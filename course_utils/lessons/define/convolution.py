"""One convolution under the glass: a position of its output with all that went into it."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.network.trace import trace


@dataclass(frozen=True)
class Patch:
    """One number of a convolution's output, with all that went into it.

    Attributes:
        inputs: (C, H, W), padding included.
        kernel: (C, K, K).
        bias: Added once, after the sum over all channels.
        output: (H', W'), what the kernel makes of the whole input.
        row: Row of the number in `output`.
        column: Its column.
        stride: Pixels from one patch to the next.
        padding: Rows and columns of zeros on each side of the input.
    """

    inputs: Tensor
    kernel: Tensor
    bias: float
    output: Tensor
    row: int
    column: int
    stride: int
    padding: int

    @property
    def values(self) -> Tensor:
        """(C, K, K), the pixels under the kernel."""
        top, left, side = self.row * self.stride, self.column * self.stride, self.kernel.shape[-1]
        return self.inputs[:, top : top + side, left : left + side]

    @property
    def products(self) -> Tensor:
        """(C, K, K), pixel times weight."""
        return self.values * self.kernel

    @property
    def channel_sums(self) -> Tensor:
        """(C,), the products of each channel summed."""
        return self.products.sum((1, 2))

    @property
    def total(self) -> float:
        """The output number: all products and the bias."""
        return float(self.products.sum() + self.bias)


def convolve_at(
    image: Tensor,
    kernel: Tensor,
    bias: float,
    row: int,
    column: int,
    stride: int = 1,
    padding: int = 0,
) -> Patch:
    """Look at one position of a convolution.

    Args:
        image: (C, H, W).
        kernel: (C, K, K), one output channel's weights.
        bias: That channel's bias.
        row, column: Position in the output, counted from 0.
        stride: Pixels from one patch to the next.
        padding: Rows and columns of zeros on each side of the image.

    Raises:
        ValueError: Image and kernel have different channels, or the output has no such position.

    Example:
        >>> patch = convolve_at(torch.ones(1, 3, 3), torch.ones(1, 2, 2), 0.5, row=1, column=1)
        >>> patch.total
        4.5
    """
    if image.dim() != 3 or kernel.dim() != 3 or image.shape[0] != kernel.shape[0]:
        raise ValueError(
            "An image (C, H, W) and a kernel (C, K, K) with the same C are needed; "
            f"these are {tuple(image.shape)} and {tuple(kernel.shape)}."
        )
    image, kernel = image.detach(), kernel.detach()
    output = F.conv2d(
        image.unsqueeze(0),
        kernel.unsqueeze(0),
        torch.tensor([float(bias)], dtype=image.dtype),
        stride,
        padding,
    )[0, 0]
    rows, columns = output.shape
    if not (0 <= row < rows and 0 <= column < columns):
        raise ValueError(
            f"The output has rows 0 to {rows - 1} and columns 0 to {columns - 1}; "
            f"({row}, {column}) is not among them."
        )
    padded = F.pad(image, (padding,) * 4)
    return Patch(padded, kernel, float(bias), output, row, column, stride, padding)


def layer_input(net: nn.Module, image: Tensor, layer: str) -> Tensor:
    """What arrives at a layer of `net` when it looks at `image`.

    Args:
        net: Any module with a layer of that name; left as it was.
        image: (1, H, W).
        layer: Its name: `conv1`, `conv2`, …

    Returns:
        The layer's input for this image, without the batch dimension.

    Raises:
        ValueError: No operation of the network bears that name.
    """
    arriving = image
    for step in trace(net, image.unsqueeze(0), keep_outputs=True):
        if step.name == layer:
            return arriving
        if step.output is not None:
            arriving = step.output[0]
    raise ValueError(f"No layer of this network is named {layer!r}.")


def _edges() -> Tensor:
    """(5, 5): how much brighter the two columns on the right are than the two on the left."""
    return torch.tensor([-1.0, -1.0, 0.0, 1.0, 1.0]).repeat(5, 1) / 10


KERNELS: dict[str, Tensor] = {
    "blur": torch.full((5, 5), 1 / 25),
    "vertical edges": _edges(),
    "horizontal edges": _edges().T.contiguous(),
}
