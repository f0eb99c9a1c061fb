"""Every exercise, proven: right is accepted, wrong is named, nothing is left behind.

The exercises are found by themselves. Each names its well-known mistakes; what else is known to
be right and wrong stands in `tests/lessons/<lesson>/answers/`.
"""

import copy
import functools
import importlib.util
import random
import re
import time
from collections.abc import Iterator
from types import FunctionType

import numpy
import pytest
import torch
from torch.nn.parameter import is_lazy

from course_utils.checks.exercise import SECONDS, Exercise
from course_utils.checks.feedback import CORRECT, NOT_STARTED, NOT_YET, STOPPED, Feedback
from tests.support.exercises import (
    ANSWERS,
    EXERCISES,
    answer,
    answers,
    codes,
    every_exercise,
)
from tests.support.junk import JUNK
from tests.support.lessons import nothing_in
from tests.support.mutants import mutants

MUTANT_SECONDS = 1.0  # an endless mutant is refused sooner than a learner's loop is stopped
LONGEST = 330
AT_LEAST_RIGHT, AT_LEAST_WRONG = 2, 5
RUSHED = re.compile(r"\b(just|simply|obviously|easy|easily|trivial|of course)\b", re.I)


@pytest.fixture(autouse=True)
def timed(request, record_property):
    """Report the test's seconds under the exercise's name, for the table."""
    given = getattr(request.node, "callspec", None)
    torch.set_num_threads(1)
    began = time.perf_counter()
    yield
    if given and "exercise" in given.params:
        seconds = time.perf_counter() - began
        record_property("exercise", {"name": given.params["exercise"].name, "seconds": seconds})


def sources(exercise: Exercise) -> Iterator[str]:
    """Every answer that is known and ends without an exception."""
    known = answers(exercise)
    yield from (exercise.solution().source, *known.right.values())
    yield from (wrong.source for wrong in known.wrong)


def verdict(exercise: Exercise, source: str) -> Feedback:
    return exercise.check(answer(exercise, source))


@every_exercise
def test_the_solution_is_correct(exercise):
    feedback = verdict(exercise, exercise.solution().source)
    assert feedback.status == CORRECT, feedback
    assert bool(feedback) is True


@every_exercise
def test_other_right_answers_are_accepted(exercise, record_property):
    right = answers(exercise).right
    nothing_in(
        f"{name}: {feedback}"
        for name, source in right.items()
        if not (feedback := verdict(exercise, source))
    )
    assert len(set(right.values()) - {exercise.solution().source}) >= AT_LEAST_RIGHT
    record_property("exercise", {"name": exercise.name, "right": len(right)})


@every_exercise
def test_every_mistake_is_named_when_it_is_handed_in(exercise):
    nothing_in(
        f"{mistake.code} was answered {told.code!r}: {told}"
        for mistake in exercise.mistakes
        if ((told := exercise.check(mistake.function)).code, told.status) != (mistake.code, NOT_YET)
    )


@every_exercise
def test_wrong_answers_are_told_which_mistake_it_is(exercise, record_property):
    known = answers(exercise)
    expected = [(NOT_YET, wrong.code, wrong.source) for wrong in known.wrong]
    expected += [(STOPPED, code, source) for code, source in known.stopped.items()]
    nothing_in(
        f"{code} was answered {told.code!r}: {told}\n{source}"
        for status, code, source in expected
        if ((told := verdict(exercise, source)).status, told.code) != (status, code)
    )
    assert len(known.wrong) >= AT_LEAST_WRONG
    count = len(expected) + len(exercise.mistakes)
    record_property("exercise", {"name": exercise.name, "wrong": count})


@every_exercise
def test_what_a_message_says_is_true_of_the_answer(exercise):
    solution = answer(exercise, exercise.solution().source)
    for wrong in answers(exercise).wrong:
        if wrong.is_true:
            assert wrong.is_true(answer(exercise, wrong.source)), f"{wrong.code}: {wrong.source}"
            assert not wrong.is_true(solution), f"{wrong.code} is true of the solution too"


