"""Why an operation refused its input: what it got, what it wanted, what would make it fit."""

from dataclasses import dataclass
from math import prod
from textwrap import fill

from torch import Tensor, nn

Shape = tuple[int, ...]


@dataclass(frozen=True)
class RefusedCall:
    """A call into PyTorch that raised: whose it was, its name, its tensors, the running module."""

    name: str | None
    operation: str
    tensors: list[Tensor]
    module: nn.Module | None


@dataclass(frozen=True, repr=False)
class Refusal:
    """Where a forward pass stopped.

    Attributes:
        name: The layer's name, or None for a function.
        operation: `linear`, `conv2d`, …
        given: Shape of the tensor it was given.
        wanted: What it takes, in words.
        advice: The arithmetic behind it and what would fit.
        error: PyTorch's own message.
        network_input: Shape of the network's input.
        step: How many operations had come through before.
    """

    name: str | None
    operation: str
    given: Shape
    wanted: str
    advice: str
    error: str
    network_input: Shape
    step: int

    def __repr__(self) -> str:
        where = f"`{self.name}` ({self.operation})" if self.name else f"`{self.operation}`"
        lines = [
            f"Input of shape {self.network_input} stopped at {where} after {self.step} operations.",
            f"Given:  {self.given}",
            f"Wanted: {self.wanted}",
            f"PyTorch: {self.error}",
            f"To fix it: {self.advice}",
        ]
        return "\n".join(fill(line, 88, subsequent_indent="    ") for line in lines)


def diagnose(
    call: RefusedCall, error: Exception, operations: list, network_input: Shape
) -> Refusal:
    """What is known of a call that raised `error`, after `operations` had come through."""
    tensors = call.tensors
    wanted, advice = _explain(call, operations)
    return Refusal(
        name=call.name,
        operation=call.operation,
        given=tuple(tensors[0].shape) if tensors else (),
        wanted=wanted,
        advice=advice,
        error=str(error).partition("\n")[0],
        network_input=network_input,
        step=len(operations),
    )


def _explain(call: RefusedCall, operations: list) -> tuple[str, str]:
    tensors, operation = call.tensors, call.operation
    if len(tensors) > 1 and tensors[0].dtype != tensors[1].dtype:
        return _other_dtype(tensors[0], tensors[1])
    if operation == "linear":
        return _linear(tensors[0], tensors[1], operations)
    if operation == "conv2d":
        return _conv2d(tensors[0], tensors[1], call.module)
    if operation.startswith(("max_pool", "avg_pool")):
        return (
            "at least as many rows and columns as its window",
            "the image has shrunk too far: start from a larger image or use smaller kernels.",
        )
    return "see PyTorch's message", "compare the shape given with what the operation documents."


def _other_dtype(given: Tensor, weight: Tensor) -> tuple[str, str]:
    have, want = (str(t.dtype).removeprefix("torch.") for t in (given, weight))
    return (
        f"{want}, the type of its weights, not {have}",
        f"convert the input: images.to(torch.{want}).",
    )


def _linear(given: Tensor, weight: Tensor, operations: list) -> tuple[str, str]:
    wanted, shape = weight.shape[1], tuple(given.shape)
    size = f"(…, {wanted}): {wanted} numbers in the last dimension"
    if prod(shape) == wanted:
        return size, (
            f"all {_times(shape)} = {wanted} numbers are there, but spread over {len(shape)} "
            "dimensions: the batch dimension is missing. "
            "images.unsqueeze(0) makes a batch of one image."
        )
    have = f"{shape[-1]}"
    last = operations[-1] if operations else None
    if last and last.operation in {"flatten", "view", "reshape"} and len(last.shape_in) > 2:
        have = f"{_times(last.shape_in[1:])} = {shape[-1]}"
    return size, (
        f"one image arrives as {have} numbers; an input that leaves {wanted} fits, "
        f"or a layer nn.Linear({shape[-1]}, {weight.shape[0]})."
    )


def _conv2d(given: Tensor, weight: Tensor, module) -> tuple[str, str]:
    channels = weight.shape[1] * getattr(module, "groups", 1)
    kernel = "×".join(str(n) for n in weight.shape[2:])
    wanted = f"(N, {channels}, H, W), H and W no smaller than its {kernel} kernel"
    shape = tuple(given.shape)
    if len(shape) == 2:
        return wanted, (
            "channel and batch dimension are missing: images.unsqueeze(0).unsqueeze(0) adds both."
        )
    if len(shape) not in (3, 4):
        return wanted, f"an image batch has four dimensions; this input has {len(shape)}."
    if shape[-3] != channels:
        return wanted, (
            f"the input has {shape[-3]} channel{'s' if shape[-3] != 1 else ''} (third dimension "
            f"from the right), the layer {channels}: give it images with {channels}, "
            f"or make the layer nn.Conv2d({shape[-3]}, {weight.shape[0]}, …)."
        )
    return wanted, (
        f"{shape[-2]}×{shape[-1]} pixels are left, fewer than the kernel covers: "
        "start from a larger image or use smaller kernels."
    )


def _times(shape: Shape) -> str:
    return " × ".join(map(str, shape))
