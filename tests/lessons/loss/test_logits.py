"""Cross entropy, its slope and the squared error of pushed logits are what autograd finds."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.loss.logits import checked_class, mix, one_row, softmax_floor

scores = st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=12)
nan, inf = math.nan, math.inf


@settings(max_examples=150, deadline=None)
@given(data=st.data(), logits=scores, value=st.floats(-30, 30), softmax_first=st.booleans())
def test_every_number_is_pytorchs(data, logits, value, softmax_first):
    classes = st.integers(0, len(logits) - 1)
    label, pushed = data.draw(classes), data.draw(classes)
    found = mix(torch.tensor(logits), label, pushed, value, softmax_first)
    z = torch.tensor(logits, dtype=torch.float64)
    z[pushed] = value
    z.requires_grad_()
    given_ = z.softmax(0) if softmax_first else z
    loss = F.cross_entropy(given_, torch.tensor(label))
    loss.backward()
    target = F.one_hot(torch.tensor(label), len(z)).double()
    assert found.cross_entropy == pytest.approx(loss.item(), abs=1e-9)
    assert found.slope == pytest.approx(z.grad[pushed].item(), abs=1e-9)
    assert found.mse == pytest.approx(F.mse_loss(given_, target).item(), abs=1e-9)
    assert found.shares.sum() == pytest.approx(1)
    assert found.answer == int(z.argmax())
    assert found.value == pytest.approx(value)
    assert found.unusable == ()


@given(logits=scores, softmax_first=st.booleans())
def test_the_curves_pass_through_the_point(logits, softmax_first):
    values = torch.tensor([-5.0, 0.0, 20.0])
    for value, at in ((-5.0, 0), (20.0, 2)):
        found = mix(torch.tensor(logits), 0, 1, value, softmax_first, values)
        curve = found.on_softmax if softmax_first else found.on_logits
        assert float(curve[at]) == pytest.approx(found.cross_entropy)


@settings(max_examples=60)
@given(classes=st.integers(2, 1000), value=st.floats(-50, 500))
def test_softmax_first_never_falls_below_the_floor(classes, value):
    found = mix(torch.zeros(classes), 0, 0, value, softmax_first=True)
    assert found.cross_entropy >= softmax_floor(classes) - 1e-12
    assert found.floor == softmax_floor(classes)


def test_the_floor_is_reached_and_known():
    assert softmax_floor(10) == pytest.approx(-math.log(math.e / (math.e + 9)))
    assert mix(torch.zeros(10), 3, 3, 100.0, True).cross_entropy == pytest.approx(softmax_floor(10))
    assert softmax_floor(1) == 0


def test_large_logits_neither_overflow_nor_vanish():
    assert mix(torch.zeros(10), 3, 8, 1000.0).cross_entropy == 1000
    assert mix(torch.zeros(10), 3, 3, 1000.0).cross_entropy == 0


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_numbers_that_are_none_are_named(bad):
    logits = torch.zeros(10)
    logits[4] = bad
    found = mix(logits, 3, 3, 0.0)
    assert found.unusable == (4,)
    assert not math.isfinite(found.cross_entropy + found.mse)
    assert mix(logits, 3, 4, 0.0).unusable == ()


def test_the_given_logits_stay_as_they_were():
    for dtype in (torch.float32, torch.float64):
        logits = torch.zeros(1, 10, dtype=dtype, requires_grad=True)
        assert not mix(logits, 3, 3, 5.0).shares.requires_grad
        assert logits.abs().sum() == 0


def test_a_label_may_be_a_tensor():
    assert mix(torch.zeros(10), torch.tensor(3), 3, 1.0).label == 3
    assert checked_class(torch.tensor([7]), 10) == 7


@pytest.mark.parametrize(
    ("logits", "says"),
    [
        (torch.zeros(2, 10), r"shape \(C,\) or \(1, C\); these have \(2, 10\)\. Choose one image"),
        (torch.zeros(0), r"these have \(0,\)"),
        (torch.tensor(1.0), r"these have \(\)"),
    ],
)
def test_logits_of_another_shape_are_refused(logits, says):
    with pytest.raises(ValueError, match=says):
        one_row(logits)


def test_logits_are_a_tensor():
    with pytest.raises(TypeError, match=r"this is list"):
        one_row([0.0, 1.0])


@pytest.mark.parametrize("number", [10, -1, torch.tensor(10)])
def test_a_class_out_of_range_is_refused(number):
    with pytest.raises(ValueError, match=r"The label is (10|-1), but 10 scores .* 0 to 9\."):
        mix(torch.zeros(10), number, 0, 0.0)


@pytest.mark.parametrize("number", [3.0, True, "3", None, torch.tensor(3.0), torch.tensor([1, 2])])
def test_a_class_that_is_no_whole_number_is_refused(number):
    with pytest.raises(TypeError, match="The pushed class is a whole number from 0 to 9; this is"):
        mix(torch.zeros(10), 0, number, 0.0)


def test_no_class_is_too_few():
    with pytest.raises(ValueError, match="at least one class; this says 0"):
        softmax_floor(0)
