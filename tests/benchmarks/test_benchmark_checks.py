"""What a learner waits for a verdict: each exercise's check of its own solution.

Exercises whose check trains a network say so by a time limit of their own.
"""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from course_utils.checks.exercise import SECONDS
from tests.support.exercises import EXERCISES, answer

AT_MOST = 0.15  # seconds, on a machine that does nothing else


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_answers_at_once(benchmark, name):
    torch.set_num_threads(1)
    exercise = EXERCISES[name]
    given = answer(exercise, exercise.solution().source)
    assert benchmark.pedantic(exercise.check, (given,), rounds=9, warmup_rounds=1)
    if exercise.seconds <= SECONDS:
        assert benchmark.stats.stats.median < AT_MOST
