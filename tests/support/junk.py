"""What a check may be handed by accident or malice: none of it is right, none of it may raise."""

import itertools
import math
from collections.abc import Callable

import torch
from torch import nn


class AlwaysEqual:
    """Agrees with everything, in every way that Python asks."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __lt__(self, other):
        return True

    __hash__ = __le__ = __gt__ = __ge__ = __lt__

    def __bool__(self):
        return True

    def __call__(self, *args, **kinds):
        return self

    def __getattr__(self, name):
        return self

    def __iter__(self):
        return itertools.repeat(self)

    def __getitem__(self, index):
        return self

    def __add__(self, other):
        return self

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __abs__ = __add__


class Refuses:
    """Raises whatever one asks of it."""

    def __getattribute__(self, name):
        raise RuntimeError(f"no {name} for you")

    def _raise(self, *args, **kinds):
        raise KeyboardInterrupt

    __eq__ = __bool__ = __repr__ = __str__ = __len__ = __iter__ = __call__ = __hash__ = _raise
    __getitem__ = __float__ = __int__ = __index__ = __format__ = __instancecheck__ = _raise


class Pretends:
    """Says it is a tensor."""

    __class__ = torch.Tensor


class AgreeingTensor(torch.Tensor):
    """A tensor whose every operation says True."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True


class AgreeingInt(int):
    """A number equal to all numbers."""

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class UnreadableError(Exception):
    """An exception that cannot be shown."""

    def __str__(self):
        raise SystemExit(3)


class Empty(nn.Module):
    """A network that returns nothing."""

    def forward(self, *args, **kinds):
        return None


class Unprepared(nn.Module):
    """A network whose `__init__` forgot the first line."""

    def __init__(self):
        pass


def _raises(error: BaseException) -> Callable:
    def answer(*args, **kinds):
        raise error

    return answer


def _generates(*args, **kinds):
    yield 1


async def _awaits(*args, **kinds):
    return 1


def _recurses(*args, **kinds):
    return _recurses(*args, **kinds)


def _changes_everything(*args, **kinds):
    torch.manual_seed(99)
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.set_num_threads(2)


DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.complex64,
]

JUNK: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "zero": lambda: 0,
    "minus one": lambda: -1,
    "a fraction": lambda: 0.123,
    "NaN": lambda: math.nan,
    "infinity": lambda: -math.inf,
    "a huge int": lambda: 10**5000,
    "a complex number": lambda: 1j,
    "True": lambda: True,
    "no text": lambda: "",
    "text": lambda: "blue",
    "dots": lambda: "...",
    "long text": lambda: "a" * 100_000,
    "bytes": lambda: b"b",
    "a list": list,
    "a nested list": lambda: [[1, [2, [...]]]],
    "a tuple": lambda: (1, 2.0),
    "a dict": lambda: {"a": 1},
    "a set": lambda: {1},
    "an iterator": lambda: iter([1, 2]),
    "an endless iterator": itertools.count,
    "a generator": lambda: (i for i in range(3)),
    "an object": object,
    "a type": lambda: int,
    "object itself": lambda: object,
    "Exception": lambda: Exception,
    "a module of Python": lambda: math,
    "a builtin": lambda: len,
    "a lambda without arguments": lambda: lambda: 1,
    "a lambda returning None": lambda: lambda *args, **kinds: None,
    "a lambda returning dots": lambda: lambda *args, **kinds: ...,
    "a lambda returning NaN": lambda: lambda *args, **kinds: torch.tensor(math.nan),
    "a lambda returning its arguments": lambda: lambda *args, **kinds: args,
    "a lambda returning the first": lambda: lambda *args, **kinds: args[0] if args else 0,
    "a lambda returning a huge int": lambda: lambda *args, **kinds: 10**5000,
    "a lambda that agrees": lambda: lambda *args, **kinds: AlwaysEqual(),
    "a lambda that refuses": lambda: lambda *args, **kinds: Refuses(),
    "a generator function": lambda: _generates,
    "a coroutine": lambda: _awaits,
    "recursion": lambda: _recurses,
    "SystemExit": lambda: _raises(SystemExit(1)),
    "KeyboardInterrupt": lambda: _raises(KeyboardInterrupt()),
    "GeneratorExit": lambda: _raises(GeneratorExit()),
    "StopIteration": lambda: _raises(StopIteration()),
    "an exception group": lambda: _raises(ExceptionGroup("both", [ValueError("a")])),
    "an unreadable exception": lambda: _raises(UnreadableError()),
    "MemoryError": lambda: _raises(MemoryError()),
    "a huge tensor": lambda: lambda *args, **kinds: torch.ones(10**11),
    "what changes everything": lambda: _changes_everything,
    "a linear layer": lambda: nn.Linear(3, 2),
    "the class of a linear layer": lambda: nn.Linear,
    "nn.Module": nn.Module,
    "the class nn.Module": lambda: nn.Module,
    "an empty network": Empty,
    "the class of an empty network": lambda: Empty,
    "an empty Sequential": nn.Sequential,
    "an unprepared network": Unprepared,
    "the class of an unprepared network": lambda: Unprepared,
    "a parameter": lambda: nn.Parameter(torch.ones(2)),
    "a tensor with a gradient": lambda: torch.ones(2, requires_grad=True) * 2,
    "a tensor of NaN": lambda: torch.full((2, 3), math.nan),
    "an empty tensor": lambda: torch.empty(0),
    "a 0-d tensor": lambda: torch.tensor(-7.5),
    "a tensor without storage": lambda: torch.empty(3, device="meta"),
    "a sparse tensor": lambda: torch.ones(2, 2).to_sparse(),
    "an array": lambda: torch.ones(2).numpy(),
    "agrees with everything": AlwaysEqual,
    "the class that agrees": lambda: AlwaysEqual,
    "refuses everything": Refuses,
    "the class that refuses": lambda: Refuses,
    "pretends to be a tensor": Pretends,
    "a tensor that agrees": lambda: torch.ones(2).as_subclass(AgreeingTensor),
    "an int that agrees": lambda: AgreeingInt(3),
    **{f"a tensor of {dtype}": lambda dtype=dtype: torch.ones(2).to(dtype) for dtype in DTYPES},
}
