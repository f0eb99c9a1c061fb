"""Explorers of lesson 01: an image's way through the network, and single numbers on it."""

from functools import partial

import ipywidgets
from torch import Tensor, nn

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.define.convolution import KERNELS, Patch, convolve_at, layer_input
from course_utils.lessons.define.figures.convolution import draw_patch
from course_utils.lessons.define.figures.one_number import draw_one_number
from course_utils.lessons.define.figures.shape_walk import LAYERS, draw_walk
from course_utils.lessons.define.one_number import STEPS, open_number
from course_utils.network.lenet import walk

_STYLE = {"description_width": LABEL_WIDTH}


class ShapeWalk(Explorer):
    """Change the image's size, the kernels, the batch: see every shape until `fc1` fits or refuses.

    Args:
        image: (1, H, W), drawn anew at every size.
    """

    def __init__(self, image: Tensor):
        super().__init__(
            {
                "size": Range("Image size", range(24, 41), value=32, labels=_square),
                "kernel": Range("Kernel size", [3, 5, 7], value=5, labels=_square),
                "layer": Range("Layer", range(len(LAYERS)), value=5, labels=LAYERS),
                "batch": ipywidgets.Checkbox(
                    value=True, description="image in a batch", style=_STYLE
                ),
            },
            compute=lambda layer, **sizes: (walk(image, **sizes), layer),
            draw=lambda record: draw_walk(*record),
            note="Controls: image size, kernel size, layer, with or without a batch. "
            "Run the cell to move them.",
        )


class ConvolutionMicroscope(Explorer):
    """Choose a kernel and a place: see the pixels, weights and products behind one output number.

    Args:
        net: A network with layers `conv1` and `conv2`; its kernels are read at every move.
        image: (1, H, W).
        kernel: The one to begin with, a name of the list.
    """

    def __init__(self, net: nn.Module, image: Tensor, kernel: str = "conv1, channel 2"):
        self._layers = {
            name: (getattr(net, name), layer_input(net, image, name)) for name in ("conv1", "conv2")
        }
        own = [
            f"{name}, channel {channel}"
            for name, (layer, _) in self._layers.items()
            for channel in range(layer.out_channels)
        ]
        chosen = ipywidgets.Dropdown(
            options=[*own, *KERNELS], value=kernel, description="Kernel", style=_STYLE
        )
        super().__init__(
            {
                "kernel": chosen,
                "stride": Range("Stride", [1, 2, 3]),
                "row": Range("Row", range(28), value=10),
                "column": Range("Column", range(28), value=12),
                "padding": Range("Padding", [0, 1, 2]),
            },
            compute=self._convolve,
            draw=lambda record: draw_patch(record, chosen.value),
            adapt=self._keep_on_the_output,
            note="Controls: kernel, stride, row, column, padding. Run the cell to move them.",
        )

    def _keep_on_the_output(
        self, kernel: str, row: int, column: int, stride: int, padding: int
    ) -> None:
        image, weight, _ = self._chosen(kernel)
        reach = image.shape[-1] + 2 * padding - weight.shape[-1]
        for name in ("row", "column"):
            self.controls[name].options = range(reach // stride + 1)

    def _convolve(self, kernel: str, row: int, column: int, stride: int, padding: int) -> Patch:
        return convolve_at(*self._chosen(kernel), row, column, stride, padding)

    def _chosen(self, kernel: str) -> tuple[Tensor, Tensor, float]:
        """The input, the weights and the bias that a name of the list stands for."""
        if kernel in KERNELS:
            return self._layers["conv1"][1], KERNELS[kernel].unsqueeze(0), 0.0
        name, _, channel = kernel.partition(", channel ")
        layer, image = self._layers[name]
        return image, layer.weight[int(channel)], layer.bias[int(channel)].item()


class NumberMicroscope(Explorer):
    """Choose a step and a number that it returns: see what it is made of, with its sum.

    Args:
        net: Built like the lesson's `Net`; read anew at every move.
        image: (1, H, W).
        step: The one to begin with: relu, max_pool2d, fc1 or softmax.
    """

    def __init__(self, net: nn.Module, image: Tensor, step: str = "fc1"):
        self._open = partial(open_number, net, image)
        super().__init__(
            {
                "step": Range("Step", STEPS, value=step),
                "row": Range("Row", range(28), value=10),
                "column": Range("Column", range(28), value=12),
            },
            compute=self._open,
            draw=draw_one_number,
            adapt=self._keep_on_the_output,
            note="Controls: step, row, column. Run the cell to move them.",
        )

    def _keep_on_the_output(self, step: str, row: int, column: int) -> None:
        rows, columns = self._open(step, 0, 0).output.shape
        self.controls["row"].options = range(rows)
        self.controls["column"].options = range(columns)


def _square(side: int) -> str:
    return f"{side}×{side}"
