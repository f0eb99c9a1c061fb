"""What the tests of the exercises share: the exercises, their answers, and how to run them."""

import ast
import importlib
import inspect
import linecache
import pkgutil
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pytest
import torch
from torch.nn.parameter import is_lazy

from course_utils import lessons
from course_utils.checks.convert import NotYet
from course_utils.checks.exercise import Exercise, exercise
from course_utils.checks.feedback import Feedback

TESTS = Path(__file__).parents[1]
LONGEST = 330  # letters of a message
RUSHED = re.compile(r"\b(just|simply|obviously|easy|easily|trivial|of course)\b", re.I)


def _found() -> Iterator[tuple[Exercise, Path]]:
    """Every exercise, with the file of its answers."""
    for module in pkgutil.walk_packages(lessons.__path__, lessons.__name__ + "."):
        _, _, lesson, *inner = module.name.split(".")
        if inner[:1] == ["exercises"] and inner[1:] not in ([], ["shared"]):
            one = getattr(importlib.import_module(module.name), inner[1])
            yield one, TESTS / "lessons" / lesson / "answers" / f"{one.name}.py"


_FOUND = list(_found())
EXERCISES = {exercise.name: exercise for exercise, _ in _FOUND}
ANSWERS = {exercise.name: path for exercise, path in _FOUND}

every_exercise = pytest.mark.parametrize(
    "exercise", EXERCISES.values(), ids=lambda e: e.name, scope="module"
)
"""Runs a test once for each exercise, under its name; one exercise after the other."""


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that no `Mistake` is.

    Attributes:
        code: What the check calls it.
        source: The answer.
        is_true: Whether the message is true of an answer; true of this one, false of the solution.
    """

    code: str
    source: str
    is_true: Callable[[object], bool] | None = None


@dataclass(frozen=True)
class Answers:
    """What is known to be right and wrong, as source text, by name, by code, by exception.

    Attributes:
        right: Alternatives to the solution.
        wrong: Beyond the mistakes that the exercise names itself; in a file one source or several
            by code, each alone, or one or several with a predicate.
        stopped: Answers that end in an exception, by its name.
        equal: Mutants of the solution that are right too, each with its reason.
    """

    right: dict[str, str]
    wrong: list[Wrong]
    stopped: dict[str, str] = field(default_factory=dict)
    equal: dict[str, str] = field(default_factory=dict)


def answers(exercise: Exercise) -> Answers:
    """The answers in `tests/lessons/<lesson>/answers/`."""
    path = ANSWERS[exercise.name]
    assert path.is_file(), f"{exercise.name} has no answers: {path.name} is missing"
    names: dict[str, object] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    wrong = [
        Wrong(code, source, is_true)
        for code, ones in names["WRONG"].items()
        for one in (ones if isinstance(ones, list) else [ones])
        for sources, is_true in [one if isinstance(one, tuple) else (one, None)]
        for source in (sources if isinstance(sources, list) else [sources])
    ]
    return Answers(names["RIGHT"], wrong, names.get("STOPPED", {}), names["EQUAL"])


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
    """Every code that the exercise's own check can give, beside those of its mistakes.

    The codes of `course_utils.checks`, which serve all exercises, are proven in its own tests.
    """
    module = exercise.behaviour.__module__
    if module == Exercise.__module__:  # a choice
        return {"no_option"}
    found = set(_codes_in(ast.parse(inspect.getsource(sys.modules[module]))))
    return found - {mistake.code for mistake in exercise.mistakes}


def _codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == NotYet.__name__:
            code = node.args[0] if node.args else None
            assert isinstance(code, ast.Constant), f"a code is not written out: {ast.unparse(node)}"
            yield code.value


def properties(exercise: Exercise) -> int:
    """How many properties the comment in the exercise's file lists; one sentence counts as one."""
    source = inspect.getsource(sys.modules[exercise.behaviour.__module__])
    return len(re.findall(r"^# - ", source, re.M)) or source.count("\n# The check tells apart")


def state() -> list[object]:
    """What a check must leave as it was, of the session."""
    return [
        torch.get_rng_state().numpy().tobytes(),
        random.getstate(),
        numpy.random.get_state()[1].tobytes(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
        torch.is_anomaly_enabled(),
    ]


def contents(given: object) -> object:
    """An answer's insides, comparable, where it has any."""
    if isinstance(given, torch.Tensor):
        grad = None if given.grad is None else given.grad.tolist()
        return given.tolist(), given.requires_grad, grad
    if isinstance(given, torch.nn.Module):
        tensors = [one for one in (*given.parameters(), *given.buffers()) if not is_lazy(one)]
        modes = [module.training for module in given.modules()]
        return modes, [contents(tensor.detach()) for tensor in tensors], str(given)
    return repr(given) if isinstance(given, int | float | str | list | tuple) else None


def lint(feedback: Feedback, secret: str | None = None) -> Iterator[str]:
    """What is wrong with a message's form."""
    message = feedback.message
    if len(message) > LONGEST:
        yield f"is {len(message)} letters long: {message}"
    if not message.endswith((".", "?")) or message[:1].islower():
        yield f"is no sentence: {message!r}"
    if found := RUSHED.search(message):
        yield f"says {found[0]!r}: {message}"
    if re.search(r"0x[0-9a-f]{6}|/tmp|/home|site-packages", message):
        yield f"names a place of this machine: {message}"
    if secret and re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", message):
        yield f"gives the answer away: {message}"


def calling(*arguments: object, seconds: float = 4.0, walks: int = 1) -> Exercise:
    """An exercise whose check calls the answer, and is content with anything but None."""
    form = "def work(x): ...", ("One.", "Two."), "def work(x): return 1", "It is. It does."

    @exercise(*form, seconds=seconds, walks=walks)
    def sample(work):
        if work(*arguments) is None:
            raise NotYet("none", "It returned None.")
        return "It returned something."

    return sample


def running(code: str, *arguments: object) -> tuple[str, str]:
    """The code and the message for an answer whose body is `code`."""
    sample = calling(*arguments)
    told = sample.check(answer(sample, f"def work(x=None):\n    {code}"))
    return told.code, told.message
