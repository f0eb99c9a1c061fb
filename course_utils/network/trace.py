"""What a network does to its input: one record for every operation of a forward pass.

Module hooks see layers only; `torch.overrides.TorchFunctionMode` sees every call into PyTorch,
so functions such as `F.relu` and `torch.flatten` are recorded too. Hooks still serve to learn
the name of the layer that is running.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from course_utils.network.refusal import Refusal, Shape, diagnose
from course_utils.network.tape import Operation, Tape, left_as_it_was, naming

__all__ = ["Operation", "Trace", "trace"]


@dataclass(frozen=True, repr=False)
class Trace:
    """The operations of one forward pass, in order; a sequence of `Operation`.

    Attributes:
        shape_in: Shape of the network's input.
        operations: One record for each operation that came through.
        refusal: What stopped the pass, or None if it reached its end.
    """

    shape_in: Shape
    operations: tuple[Operation, ...]
    refusal: Refusal | None = None

    @property
    def parameters(self) -> int:
        """How many learnable numbers the pass used."""
        return sum(step.parameters for step in self.operations)

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with its addition, for the whole input."""
        return sum(step.multiply_adds for step in self.operations)

    def __len__(self) -> int:
        return len(self.operations)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def __getitem__(self, index):
        return self.operations[index]

    def __repr__(self) -> str:
        rows: list[tuple[str, ...]] = [
            ("name", "operation", "shape out", "parameters", "multiply-adds")
        ]
        rows += [("", "input", str(self.shape_in), "", "")]
        rows += [_row(step) for step in self.operations]
        rows += [("", "sum", "", f"{self.parameters:,}", f"{self.multiply_adds:,}")]
        lines = _aligned(rows)
        return "\n".join(lines if self.refusal is None else [*lines, "", str(self.refusal)])


def trace(net: nn.Module, images: Tensor, keep_outputs: bool = False) -> Trace:
    """List the operations `net` performs on `images`, in the order it performs them.

    Calls of functions (`F.relu`, `torch.flatten`, `a + b`) count like calls of layers. What a
    function does inside PyTorch does not count: `F.multi_head_attention_forward` is one
    operation. A pass that an operation refuses is not an error here: the trace ends there and
    its `refusal` says which operation it was, what it got, what it wanted and what would fit.

    Args:
        net: Any module. Its mode, weights, buffers and gradients and the random state are left
            as they were. Attributes that its `forward` sets otherwise are not put back.
        images: (N, C, H, W), or whatever the first layer expects; at least one image.
        keep_outputs: Also keep a copy of what each operation returned.

    Returns:
        A `Trace`; printed, it is a table.

    Raises:
        TypeError: `net` is no module or `images` no tensor.
        ValueError: There is no image in the batch.
        Exception: Whatever `forward` raises by itself, outside an operation, with a note that
            says how far the pass had come.

    Example:
        >>> import torch
        >>> trace(nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU()), torch.zeros(1, 1, 32, 32))
        name  operation  shape out       parameters  multiply-adds
              input      (1, 1, 32, 32)
        0     conv2d     (1, 6, 28, 28)         156        117,600
        1     relu       (1, 6, 28, 28)           0              0
              sum                               156        117,600
    """
    _check(net, images)
    tape = Tape(net, keep_outputs)
    refusal = None
    try:
        with left_as_it_was(net), naming(tape), tape:
            net(images)
    except Exception as error:
        if error is not tape.error or tape.refused is None:
            error.add_note(f"This happened in `forward`, after {_progress(tape.operations)}.")
            raise
        refusal = diagnose(tape.refused, error, tape.operations, tuple(images.shape))
    return Trace(tuple(images.shape), tuple(tape.operations), refusal)


def _check(net: nn.Module, images: Tensor) -> None:
    if isinstance(net, type) and issubclass(net, nn.Module):
        raise TypeError(f"trace needs a network, not its class: make one with {net.__name__}().")
    if not isinstance(net, nn.Module):
        raise TypeError(f"trace needs an nn.Module as its network; this is {net!r:.60}.")
    if not isinstance(images, Tensor):
        raise TypeError(
            "trace needs its images as a tensor of shape (N, C, H, W); "
            f"this is {type(images).__name__}: {images!r:.60}."
        )
    if images.numel() == 0:
        raise ValueError(
            f"There is no image in a batch of shape {tuple(images.shape)}. "
            "Give at least one: images[:1] keeps the first of a batch, with its batch dimension."
        )


def _progress(operations: list[Operation]) -> str:
    if not operations:
        return "no operation"
    last = operations[-1]
    where = f"`{last.name}` ({last.operation})" if last.name else f"`{last.operation}`"
    plural = "s" if len(operations) > 1 else ""
    return f"{len(operations)} operation{plural}, the last of them {where}"


def _row(step: Operation) -> tuple[str, ...]:
    counts = f"{step.parameters:,}", f"{step.multiply_adds:,}"
    return step.name or "", step.operation, str(step.shape_out), *counts


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligns = [str.ljust, str.ljust, str.ljust, str.rjust, str.rjust]
    return [
        "  ".join(
            align(cell, width) for cell, width, align in zip(row, widths, aligns, strict=True)
        ).rstrip()
        for row in rows
    ]