@every_exercise
def test_every_code_is_earned(exercise):
    earned = {wrong.code for wrong in answers(exercise).wrong}
    nothing_in(f"{code}: no wrong answer earns it" for code in sorted(codes(exercise) - earned))


@every_exercise
def test_different_mistakes_are_told_apart(exercise):
    said: dict[str, str] = {}
    told = [verdict(exercise, wrong.source) for wrong in answers(exercise).wrong]
    for feedback in [*told, *(exercise.check(mistake.function) for mistake in exercise.mistakes)]:
        code = said.setdefault(feedback.message, feedback.code)
        assert code == feedback.code, f"{code} and {feedback.code} say the same"


class Callable:
    """An object with a method, and one that is called itself."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **keywords):
        return self.function(*args, **keywords)

    method = __call__


@every_exercise
def test_a_function_may_come_in_any_dress(exercise):
    given = answer(exercise, exercise.solution().source)
    if type(given) is FunctionType:
        held = Callable(given)
        for dressed in (
            functools.partial(given),
            held,
            held.method,
            lambda *a, **k: given(*a, **k),
        ):
            assert exercise.check(dressed), dressed


@every_exercise
def test_an_answer_that_is_right_only_at_first_is_told_that_it_keeps_something(exercise):
    given = answer(exercise, exercise.solution().source)
    if type(given) is not FunctionType or exercise.walks == 1:
        return
    calls: list[int] = []

    def counted(*args, **keywords):
        calls.append(1)
        return given(*args, **keywords) if len(calls) <= most else None

    most = 10**6
    assert copy.copy(exercise).check(counted)
    assert calls == []
    most = calls_of_one_walk(exercise, given)
    for _ in range(2):
        told = exercise.check(counted)
        assert (told.status, told.code) == (NOT_YET, "keeps_memory"), told
        assert "`calls`" in told.message


def calls_of_one_walk(exercise: Exercise, given) -> int:
    seen = [0]

    def count(*args, **keywords):
        seen[0] += 1
        return given(*args, **keywords)

    exercise.behaviour(count)
    return seen[0]


@every_exercise
def test_junk_is_refused_without_raising(exercise):
    problems = []
    for name, make in JUNK.items():
        feedback = exercise.check(make())
        if type(feedback) is not Feedback or feedback.status == CORRECT:
            problems.append(f"{name}: {feedback}")
        problems += [f"{name}: {problem}" for problem in lint(feedback)]
    nothing_in(problems)


@every_exercise
def test_the_starter_is_not_started(exercise):
    starter = exercise.starter
    commented = "# my first try\n" + starter.source.replace("\n\n", "\n")
    for source in (starter.source, commented, f"{starter.name} = ..."):
        feedback = verdict(exercise, source)
        assert feedback.status == NOT_STARTED, feedback
        assert not feedback


@every_exercise
def test_the_starter_does_not_hide_the_exercise(exercise):
    assert exercise.starter.name != exercise.name


def state() -> list[object]:
    return [
        torch.get_rng_state().tolist(),
        random.getstate(),
        numpy.random.get_state()[1].tolist(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
        torch.is_anomaly_enabled(),
    ]


@every_exercise
def test_a_check_leaves_no_trace(exercise, capfd):
    for source in sources(exercise):
        given = answer(exercise, source)
        before = [state(), contents(given)]
        exercise.check(given)
        assert [state(), contents(given)] == before
    assert capfd.readouterr() == ("", "")


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


@every_exercise
def test_the_verdict_is_the_same_again_and_from_any_state(exercise):
    for source in sources(exercise):
        given = answer(exercise, source)
        first = exercise.check(given)
        assert exercise.check(given) == first
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(12345)
            random.seed(6)
            torch.set_default_dtype(torch.float64)
            try:
                assert exercise.check(given) == first
            finally:
                torch.set_default_dtype(torch.float32)


def lint(feedback: Feedback, secret: str | None = None) -> list[str]:
    """What is wrong with a message's form."""
    message, problems = feedback.message, []
    if len(message) > LONGEST:
        problems.append(f"is {len(message)} letters long: {message}")
    if not message.endswith((".", "?")) or message[:1].islower():
        problems.append(f"is no sentence: {message!r}")
    if found := RUSHED.search(message):
        problems.append(f"says {found[0]!r}: {message}")
    if re.search(r"0x[0-9a-f]{6}|/tmp|/home|site-packages", message):
        problems.append(f"names a place of this machine: {message}")
    if secret and re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", message):
        problems.append(f"gives the answer away: {message}")
    return problems


