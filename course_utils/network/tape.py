"""Records every call into PyTorch while a network runs, and leaves the network as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from course_utils.network.refusal import RefusedCall, Shape


@dataclass(frozen=True)
class Operation:
    """One call into PyTorch during a forward pass.

    Attributes:
        name: The layer's name in the network (`conv1`, `block.0.conv`), or None for a function
            called in the network's own `forward`.
        operation: PyTorch's name of the function: `conv2d`, `relu`, `flatten`.
        shape_in: Shape of the first tensor it was given; () if it was given none.
        shape_out: Shape of the tensor it returned, of the first one if it returned several.
        parameters: How many learnable numbers it used that no earlier operation had used, so
            that the column adds up to the parameters the pass has used.
        multiply_adds: Multiplications, each with the addition that follows it.
        output: A copy of what it returned, if the trace was asked to keep outputs.
    """

    name: str | None
    operation: str
    shape_in: Shape
    shape_out: Shape
    parameters: int
    multiply_adds: int
    output: Tensor | None = field(default=None, repr=False, compare=False)


class Tape(TorchFunctionMode):
    """Records calls into PyTorch while it is active; calls made inside such a call are hidden."""

    def __init__(self, net: nn.Module, keep_outputs: bool):
        super().__init__()
        self.operations: list[Operation] = []
        self.error: Exception | None = None
        self.refused: RefusedCall | None = None
        self.names = {module: name for name, module in net.named_modules() if name}
        self.owners = {p: name.rpartition(".")[0] for name, p in net.named_parameters()}
        self.running: list[nn.Module] = []
        self.seen: set[nn.Parameter] = set()
        self.keep_outputs = keep_outputs

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func.__name__ == "__get__" and func.__self__.__name__ not in _VIEWS:
            return func(*args, **kwargs)  # reading x.shape or x.dtype is no operation
        tensors = list(_tensors((*args, *kwargs.values())))
        try:
            result, multiply_adds = _counted(func, args, kwargs, tensors)
        except Exception as error:
            self.error, self.refused = error, self._call(func, tensors)
            raise
        output = next(_tensors((result,)), None)
        if output is not None:
            self._record(func, tensors, output, multiply_adds)
        return result

    def _record(self, func, tensors, output, multiply_adds) -> None:
        used = {t for t in tensors if isinstance(t, nn.Parameter)}
        self.operations.append(
            Operation(
                name=self._name(used),
                operation=_operation(func),
                shape_in=tuple(tensors[0].shape) if tensors else (),
                shape_out=tuple(output.shape),
                parameters=sum(p.numel() for p in used - self.seen),
                multiply_adds=multiply_adds,
                output=output.detach().clone() if self.keep_outputs else None,
            )
        )
        self.seen |= used

    def _call(self, func, tensors) -> RefusedCall:
        used = {t for t in tensors if isinstance(t, nn.Parameter)}
        module = self.running[-1] if self.running else None
        return RefusedCall(self._name(used), _operation(func), tensors, module)

    def _name(self, used: set[nn.Parameter]) -> str | None:
        """The running layer's name; for a function given a layer's parameters, that layer's."""
        if self.running and self.running[-1] in self.names:
            return self.names[self.running[-1]]
        return min(filter(None, map(self.owners.get, used)), default=None)


_VIEWS = {"T", "mT", "H", "mH", "data", "real", "imag"}  # attributes that are tensors anew
_ELEMENTWISE = {"add", "sub", "mul", "div", "batch_norm", "layer_norm", "group_norm", "cat"}


def _operation(func) -> str:
    name = func.__self__.__name__ if func.__name__ == "__get__" else func.__name__
    return name.strip("_")


def _counted(func, args, kwargs, tensors) -> tuple[object, int]:
    """The result of a call and its multiply-adds: by formula where that is plain, else by torch."""
    name = func.__name__
    if name.startswith("conv") and "transpose" not in name:
        result = func(*args, **kwargs)
        return result, result.numel() * tensors[1][0].numel()
    if name == "linear":
        result = func(*args, **kwargs)
        return result, result.numel() * tensors[1].shape[-1]
    if len(tensors) < 2 or name in _ELEMENTWISE:
        return func(*args, **kwargs), 0
    with FlopCounterMode(display=False) as counter:
        result = func(*args, **kwargs)
    return result, counter.get_total_flops() // 2


def _tensors(values) -> Iterator[Tensor]:
    """The tensors among `values`, those inside lists, tuples and dictionaries included."""
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors(value)
        elif isinstance(value, dict):
            yield from _tensors(value.values())


@contextmanager
def naming(tape: Tape):
    """Let the tape know which module of its network is running."""

    def enter(module, inputs):
        if module in tape.names:
            tape.running.append(module)

    def leave(module, inputs, result):
        if tape.running and tape.running[-1] is module:
            tape.running.pop()

    hooks = [
        register_module_forward_pre_hook(enter),
        register_module_forward_hook(leave, always_call=True),
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def left_as_it_was(net: nn.Module):
    """Put buffers (running means, say) and the random state back, whatever happens."""
    owners = [(module, dict(module._buffers)) for module in net.modules() if module._buffers]
    copies = [(b, b.clone()) for _, held in owners for b in held.values() if b is not None]
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        try:
            yield
        finally:
            with torch.no_grad():
                for buffer, copy in copies:
                    buffer.copy_(copy)
            for module, held in owners:
                module._buffers.update(held)
