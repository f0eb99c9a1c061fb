"""The exercises' right answers agree with PyTorch for whatever a learner could try."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.checks.convert import as_number
from tests.support.exercises import EXERCISES, answer, answers

SEEDS = st.integers(0, 2**16)
SIZES = st.integers(1, 5)
SHAPES = st.lists(SIZES, min_size=1, max_size=4).map(tuple)
SCALES = st.sampled_from([0.01, 1.0, 30.0, 1000.0])


def right_answers(name: str) -> list:
    """The solution and every other right answer, by the exercise's name."""
    exercise = EXERCISES[name]
    sources = [exercise.solution().source, *answers(exercise).right.values()]
    return [answer(exercise, source) for source in sources]


MSE, MATCHED, ENTROPY, FIRST = map(
    right_answers, ("mse", "match_target", "cross_entropy", "untrained_loss")
)


@settings(max_examples=25, deadline=None)
@given(SHAPES, SEEDS, SCALES)
def test_mean_squared_errors(shape, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    output, target = (scale * torch.randn(2, *shape, generator=generator)).unbind()
    for right in MSE:
        torch.testing.assert_close(right(output, target), F.mse_loss(output, target))


@settings(max_examples=25, deadline=None)
@given(SHAPES, SEEDS)
def test_matched_targets(shape, seed):
    output = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    target = torch.arange(float(output.numel()))
    for right in MATCHED:
        assert right(output, target).tolist() == target.reshape(shape).tolist()
        with pytest.raises((AssertionError, RuntimeError, ValueError)):
            right(output, torch.zeros(output.numel() + 1))


@settings(max_examples=25, deadline=None)
@given(SIZES, st.integers(2, 6), SEEDS, SCALES)
def test_cross_entropies(images, classes, seed, scale):
    generator = torch.Generator().manual_seed(seed)
    output = scale * torch.randn(images, classes, generator=generator)
    target = torch.randint(classes, (images,), generator=generator)
    for right in ENTROPY:
        torch.testing.assert_close(right(output, target), F.cross_entropy(output, target))


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 2000))
def test_first_losses(classes):
    zeros = torch.zeros(1, classes)
    one = F.cross_entropy(zeros, torch.tensor([0]))
    for right in FIRST:
        assert as_number(right(classes), "") == pytest.approx(one.item())
        several = F.binary_cross_entropy_with_logits(zeros, zeros)
        assert as_number(right(classes, several=True), "") == pytest.approx(several.item())
