"""Losses term by term agree with PyTorch's, and refuse what cannot be compared."""

import warnings

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.loss.squared_errors import (
    error_curves,
    pair_up,
    score_curves,
    squared_errors,
)

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def drawn(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@settings(max_examples=60, deadline=None)
@given(shape=SHAPES, seed=st.integers(0, 999))
def test_squared_errors_are_pytorchs(shape, seed):
    output, target = drawn(seed, *shape), drawn(seed + 1000, *shape)
    found = squared_errors(output, target)
    assert found.mean == pytest.approx(F.mse_loss(output, target).item(), rel=1e-5)
    squares = F.mse_loss(output, target, reduction="none").flatten()
    assert found.squares.float().tolist() == pytest.approx(squares.tolist(), rel=1e-5)
    assert found.errors.tolist() == pytest.approx((output - target).flatten().tolist(), rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 12), seed=st.integers(0, 999))
def test_pairs_are_what_broadcasting_makes(count, seed):
    output, target = drawn(seed, count, 1), drawn(seed + 1000, count)
    pairs = pair_up(output, target)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        computed = F.mse_loss(output, target).item()
    assert pairs.mean == pytest.approx(computed, rel=1e-5)
    assert pairs.meant == pytest.approx(F.mse_loss(output.view(-1), target).item(), rel=1e-5)
    assert pairs.squares.shape == (count, count)


@given(seed=st.integers(0, 999))
def test_one_answer_for_all_halves_the_loss_of_identical_pairs(seed):
    target = drawn(seed, 10)
    same = pair_up(target.view(10, 1), target).mean
    flat = pair_up(target.mean().expand(10, 1), target).mean
    assert flat == pytest.approx(same / 2, rel=1e-5)


@given(error=st.floats(-9, 9, width=32))
def test_error_curves_are_pytorchs(error):
    values, zero = torch.tensor([error]), torch.zeros(1)
    found = {curve.name: curve.losses.item() for curve in error_curves(values)}
    assert found == pytest.approx(
        {
            "L1Loss": F.l1_loss(values, zero).item(),
            "MSELoss": F.mse_loss(values, zero).item(),
            "SmoothL1Loss": F.smooth_l1_loss(values, zero).item(),
        }
    )


@given(score=st.floats(-20, 20, width=32), classes=st.integers(2, 20))
def test_score_curves_are_the_formulas(score, classes):
    values = torch.tensor([score], dtype=torch.float64)
    yes, right = score_curves(values, classes)
    exp = values.exp().item()
    assert yes.losses.item() == pytest.approx(torch.log1p(1 / values.exp()).item(), abs=1e-9)
    expected = -torch.tensor(exp / (exp + classes - 1), dtype=torch.float64).log().item()
    assert right.losses.item() == pytest.approx(expected, abs=1e-9)


def test_what_is_compared_stays_as_it_was():
    output = torch.ones(3, requires_grad=True)
    found = squared_errors(output, torch.zeros(3))
    found.output.zero_()
    assert output.tolist() == [1, 1, 1]
    assert not found.squares.requires_grad
    whole = torch.ones(2, dtype=torch.float64)
    squared_errors(whole, whole).output.zero_()
    pair_up(whole.view(2, 1), whole).target.zero_()
    assert whole.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("output", "target", "says"),
    [
        (torch.ones(1, 10), torch.ones(10), r"\(1, 10\) and target \(10,\)\. target\.view_as"),
        (torch.ones(4, 1), torch.ones(4), r"same shape; these are output \(4, 1\)"),
        (torch.ones(1, 10), torch.ones(7), "hold 10 and 7 numbers"),
        (torch.ones(0), torch.ones(0), r"nothing to compare in shape \(0,\)"),
    ],
)
def test_shapes_that_differ_are_refused(output, target, says):
    with pytest.raises(ValueError, match=says):
        squared_errors(output, target)


@pytest.mark.parametrize(
    ("output", "target", "says"),
    [
        (torch.ones(4), torch.ones(4), r"column \(n, 1\) and a row \(n,\).* \(4,\) and \(4,\)"),
        (torch.ones(4, 1), torch.ones(3), r"\(4, 1\) and \(3,\)"),
        (torch.ones(0, 1), torch.ones(0), r"\(0, 1\) and \(0,\)"),
        (torch.ones(4, 1), torch.ones(4, 1), r"\(4, 1\) and \(4, 1\)"),
    ],
)
def test_other_shapes_make_no_pairs(output, target, says):
    with pytest.raises(ValueError, match=says):
        pair_up(output, target)


@pytest.mark.parametrize("compare", [squared_errors, pair_up])
def test_what_is_no_tensor_is_refused(compare):
    with pytest.raises(TypeError, match=r"The output is a tensor of numbers; this is list\."):
        compare([1.0], torch.ones(1))
    with pytest.raises(TypeError, match=r"The target is a tensor of numbers; this is float\."):
        compare(torch.ones(1), 1.0)
