"""An exercise as a learner meets it: verdicts, hints, the solution, choices, memory."""

import pytest

from course_utils.checks.exercise import choice, exercise
from course_utils.checks.feedback import CORRECT, NOT_STARTED, NOT_YET, STOPPED
from tests.support.exercises import answer, calling


def test_an_exercise_says_what_it_can_do():
    assert repr(calling(1)) == "sample: .check(work), .hint(), .solution(), .starter()"


def test_after_correct_the_solution_is_offered():
    told = calling(1).check(lambda x: x)
    assert told.message == "It returned something. `sample.solution()` shows our way, and why."


def test_hints_come_one_at_a_time_and_begin_again():
    sample = calling(1)
    for _ in range(2):
        assert [repr(sample.hint()) for _ in range(3)] == [
            "Hint 1 of 2: One.",
            "Hint 2 of 2: Two.",
            "No more hints: `sample.solution()` shows one way to solve it.",
        ]


def test_a_choice_takes_its_letter_in_any_case():
    sky = choice("sky", {"b": "Blue."}, {"a": ("dusk", "At dusk."), "c": ("sea", "No.")}, ())
    assert [sky.check(text).status for text in ("b", " B\n", "b)", "'b'", ["b"])] == [CORRECT] * 5
    wrong = [sky.check(text).code for text in ("a", "C", "ab", "", 1, ["b", "c"])]
    assert wrong == ["dusk", "sea", *["no_option"] * 4]
    assert "a, b or c; this is the text 'd'." in repr(sky.check("d"))
    assert sky.check(...).status == NOT_STARTED


@exercise("def double(x): ...", (), "def double(x): return 2 * x", "Twice. It is.")
def doubled(double):
    assert [double(x) for x in (1, 2, 3)] == [2, 4, 6]
    return "All three are doubled."


MEMORIES = {
    "`calls`": "calls = 0\ndef double(x):\n    global calls\n    calls += 1\n    return {}",
    "`seen`": "seen = []\ndef double(x):\n    seen.append(x)\n    calls = len(seen)\n    return {}",
    "a default argument": (
        "def double(x, seen=[]):\n    seen.append(x)\n    calls = len(seen)\n    return {}"
    ),
    "`double`": (
        "def double(x):\n    double.calls = calls = getattr(double, 'calls', 0) + 1\n    return {}"
    ),
    "`kept`": (
        "def make():\n    kept = 0\n    def double(x):\n        nonlocal kept\n        kept += 1\n"
        "        calls = kept\n        return {}\n    return double\ndouble = make()"
    ),
}


@pytest.mark.parametrize("name", MEMORIES)
def test_what_an_answer_keeps_between_calls_is_named_at_the_first_click_and_the_second(name):
    harmless = answer(doubled, MEMORIES[name].replace("{}", "2 * x"))
    harmful = answer(doubled, MEMORIES[name].replace("{}", "2 * x if calls < 4 else x"))
    for _ in range(2):
        assert doubled.check(harmless)
        told = doubled.check(harmful)
        assert (told.status, told.code) == (NOT_YET, "keeps_memory")
        assert f"your code keeps {name} between calls" in told.message


def test_an_answer_that_is_right_with_some_random_numbers_alone_is_refused():
    source = "import random\ndef double(x): return 2 * x + (random.random() < 0.15)"
    told = doubled.check(answer(doubled, source))
    assert (told.status, told.code) == (STOPPED, "AssertionError")
