"""One number that a step of the network returns, with all it is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from course_utils.network.trace import Trace, trace

CHANNEL = 2  # whose maps are opened
WIDE = 12  # neurons of `fc1` side by side


@dataclass(frozen=True)
class OneNumber:
    """One number that a step returns.

    Attributes:
        step: A name in `STEPS`.
        inputs: (C, H, W), what the step was given.
        side: It is made of so many rows and columns of `inputs`; 0 if of all numbers.
        terms: (h, w), what is added up or compared.
        bias: Added once, after the terms.
        output: (H', W'), the numbers that the step returns.
        row: Row of the number in `output`.
        column: Its column.
    """

    step: str
    inputs: Tensor
    side: int
    terms: Tensor
    bias: float
    output: Tensor
    row: int
    column: int

    @property
    def total(self) -> float:
        """The number itself."""
        return float(self.output[self.row, self.column])


def open_number(net: nn.Module, image: Tensor, step: str, row: int, column: int) -> OneNumber:
    """Look at one number that a step of the network returns for an image.

    Args:
        net: Built like the lesson's `Net`; left as it was.
        image: (1, H, W).
        step: A name in `STEPS`.
        row: Where the number stands among the step's; the 120 of `fc1` stand in rows of 12.
        column: The same across.
    """
    passed = trace(net, image.unsqueeze(0), keep_outputs=True)
    inputs, side, terms, bias, output = STEPS[step](net, passed, row, column)
    return OneNumber(step, inputs, side, terms, bias, output, row, column)


Parts = tuple[Tensor, int, Tensor, float, Tensor]


def _open_relu(net: nn.Module, passed: Trace, row: int, column: int) -> Parts:
    before, after = _map_after(passed, "conv2d"), _map_after(passed, "relu")
    return before, 1, before[0, row : row + 1, column : column + 1], 0.0, after[0]


def _open_pool(net: nn.Module, passed: Trace, row: int, column: int) -> Parts:
    before, after = _map_after(passed, "relu"), _map_after(passed, "max_pool2d")
    terms = before[0, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    return before, 2, terms, 0.0, after[0]


def _open_fc1(net: nn.Module, passed: Trace, row: int, column: int) -> Parts:
    """Its terms are the products of each map, added up."""
    neuron, flat = WIDE * row + column, _returned(passed, "flatten")
    weight, bias = (values[neuron].detach() for values in net.get_submodule("fc1").parameters())
    terms = (flat * weight).view(4, 4, 25).sum(2)
    return flat.view(16, 5, 5), 0, terms, float(bias), _returned(passed, "linear").view(-1, WIDE)


def _open_softmax(net: nn.Module, passed: Trace, row: int, column: int) -> Parts:
    scores = passed[-1].output
    return scores.unsqueeze(0), 0, scores.exp(), 0.0, scores.softmax(1)


def _map_after(passed: Trace, operation: str) -> Tensor:
    """(1, H, W), the channel that is opened."""
    return _returned(passed, operation)[CHANNEL : CHANNEL + 1]


def _returned(passed: Trace, operation: str) -> Tensor:
    """What the first operation of this kind returned for the image."""
    outputs = (step.output for step in passed if step.operation == operation)
    return next(output[0] for output in outputs if output is not None)


STEPS: dict[str, Callable[[nn.Module, Trace, int, int], Parts]] = {
    "relu": _open_relu,
    "max_pool2d": _open_pool,
    "fc1": _open_fc1,
    "softmax": _open_softmax,
}