def secret(exercise: Exercise) -> str | None:
    """The answer, where it is a single number; letters and functions have none to give away."""
    value = answer(exercise, exercise.solution().source)
    return f"{value:,}" if type(value) in (int, float) else None


@every_exercise
def test_messages_are_short_sentences_that_keep_the_answer(exercise):
    known, problems = answers(exercise), []
    for source in [*(wrong.source for wrong in known.wrong), *known.stopped.values()]:
        problems += lint(verdict(exercise, source), secret(exercise))
    for mistake in exercise.mistakes:
        problems += lint(Feedback(NOT_YET, mistake.code, mistake.sentence), secret(exercise))
    problems += lint(verdict(exercise, exercise.solution().source))
    problems += lint(verdict(exercise, exercise.starter.source))
    for hint in exercise.hints:
        problems += lint(Feedback(NOT_YET, "", hint), secret(exercise))
    nothing_in(problems)


@every_exercise
def test_hints_come_one_at_a_time_and_begin_again(exercise):
    fresh = copy.copy(exercise)
    fresh._hints_given = 0
    assert 2 <= len(exercise.hints) <= 3
    for round_ in range(2):
        for i, hint in enumerate(exercise.hints, 1):
            assert repr(fresh.hint()) == f"Hint {i} of {len(exercise.hints)}: {hint}", round_
        assert f"{exercise.name}.solution()" in repr(fresh.hint())


@every_exercise
def test_mutants_of_the_solution_are_refused(exercise, record_property):
    patient = copy.copy(exercise)
    if exercise.seconds == SECONDS:  # one with a limit of its own works long, and ends
        patient.seconds = MUTANT_SECONDS
    made = mutants(exercise.solution().source)
    survivors = {mutant.label for mutant in made if accepted(patient, mutant.tree)}
    equal = answers(exercise).equal
    nothing_in(f"survives: {label!r}" for label in sorted(survivors - set(equal)))
    nothing_in(f"is listed as equal, but is refused: {label!r}" for label in set(equal) - survivors)
    counts = {"name": exercise.name, "mutants": len(made), "equal": len(equal)}
    record_property("exercise", counts)


def accepted(exercise: Exercise, tree) -> bool:
    try:
        given = answer(exercise, tree)
    except Exception:
        return False  # its own cell fails in the notebook, before any check
    return bool(exercise.check(given))


def test_reasons_are_given_for_equal_mutants():
    for exercise in EXERCISES.values():
        for label, reason in answers(exercise).equal.items():
            assert len(reason.split()) >= 3, f"{exercise.name}, {label}: why is it equal?"


def test_no_file_is_left_without_its_exercise():
    for folder in {path.parent for path in ANSWERS.values()}:
        wanted = {path for path in ANSWERS.values() if path.parent == folder}
        assert set(folder.glob("*.py")) == wanted


@every_exercise
def test_a_solution_says_why_and_what_else_there_is(exercise):
    assert re.fullmatch(r"(?s)[A-Z`].*[.?] .*\.", exercise.solution().why)
    told = verdict(exercise, exercise.solution().source)
    assert f" `{exercise.name}.solution()` " in told.message
    assert repr(exercise.starter()) == exercise.starter.source


def test_importing_an_exercise_draws_no_random_number():
    before = torch.get_rng_state()
    for name in sorted({exercise.behaviour.__module__ for exercise in EXERCISES.values()}):
        spec = importlib.util.find_spec(name)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert torch.equal(torch.get_rng_state(), before)
