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
from types import FunctionType

import torch

from course_utils.checks.exercise import SECONDS, Exercise
from course_utils.checks.feedback import CORRECT, NOT_STARTED, NOT_YET, STOPPED, Feedback
from tests.support.exercises import (
    ANSWERS,
    EXERCISES,
    answer,
    answers,
    codes,
    contents,
    every_exercise,
    lint,
    properties,
    state,
)
from tests.support.junk import JUNK
from tests.support.lessons import nothing_in
from tests.support.mutants import mutants

MUTANT_SECONDS = 1.0  # an endless mutant is refused sooner than a learner's loop is stopped
AT_LEAST_RIGHT, AT_LEAST_WRONG = 2, 5


@functools.cache
def checked(exercise: Exercise, source: str) -> tuple[object, Feedback]:
    """An answer and the first verdict on it."""
    given = answer(exercise, source)
    return given, exercise.check(given)


def verdict(exercise: Exercise, source: str) -> Feedback:
    return checked(exercise, source)[1]


def solved(exercise: Exercise) -> object:
    return answer(exercise, exercise.solution().source)


@every_exercise
def test_the_solution_is_correct(exercise):
    told = verdict(exercise, exercise.solution().source)
    assert told.status == CORRECT, told
    assert bool(told) is True
    assert f" `{exercise.name}.solution()` " in told.message
    assert re.fullmatch(r"(?s)[A-Z`].*[.?] .*\.", exercise.solution().why)
    assert 2 <= len(exercise.hints) <= 3


@every_exercise
def test_a_check_says_the_same_again_and_its_time_stands_in_the_table(exercise, record_property):
    given, seconds = solved(exercise), []
    for _ in range(1 if exercise.walks == 1 else 3):
        began = time.process_time()
        assert exercise.check(given)
        seconds.append(time.process_time() - began)
    record_property("exercise", {"name": exercise.name, "ms": 1000 * min(seconds)})


@every_exercise
def test_other_right_answers_are_accepted(exercise, record_property):
    right = answers(exercise).right
    told = {name: verdict(exercise, source) for name, source in right.items()}
    nothing_in(f"{name}: {feedback}" for name, feedback in told.items() if not feedback)
    assert len(set(right.values()) - {exercise.solution().source}) >= AT_LEAST_RIGHT
    record_property("exercise", {"name": exercise.name, "right": len(right)})


@every_exercise
def test_every_mistake_is_named_when_it_is_handed_in(exercise, record_property):
    nothing_in(
        f"{mistake.code} was answered {told.code!r}: {told}"
        for mistake in exercise.mistakes
        if ((told := exercise.check(mistake.function)).code, told.status) != (mistake.code, NOT_YET)
    )
    record_property("exercise", {"name": exercise.name, "named": len(exercise.mistakes)})


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
    record_property("exercise", {"name": exercise.name, "wrong": len(expected)})


@every_exercise
def test_a_comment_lists_what_the_check_tells_apart(exercise, record_property):
    count = properties(exercise)
    assert count or type(solved(exercise)) is str  # a choice has its letters
    record_property("exercise", {"name": exercise.name, "properties": count})


@every_exercise
def test_what_a_message_says_is_true_of_the_answer(exercise):
    own, solution = codes(exercise), solved(exercise)
    for wrong in answers(exercise).wrong:
        if wrong.is_true:
            assert wrong.is_true(answer(exercise, wrong.source)), f"{wrong.code}: {wrong.source}"
            assert not wrong.is_true(solution), f"{wrong.code} is true of the solution too"
            own.discard(wrong.code)
    unproven = own - {"no_option"}
    nothing_in(f"{code}: no predicate says whether its message is true" for code in unproven)


@every_exercise
def test_every_code_is_earned(exercise):
    earned = {wrong.code for wrong in answers(exercise).wrong}
    nothing_in(f"{code}: no wrong answer earns it" for code in sorted(codes(exercise) - earned))


@every_exercise
def test_different_mistakes_are_told_apart(exercise):
    said: dict[str, str] = {}
    told = [verdict(exercise, wrong.source) for wrong in answers(exercise).wrong]
    pairs = [(one.message, one.code) for one in told]
    for message, code in [*pairs, *((one.sentence, one.code) for one in exercise.mistakes)]:
        other = said.setdefault(message, code)
        assert other == code, f"{other} and {code} say the same"


