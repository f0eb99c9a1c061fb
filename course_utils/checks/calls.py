"""Calls of an answer: with copies of the inputs, and with an eye on what it does to them."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn
from torch.autograd.variable import Variable
from torch.overrides import TorchFunctionMode

from course_utils.checks.convert import NotYet

FEW = 12  # numbers of a tensor that are written out
LONGEST = 60  # letters of inputs that are written out


@dataclass(frozen=True)
class Given:
    """Arguments for one call of an answer."""

    args: tuple
    keywords: dict[str, object]
    said: str = ""  # words in place of the call itself, where that would be long

    def words(self, name: str) -> str:
        """How a message speaks of the call: `` `first_loss(10, several=True)` ``."""
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
        NotYet: An input was changed (`input_changed`, `input_marked`), or recording was switched
            (`mode_left`).
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
        if not _same_numbers(was, now):
            advice = (
                "`x.sort()` and `x.remove(…)` write into the list `x`; `sorted(x)` makes a new one."
                if isinstance(was, list)
                else "`x -= y` and methods whose names end in `_`, such as `x.sub_(y)`, write into "
                "`x`; `x - y` makes a new tensor."
            )
            raise NotYet(
                "input_changed",
                f"{which} is itself changed after the call; whoever gave it may need it as it "
                f"was. {advice}",
            )
        marks = _marks(was)
        for what, is_so in _marks(now).items():
            if is_so != marks[what]:
                raise NotYet(
                    "input_marked",
                    f"{which} has kept its numbers, but {what} is not as before the call. Leave it "
                    "as it was: a copy, as by `detach()` or `deepcopy`, is yours.",
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


def _same_numbers(was: Any, now: Any) -> bool:
    if isinstance(was, Tensor):
        same = was.shape == now.shape and was.dtype == now.dtype
        return same and torch.equal(was.nan_to_num(7.25), now.detach().nan_to_num(7.25))
    if isinstance(was, nn.Module):
        modes = [[m.training for m in net.modules()] for net in (was, now)]
        return modes[0] == modes[1] and _same_numbers(was.state_dict(), now.state_dict())
    if isinstance(was, dict):
        return list(was) == list(now) and all(_same_numbers(was[key], now[key]) for key in was)
    if isinstance(was, list | tuple):
        return len(was) == len(now) and all(map(_same_numbers, was, now))
    return was == now if isinstance(was, int | float | str) else True


def _marks(value: Any) -> dict[str, list]:
    """What an input is beside its numbers, each with its name."""
    tensors, modules = [], []
    for part in _parts(value):
        if isinstance(part, Tensor):
            tensors.append(part)
        elif isinstance(part, nn.Module):
            tensors += part.parameters(recurse=False)
            modules.append(part)
    alone = [one for one in tensors if not isinstance(one, nn.Parameter) and one.is_leaf]
    return {
        "what requires a gradient": [one.requires_grad for one in tensors],
        "what has a `.grad`": [one.grad is None for one in alone],
        "the list of its attributes": [sorted(vars(one)) for one in (*modules, *tensors)],
        "the number of its hooks": [
            *(len(one._forward_hooks) for one in modules),
            *(len(one._backward_hooks or ()) for one in tensors),
        ],
    }


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, nn.Module):
        yield from value.modules()
    elif isinstance(value, dict | list | tuple):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _parts(entry)
    else:
        yield value


class _Watch(TorchFunctionMode):
    def __init__(self, calls: list[object]):
        super().__init__()
        self.calls = calls

    def __torch_function__(self, func, types, args=(), kwargs=None):
        inner = "cross_entropy_loss" in str(func)  # what `F.cross_entropy` itself calls
        self.calls.append(nn.functional.cross_entropy if inner else func)
        return func(*args, **(kwargs or {}))


@contextmanager
def watch_calls() -> Generator[list[object]]:
    """List the PyTorch functions that run inside, as the answer calls them, under any name.

    Going back is listed as `torch.autograd.backward` or `torch.autograd.grad`, from whichever
    method it was started, and cross entropy as `F.cross_entropy`.
    """
    calls: list[object] = []
    engine = Variable._execution_engine

    def run_backward(*args, **kwargs):
        fills = kwargs.get("accumulate_grad") or args[6:] == (True,)
        calls.append(torch.autograd.backward if fills else torch.autograd.grad)
        return engine.run_backward(*args, **kwargs)

    noted = SimpleNamespace(run_backward=run_backward)
    patched = mock.patch.object(Variable, "_execution_engine", noted)
    with patched, _Watch(calls):
        yield calls
