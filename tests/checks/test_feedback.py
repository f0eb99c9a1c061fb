"""Verdicts, hints and solutions: words first, readable in every theme, saved with a name."""

import re

import pytest
from IPython.core.formatters import DisplayFormatter

from course_utils.checks.feedback import (
    COLOURS,
    CORRECT,
    INK,
    NOT_STARTED,
    NOT_YET,
    PAPER,
    STOPPED,
    VERDICT,
    Feedback,
    Solution,
)
from tests.support.exercises import calling


def test_only_correct_is_true():
    statuses = {status: bool(Feedback(status, "", "A sentence.")) for status in COLOURS}
    assert statuses == {CORRECT: True, NOT_YET: False, NOT_STARTED: False, STOPPED: False}


def test_words_come_first_in_both_forms():
    feedback = Feedback(NOT_YET, "no_bias", "`bias` is <missing>.")
    assert repr(feedback) == "Not yet: `bias` is <missing>."
    html = feedback._repr_html_()
    assert ">bias</code> is &lt;missing&gt;." in html
    assert re.sub(r"<[^>]+>", "", html) == "Not yet: bias is &lt;missing&gt;."
    assert 'role="status"' in html


def test_a_verdict_is_saved_with_the_exercise_and_the_code_beside_words_and_html():
    verdict = calling(1).check(lambda x: x and None)
    kinds, _ = DisplayFormatter().format(verdict)
    assert kinds == {
        "text/plain": "Not yet: It returned None.",
        "text/html": verdict._repr_html_(),
        VERDICT: {"exercise": "sample", "status": NOT_YET, "code": "none"},
    }
    assert verdict == Feedback(NOT_YET, "none", "It returned None.")


@pytest.mark.parametrize(
    ("work", "status"),
    [(lambda x: x, CORRECT), (..., NOT_STARTED), (lambda x: 1 / 0, STOPPED), (None, STOPPED)],
)
def test_every_verdict_names_its_exercise(work, status):
    verdict = calling(1).check(work)
    assert (verdict.exercise, verdict.status) == ("sample", status)


def light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05


@pytest.mark.parametrize("status", COLOURS)
def test_colours_are_readable_on_the_paper_they_bring_along(status):
    html = Feedback(status, "", "See `x`.")._repr_html_()
    assert light(PAPER) / light(COLOURS[status]) >= 4.5
    assert light(PAPER) / light(INK) >= 4.5
    assert all("color:" in style for style in re.findall(r'style="([^"]*)"', html))
    assert html.count(f"background:{PAPER};color:{INK}") == 2


def test_a_solution_is_shown_as_code_with_its_reason():
    shown = Solution("answer = 1", "One is right.")
    assert shown._repr_markdown_() == "```python\nanswer = 1\n```\n\nOne is right."
    assert Solution("answer = 1")._repr_markdown_() == "```python\nanswer = 1\n```"
