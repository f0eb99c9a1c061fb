"""Tells an answer that is still the starter from one that somebody has worked on."""

import ast
import dis
from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

import torch
from torch import Tensor

from course_utils.checks.feedback import Solution

_PLAIN = (type(None), type(...), bool, int, float, str, list, tuple, dict)


class Starter:
    """The code that a learner finds in the exercise's cell; called, it shows itself.

    Args:
        source: Its last statement assigns the answer or defines it.
        names: What the exercise's file imports, by name.

    Example:
        >>> Starter("answer = ...", {}).name
        'answer'
    """

    def __init__(self, source: str, names: dict[str, object]):
        self.source = source.strip("\n")
        self.names = names
        last: Any = ast.parse(self.source).body[-1]
        self.name: str = last.targets[0].id if isinstance(last, ast.Assign) else last.name

    def __call__(self) -> Solution:
        return Solution(self.source)

    @cached_property
    def value(self) -> object:
        """What the cell's name stands for when nobody has changed the cell."""
        names = dict(self.names)
        exec(compile(self.source, "<starter>", "exec"), names)
        return names[self.name]

    def is_still(self, answer: Any) -> bool:
        """Whether the answer is the starter's; formatting, comments and docstrings do not count.

        Example:
            >>> blank = Starter("def area(side): return ...", {})
            >>> blank.is_still(lambda side: side**2), blank.is_still(blank.value)
            (False, True)
        """
        return answer is ... or _same(answer, self.value)


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, type):
        return issubclass(type(one), type) and _same_class(one, other)
    if type(one) is not type(other):
        return False
    if type(other) is FunctionType:
        return _signature(one) == _signature(other) and _steps(one) == _steps(other)
    if type(other) is Tensor:
        return one.shape == other.shape and torch.equal(one, other)
    return type(other) in _PLAIN and repr(one) == repr(other)


def _same_class(one: type, other: type) -> bool:
    held, wanted = _members(one), _members(other)
    return (
        one.__bases__ == other.__bases__
        and list(held) == list(wanted)
        and all(_same(held[name], wanted[name]) for name in held)
    )


def _members(kind: type) -> dict[str, object]:
    """What the class's own text defines; Python adds names such as `__doc__`."""
    return {
        name: value
        for name, value in vars(kind).items()
        if not name.startswith("__") or (type(value) is FunctionType and "annot" not in name)
    }


def _signature(function: FunctionType) -> tuple:
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[:count], repr(function.__defaults__), repr(function.__kwdefaults__)


def _steps(function: FunctionType) -> list[tuple[str, str]]:
    """A function as instructions: the same wherever and however it was written down."""
    return list(_instructions(function.__code__))


def _instructions(code: CodeType) -> Iterator[tuple[str, str]]:
    for step in dis.get_instructions(code):
        if isinstance(step.argval, CodeType):
            yield from _instructions(step.argval)
        else:
            yield step.opname, step.argrepr