class Callable:
    """An object with a method, and one that is called itself."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **keywords):
        return self.function(*args, **keywords)

    method = __call__


@every_exercise
def test_a_function_may_come_in_any_dress(exercise):
    given = solved(exercise)
    if type(given) is FunctionType:
        dresses = functools.partial(given), Callable(given).method, Callable(given)
        for dressed in dresses[: None if exercise.walks > 1 else 1]:
            assert exercise.check(dressed), dressed


@every_exercise
def test_an_answer_that_is_right_only_at_first_is_told_that_it_keeps_something(exercise):
    given, calls = solved(exercise), []
    if type(given) is not FunctionType or exercise.walks == 1:
        return

    def counted(*args, **keywords):
        calls.append(1)
        return given(*args, **keywords) if len(calls) <= most else None

    most = 10**6
    exercise.behaviour(counted)
    most = len(calls)
    calls.clear()
    for _ in range(2):
        told = exercise.check(counted)
        assert (told.status, told.code) == (NOT_YET, "keeps_memory"), told
        assert "`calls`" in told.message
        assert calls == []


@every_exercise
def test_a_seed_left_behind_is_refused(exercise):
    given = solved(exercise)
    if type(given) is not FunctionType or exercise.walks == 1:
        return

    def seeded(*args, **keywords):
        torch.manual_seed(0)
        return given(*args, **keywords)

    told = exercise.check(seeded)
    assert "random numbers" in told.message, told


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
def test_the_starter_is_not_started_and_does_not_hide_the_exercise(exercise):
    starter = exercise.starter
    commented = "# my first try\n" + starter.source.replace("\n\n", "\n")
    for source in (starter.source, commented, f"{starter.name} = ..."):
        told = verdict(exercise, source)
        assert told.status == NOT_STARTED, told
        assert not told
    assert repr(starter()) == starter.source
    assert starter.name != exercise.name


@every_exercise
def test_nothing_is_left_behind_and_the_verdict_is_the_same_again_from_any_state(exercise, capfd):
    known = answers(exercise)
    wrong = [one.source for one in known.wrong]
    for source in [exercise.solution().source, *known.right.values(), *wrong]:
        given, first = checked(exercise, source)
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(12345)
            random.seed(6)
            torch.set_default_dtype(torch.float64)
            try:
                before = [state(), contents(given)]
                again = exercise.check(given)
                assert [state(), contents(given)] == before, again
            finally:
                torch.set_default_dtype(torch.float32)
        assert again == first
    assert capfd.readouterr() == ("", "")


@every_exercise
def test_messages_are_short_sentences_that_keep_the_answer(exercise):
    known, value = answers(exercise), solved(exercise)
    secret = f"{value:,}" if type(value) in (int, float) else None
    sources = [*(wrong.source for wrong in known.wrong), *known.stopped.values()]
    told = [verdict(exercise, source) for source in sources]
    said = [*(mistake.sentence for mistake in exercise.mistakes), *exercise.hints]
    told += [Feedback(NOT_YET, "", words) for words in said]
    open_ = [exercise.solution().source, exercise.starter.source]  # nothing is kept secret here
    problems = [problem for one in told for problem in lint(one, secret)]
    nothing_in(problems + [each for source in open_ for each in lint(verdict(exercise, source))])


@every_exercise
def test_mutants_of_the_solution_are_refused(exercise, record_property):
    patient = copy.copy(exercise)
    if exercise.seconds == SECONDS:  # one with a limit of its own works long, and ends
        patient.seconds = MUTANT_SECONDS
    made = mutants(exercise.solution().source)
    equal = answers(exercise).equal
    known = equal if exercise.walks == 1 else {}  # the equal ones of a check that takes long
    tried = [mutant for mutant in made if mutant.label not in known]
    survivors = {mutant.label for mutant in tried if accepted(patient, mutant.tree)}
    survivors |= {mutant.label for mutant in made} & set(known)
    nothing_in(f"survives: {label!r}" for label in sorted(survivors - set(equal)))
    nothing_in(f"is listed as equal, but is refused: {label!r}" for label in set(equal) - survivors)
    nothing_in(f"{label}: why is it equal?" for label in equal if len(equal[label].split()) < 3)
    record_property("exercise", {"name": exercise.name, "mutants": len(made)})


def accepted(exercise: Exercise, tree) -> bool:
    try:
        given = answer(exercise, tree)
    except Exception:
        return False  # its own cell fails in the notebook, before any check
    return bool(exercise.check(given))


def test_no_file_is_left_without_its_exercise():
    for folder in {path.parent for path in ANSWERS.values()}:
        wanted = {path for path in ANSWERS.values() if path.parent == folder}
        assert set(folder.glob("*.py")) == wanted


def test_importing_an_exercise_draws_no_random_number():
    before = torch.get_rng_state()
    for name in sorted({exercise.behaviour.__module__ for exercise in EXERCISES.values()}):
        spec = importlib.util.find_spec(name)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert torch.equal(torch.get_rng_state(), before)
