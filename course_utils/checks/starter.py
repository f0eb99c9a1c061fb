"""Tells an answer that is still the starter from one that somebody has worked on."""

import ast
import dis
from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from course_utils.checks.feedback import Solution

_PLAIN = (type(None), type(...), bool, int, float, str, list, tuple, dict)


class Starter:
    """The code that a learner finds in the exercise's cell; called, it shows itself.

    Args:
        source: Its last statement assigns the answer or defines it.
        names: What the exercise's file imports, by name.
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
        """Whether it is the starter's; formatting, comments and docstrings do not count."""
        return answer is ... or _form(answer) == _form(self.value)


def _form(thing: Any) -> object:
    """What can be compared of a class, a function or a plain value; else which object it is."""
    kind = type(thing)
    if issubclass(kind, type):
        members = [(name, _form(value)) for name, value in vars(thing).items() if _is_own(name)]
        return "class", thing.__bases__, members
    if kind is FunctionType:
        return "function", _signature(thing), list(_instructions(thing.__code__))
    return kind, repr(thing) if kind in _PLAIN else id(thing)


def _is_own(name: str) -> bool:
    """Whether the class's own text defines it; Python adds names such as `__doc__`."""
    return not name.startswith("__") or name in ("__init__", "__call__")


def _signature(function: FunctionType) -> tuple:
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[:count], repr(function.__defaults__), repr(function.__kwdefaults__)


def _instructions(code: CodeType) -> Iterator[tuple[str, str]]:
    """A function's steps: the same wherever and however it was written down."""
    for step in dis.get_instructions(code):
        if isinstance(step.argval, CodeType):
            yield from _instructions(step.argval)
        else:
            yield step.opname, step.argrepr
