"""What the tests of the exercises share: the exercises, their answers, and how to run them."""

import ast
import importlib
import inspect
import linecache
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType

import pytest

from course_utils import exercises
from course_utils.exercises import compare
from course_utils.exercises.exercise import Exercise

ANSWERS = Path(__file__).with_name("answers")


def _found() -> Iterator[Exercise]:
    for module in pkgutil.iter_modules(exercises.__path__, exercises.__name__ + "."):
        if not module.ispkg:
            values = vars(importlib.import_module(module.name)).values()
            yield from (value for value in values if isinstance(value, Exercise))


EXERCISES = {exercise.name: exercise for exercise in _found()}

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.name)
"""Runs a test once for each exercise, under its name."""


@dataclass(frozen=True)
class Answers:
    """What is known to be right and wrong, as source text, by name, by code, by exception.

    Attributes:
        right: Alternatives to the solution.
        wrong: By code; a code with several answers has them in a list.
        stopped: Answers that end in an exception, by its name.
        equal: Mutants of the solution that are right too, each with its reason.
    """

    right: dict[str, str]
    wrong: dict[str, str | list[str]]
    stopped: dict[str, str] = field(default_factory=dict)
    equal: dict[str, str] = field(default_factory=dict)

    def each_wrong(self) -> list[tuple[str, str]]:
        """Code and source of every wrong answer."""
        return [
            (code, source)
            for code, sources in self.wrong.items()
            for source in ([sources] if isinstance(sources, str) else sources)
        ]


def answers(exercise: Exercise) -> Answers:
    """The answers in `tests/answers/`."""
    path = ANSWERS / f"{exercise.name}.py"
    assert path.is_file(), f"{exercise.name} has no answers: tests/answers/{path.name} is missing"
    names: dict[str, object] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    return Answers(names["RIGHT"], names["WRONG"], names.get("STOPPED", {}), names["EQUAL"])


def answer(exercise: Exercise, source: str | ast.Module) -> object:
    """Run an answer's source as a notebook would, after the lesson's imports, and return it."""
    names = dict(exercise.starter.names)
    if isinstance(source, str):
        place = f"<answer to {exercise.name}>"
        text = source.strip("\n") + "\n"
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        exec(compile(text, place, "exec"), names)
    else:
        exec(compile(source, "<mutant>", "exec"), names)
    return names[exercise.starter.name]


def codes(exercise: Exercise) -> set[str]:
    """Every code that the check can give, read from the source of its lesson's file.

    The codes of `compare`, which serves all lessons, are proven in its own tests.
    """
    given = getattr(exercise.behaviour, "codes", None)
    return set(given) if given is not None else set(_codes(exercise.behaviour, set()))


def _codes(function: Callable, seen: set[Callable]) -> Iterator[str]:
    """The codes in a function and in what it uses of its own file."""
    seen.add(function)
    tree = ast.parse(inspect.getsource(function))
    yield from _codes_in(tree)
    for node in ast.walk(tree):
        used = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(used, FunctionType) and used not in seen and _is_beside(used, function):
            yield from _codes(used, seen)
        for mistake in used if isinstance(used, list | tuple) else ():
            if isinstance(mistake, compare.Mistake):
                yield mistake.code


def _is_beside(one: FunctionType, other: Callable) -> bool:
    return one.__module__ == other.__module__


def _codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("NotYet", "Mistake"):
            code = node.args[0] if node.args else None
            assert isinstance(code, ast.Constant), f"a code is not written out: {ast.unparse(node)}"
            yield code.value
