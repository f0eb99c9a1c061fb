"""Comparisons for checks: what came, and the property wanted; never the value wanted.

Each `a_…` function returns the answer in a plain form or raises `NotYet`. They look at the exact
type first, so that an object that answers every `==` with True gets no further.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

TOLERANCE = 1e-5
HUGE = 10**15


class NotYet(Exception):
    """An answer is not right yet.

    Args:
        code: Names the mistake: `bias_forgotten`.
        message: One or two sentences for the learner: what came, what is wanted.
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Mistake:
    """A well-known way to go wrong, as a function of the same arguments as the right answer."""

    code: str
    message: str
    function: Callable[..., object]


def a_number(value: object, what: str) -> int | float:
    """Return an int, a float or a tensor of one number as a Python number.

    Example:
        >>> a_number(torch.tensor([3.5]), "The mean")
        3.5
    """
    kind = type(value)
    if issubclass(kind, Tensor):
        tensor = _dense(value, what)
        value = tensor.item() if tensor.numel() == 1 else tensor
    elif kind.__module__ == "numpy" and not getattr(value, "shape", ()):
        value = value.item()
    if type(value) not in (int, float):
        raise NotYet("not_a_number", f"{what} is one number; this is {shown(value)}.")
    if abs(value) > HUGE or not math.isfinite(value):
        raise NotYet("not_finite", f"{what} came out as {shown(value)}.")
    return value


def a_whole_number(value: object, what: str) -> int:
    """Return a number without a fraction as an int; 28.0 is one.

    Example:
        >>> a_whole_number(28.0, "The size")
        28
    """
    number = a_number(value, what)
    if number != int(number):
        raise NotYet("not_whole", f"{what} is a whole number; this is {shown(number)}.")
    return int(number)


def a_tensor(value: object, what: str, shape: tuple[int, ...] | None = None) -> Tensor:
    """Return a dense tensor of finite numbers, without its history.

    Args:
        value: The answer.
        what: How to call it in a message.
        shape: The shape wanted, if there is only one.
    """
    tensor = _dense(value, what)
    if shape is not None and tuple(tensor.shape) != tuple(shape):
        raise NotYet(
            "wrong_shape",
            f"{what} has the shape {tuple(tensor.shape)}; {tuple(shape)} is wanted.",
        )
    if not bool(torch.isfinite(tensor).all()):
        raise NotYet("not_finite", f"{what} holds numbers that are infinite or not a number (NaN).")
    return tensor


def _dense(value: object, what: str) -> Tensor:
    if type(value) not in (Tensor, nn.Parameter):
        raise NotYet("not_a_tensor", f"{what} is a tensor; this is {shown(value)}.")
    if value.layout != torch.strided or value.is_quantized or value.device.type == "meta":
        raise NotYet("not_a_tensor", f"{what} is an ordinary tensor; this one stores no numbers.")
    return value.detach().cpu()


def a_function(value: object, what: str) -> Callable:
    """Return something that can be called and is no class."""
    if _is_class(value) or not callable(value):
        raise NotYet("not_a_function", f"{what} is a function; this is {shown(value)}.")
    return value


def a_module(value: object, what: str) -> nn.Module:
    """Return a network: the answer itself, or what its class or function makes."""
    if not _is_module(value) and callable(value):
        value = value()
    if not _is_module(value):
        raise NotYet("not_a_module", f"{what} is an `nn.Module`; this is {shown(value)}.")
    if "_parameters" not in vars(value):
        raise NotYet("not_a_module", f"`__init__` of {what} does not call `super().__init__()`.")
    return value


def agree(one: object, other: object, tolerance: float = TOLERANCE) -> bool:
    """Whether numbers or tensors are equal up to rounding, relative to their size; NaN never is.

    Example:
        >>> agree(0.1 + 0.2, 0.3), agree(torch.ones(2), torch.ones(3)), agree(1, float("nan"))
        (True, False, False)
    """
    one, other = (torch.as_tensor(value, dtype=torch.float64) for value in (one, other))
    return one.shape == other.shape and torch.allclose(one, other, rtol=tolerance, atol=tolerance)


def recognise(
    answers: Iterable[tuple[tuple, object]],
    mistakes: Iterable[Mistake],
    tolerance: float = TOLERANCE,
) -> None:
    """Raise `NotYet` for the first mistake that explains all answers.

    Args:
        answers: Arguments, and what the learner's function returned for them.
        mistakes: Tried in order.
        tolerance: As for `agree`.
    """
    answers = list(answers)
    for mistake in mistakes:
        if all(agree(mistake.function(*given), came, tolerance) for given, came in answers):
            raise NotYet(mistake.code, mistake.message)


def shown(value: object) -> str:
    """A short description of any object; runs none of its own code but that of plain types.

    Example:
        >>> shown(torch.zeros(2, 3)), shown(None), shown("b"), shown(1.50)
        ('a tensor of shape (2, 3)', 'None', "the text 'b'", '1.5')
    """
    kind = type(value)
    if value is ...:
        return "still `...`"
    if value is None:
        return "None"
    if kind is int:
        return f"{value:,}" if abs(value) < HUGE else "an enormous number"
    if kind is float:
        return f"{value:.6g}"
    if kind is bool:
        return f"the truth value {value}"
    if kind is str:
        return f"the text {value[:20]!r}" + ("…" if len(value) > 20 else "")
    if issubclass(kind, Tensor):
        return f"a tensor of shape {tuple(value.shape)}" if kind is Tensor else "a special tensor"
    if _is_class(value):
        return "a class"
    return _article(kind.__name__)


def _article(name: str) -> str:
    names = {"function": "a function", "builtin_function_or_method": "a function"}
    return names.get(name, f"an object of type `{name[:40]}`")


def _is_class(value: object) -> bool:
    return issubclass(type(value), type)  # unlike isinstance, asks nothing of the value


def _is_module(value: object) -> bool:
    return issubclass(type(value), nn.Module)
