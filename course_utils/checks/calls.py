"""Calls of an answer: with copies of the inputs, and with an eye on what it does to them."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from course_utils.checks.convert import NotYet

FEW = 12  # numbers of a tensor that are written out
LONGEST = 60  # letters of inputs that are written out


@dataclass(frozen=True)
class Given:
    """Arguments for one call of an answer.

    Attributes:
        args: In their order.
        keywords: Those given by name.
        said: Words in place of the call itself, where that would be long.
    """

    args: tuple
    keywords: dict[str, object]
    said: str = ""

    def words(self, name: str) -> str:
        """How a message speaks of the call.

        Example:
            >>> given(10, several=True).words("first_loss")
            '`first_loss(10, several=True)`'
        """
        if self.said:
            return self.said
        tensors = [value for value in self.args if isinstance(value, Tensor)]
        if all(tensor.numel() <= FEW for tensor in tensors):  # writing out a batch takes long
            texts = [_written(value) for value in self.args]
            texts += [f"{key}={_written(value)}" for key, value in self.keywords.items()]
            if len("".join(texts)) <= LONGEST:
                return f"`{name}({', '.join(texts)})`"
        shapes = [str(tuple(tensor.shape)) for tensor in tensors]
        return f"`{name}(…)` with {'shapes' if shapes[1:] else 'shape'} {' and '.join(shapes)}"


def given(*args: Any, **keywords: Any) -> Given:
    """Arguments for one call."""
    return Given(args, keywords)


def _written(value: Any) -> str:
    """An input as a learner could type it."""
    return str(value.tolist()) if isinstance(value, Tensor) else repr(value)


def call(answer: Callable, *inputs: Any, **keywords: Any) -> object:
    """Return what an answer returns for copies of the inputs.

    Raises:
        NotYet: An input was changed (`input_changed`) or made to need a gradient
            (`input_switched`), or recording stays switched off (`mode_left`).
    """
    args, named = copied(inputs), copied(keywords)
    result = answer(*args, **named)
    if not torch.is_grad_enabled():
        torch.set_grad_enabled(True)
        raise NotYet(
            "mode_left",
            "After the call autograd takes no notes any more, in whatever comes next: "
            "`torch.set_grad_enabled(False)` stays. `with torch.no_grad():` ends by itself.",
        )
    before, after = [*inputs, *keywords.values()], [*args, *named.values()]
    for number, (was, now) in enumerate(zip(before, after, strict=True), 1):
        which = "The input" if len(before) == 1 else f"Input {number} of {len(before)}"
        if isinstance(was, Tensor) and was.requires_grad != now.requires_grad:
            raise NotYet(
                "input_switched",
                f"{which} has `requires_grad={now.requires_grad}` after the call, and had not "
                "before: `requires_grad_()` switches the tensor itself, for whoever gave it. "
                "`x.detach().requires_grad_()` is a tensor of your own.",
            )
        if not _unchanged(was, now):
            raise NotYet(
                "input_changed",
                f"{which} is itself changed after the call; whoever gave it may need it as it "
                "was. `x -= y` and methods such as `x.sub_(y)` write into `x`; `x - y` makes a "
                "new tensor.",
            )
    return result


def copied(value: Any) -> Any:
    """A copy of an input: tensors with their numbers and without history, networks whole."""
    if isinstance(value, Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, nn.Module):
        return deepcopy(value)
    if type(value) is dict:
        return {key: copied(entry) for key, entry in value.items()}
    return type(value)(map(copied, value)) if type(value) in (list, tuple) else value


def _unchanged(was: Any, now: Any) -> bool:
    if isinstance(was, Tensor):
        same = was.shape == now.shape and was.dtype == now.dtype
        return same and torch.equal(was.nan_to_num(7.25), now.detach().nan_to_num(7.25))
    if isinstance(was, nn.Module):
        modes = [[m.training for m in net.modules()] for net in (was, now)]
        return modes[0] == modes[1] and _unchanged(was.state_dict(), now.state_dict())
    if isinstance(was, dict):
        return list(was) == list(now) and all(_unchanged(was[key], now[key]) for key in was)
    if isinstance(was, list | tuple):
        return len(was) == len(now) and all(map(_unchanged, was, now))
    return True


class _Watch(TorchFunctionMode):
    def __init__(self):
        super().__init__()
        self.calls: list[object] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.calls.append(func)
        return func(*args, **(kwargs or {}))


@contextmanager
def watch_calls() -> Generator[list[object]]:
    """List the PyTorch functions that run inside, as the answer calls them, under any name.

    Going back is listed as `torch.autograd.backward` or `torch.autograd.grad`, from whichever
    method it was started.

    Example:
        >>> with watch_calls() as called:
        ...     _ = nn.ReLU()(torch.ones(2))
        >>> nn.functional.relu in called, torch.sigmoid in called
        (True, False)
    """
    watch = _Watch()

    def noted(function: Callable) -> Callable:
        def run(*args, **kwargs):
            watch.calls.append(function)
            return function(*args, **kwargs)

        return run

    backward, grad = noted(torch.autograd.backward), noted(torch.autograd.grad)
    patch = mock.patch.object
    with patch(torch.autograd, "backward", backward), patch(torch.autograd, "grad", grad), watch:
        yield watch.calls
