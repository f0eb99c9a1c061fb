"""Answers in a plain form: each `as_…` function returns one, or says what came instead.

`what` is how a message calls the answer.

They look at the exact type first, so that an object that answers every `==` with True gets no
further. What is right in another dress is right: a fraction, an array, a named tuple.
"""

import math
import numbers
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import torch
from torch import Tensor, nn

HUGE = 10**15
FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType)


class NotYet(Exception):
    """An answer is not right yet: a code, and one or two sentences for the learner."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


def as_number(value: Any, what: str) -> Any:
    """Return a number of Python or numpy, or a tensor or array of one number, as int or float."""
    number: Any = value
    if _is_a(value, Tensor) or _is_array(value):
        tensor = _dense(value, what)
        number = tensor.item() if tensor.numel() == 1 else tensor
    elif _is_a(value, numbers.Integral) and not _is_a(value, bool):
        number = int(value)
    elif _is_a(value, numbers.Number) and not _is_a(value, bool | complex):
        number = float(value)
    if type(number) not in (int, float):
        raise NotYet("not_a_number", f"{what} should be one number; {_came(number)}")
    if abs(number) > HUGE or not math.isfinite(number):
        raise NotYet("not_finite", f"{what} came out as {shown(number)}.")
    return number


def as_whole_number(value: Any, what: str) -> int:
    """Return a number without a fraction as an int; 28.0 is one."""
    number = as_number(value, what)
    if number != int(number):
        raise NotYet("not_whole", f"{what} should be a whole number; this is {number!r}.")
    return int(number)


def as_tensor(value: Any, what: str, shape: tuple[int, ...] | None = None) -> Tensor:
    """Return a dense tensor of finite numbers, without its history; an array becomes one."""
    tensor = _dense(value, what)
    if shape is not None and tuple(tensor.shape) != tuple(shape):
        raise NotYet(
            "wrong_shape",
            f"{what} has the shape {tuple(tensor.shape)}; {tuple(shape)} is wanted.",
        )
    if not bool(torch.isfinite(tensor).all()):
        raise NotYet("not_finite", f"{what} holds numbers that are infinite or not a number (NaN).")
    return tensor


def as_differentiable(value: Any, what: str) -> Tensor:
    """Return a tensor that a gradient can go back through, with its history."""
    if not _is_a(value, Tensor):
        raise NotYet(
            "no_gradient",
            f"{what} has the right value, but it is {shown(value)}, no tensor: no gradient can go "
            "back through it, so nothing could learn from it. Stay with tensors, without "
            "`.item()`.",
        )
    if not value.requires_grad:
        raise NotYet(
            "no_gradient",
            f"{what} has the right value, but autograd took no notes on the way, so no gradient "
            "can go back. Compute with the tensors as given: no `detach`, no `no_grad`, no copy "
            "by `torch.tensor(…)`.",
        )
    return value


def as_several(value: Any, count: int, what: str) -> list[object]:
    """Return the entries of a tuple, list, tensor or array of `count` entries as a list."""
    several = _is_a(value, tuple | list) or _is_array(value) or _is_a(value, Tensor)
    entries = list(value) if several and len(getattr(value, "shape", (1,))) else []
    if len(entries) != count:
        came = f"{len(entries)} came." if entries and _is_a(value, tuple | list) else _came(value)
        raise NotYet("not_several", f"{what} should return {count} results; {came}")
    return entries


def as_function(value: Any, what: str) -> Callable:
    """Return something that can be called and is no class."""
    if _is_a(value, type) or not callable(value):
        raise NotYet("not_a_function", f"{what} should be a function; {_came(value)}")
    return value


def as_module(value: Any, what: str) -> nn.Module:
    """Return a network that the check may change: a copy of the answer, or what its class makes."""
    if _is_a(value, nn.Module):
        with suppress(Exception):  # one that holds a result with its history cannot be copied
            value = deepcopy(value)
    elif callable(value):
        value = value()
    if not _is_a(value, nn.Module):
        raise NotYet("not_a_module", f"{what} should be an `nn.Module`; {_no_module(value)}")
    if "_parameters" not in vars(value):
        raise NotYet("not_a_module", f"`__init__` of {what} does not call `super().__init__()`.")
    return value


def _no_module(value: Any) -> str:
    if "forward" in vars(type(value)):
        name = type(value).__name__[:40]
        return f"the class `{name}` does not say so: `class {name}(nn.Module):`."
    return _came(value)


def _dense(value: Any, what: str) -> Tensor:
    if _is_array(value) and value.dtype.kind in "fiub":
        value = torch.from_numpy(value.copy())
    if type(value) not in (Tensor, nn.Parameter):
        how = " `torch.stack` makes one of tensors, `torch.tensor` of numbers."
        came = _came(value) + (how if type(value) in (list, tuple) else "")
        raise NotYet("not_a_tensor", f"{what} should be a tensor; {came}")
    if value.layout != torch.strided or value.is_quantized or value.device.type == "meta":
        what = f"{what} should be an ordinary tensor"
        raise NotYet("not_a_tensor", f"{what}; this one stores no numbers.")
    return value.detach().cpu().clone()


def shown(value: Any) -> str:
    """A short description of any object; runs none of its own code but that of plain types."""
    kind = type(value)
    if value is ...:
        return "still `...`"
    if value is None:
        return "None"
    if kind is int:
        return f"{value:,}" if abs(value) < HUGE else "an enormous number"
    if kind is float:
        return f"{value + 0.0:.6g}"  # no −0
    if kind is bool:
        return f"the truth value {value}"
    if kind is str:
        return f"the text {value[:20]!r}" + ("…" if len(value) > 20 else "")
    if issubclass(kind, Tensor):
        return f"a tensor of shape {tuple(value.shape)}" if kind is Tensor else "a special tensor"
    if issubclass(kind, type) or kind in FUNCTIONS:
        return "a class" if issubclass(kind, type) else "a function"
    return f"an object of type `{kind.__name__[:40]}`"


def _came(value: Any) -> str:
    """What came, and what to do about a kind of thing that often comes where another is wanted."""
    if value is None:
        return "this is None, which is also what a function without `return` gives."
    if _is_a(value, type):
        return "this is a class. Brackets make an object of it: `()`."
    if type(value) in FUNCTIONS:
        return "this is a function. Are the brackets of the call missing, `()`?"
    if _is_a(value, nn.Module):
        name = type(value).__name__[:40]
        return (
            f"this is a `{name}` that was made but not called: the first brackets make it, second "
            f"ones use it, as in `{name}(…)(x)`."
        )
    return f"this is {shown(value)}."


def _is_a(value: Any, kind) -> bool:
    return issubclass(type(value), kind)  # unlike isinstance, asks nothing of the value


def _is_array(value: Any) -> bool:
    return type(value).__module__ == "numpy" and type(value).__name__ == "ndarray"
