"""The five lines in any order, on one neuron: what stands where after each."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.update.lines import LINES
from course_utils.lessons.update.training_step import run_lines
from course_utils.network.neuron import Neuron

ONCE = ["zero", "forward", "loss", "backward", "step"]


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.sampled_from(list(LINES)), max_size=20),
    rate=st.sampled_from([0.0, 0.05, 0.3]),
    w=st.sampled_from([0.75, -1.0, 0.1]),
)
def test_every_order_does_what_arithmetic_says(lines, rate, w):
    states = run_lines(lines, Neuron(w=w), rate)
    assert [state.line for state in states] == [None, *lines]
    seen = judged = sent = None  # the state of the forward pass that output, loss, backward are of
    for before, now in pairwise(states):
        neuron, grad = before.neuron, before.grad
        possible = True
        match now.line:
            case "zero":
                grad = None
            case "forward":
                seen = now
            case "loss":
                judged, possible = seen, seen is not None
            case "backward":
                possible = judged is not None and judged is not sent
                if possible:
                    by_w, by_b = grad or (0.0, 0.0)
                    grad = (by_w + judged.neuron.loss_by_w, by_b + judged.neuron.loss_by_b)
                    sent = judged
            case "step" if grad:
                neuron = Neuron(w=neuron.w - rate * grad[0], b=neuron.b - rate * grad[1])
        assert (now.refusal is None) == possible
        assert (now.neuron.w, now.neuron.b) == pytest.approx((neuron.w, neuron.b))
        assert now.grad == (grad if grad is None else pytest.approx(grad))
        assert now.output == (seen and pytest.approx(seen.neuron.output))
        assert now.loss == (judged and pytest.approx(judged.neuron.loss))
        assert now.output_is_old == (seen is not None and seen.neuron != now.neuron)
        assert now.loss_is_old == (judged is not None and judged.neuron != now.neuron)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["loss"], "no output yet"),
        (["forward", "backward"], "no loss yet"),
        (["forward", "loss", "backward", "backward"], "its graph is gone"),
        (["forward", "loss", "backward", "loss", "backward"], "its graph is gone"),
    ],
)
def test_what_pytorch_refuses_changes_nothing_and_says_why(lines, says):
    *_, before, after = run_lines(lines)
    assert says in after.refusal
    assert (after.neuron, after.grad, after.loss) == (before.neuron, before.grad, before.loss)


def test_an_unknown_line_and_a_negative_rate_are_refused():
    with pytest.raises(ValueError, match=r"A line is one of zero, .*; this one is 'stop'"):
        run_lines(["stop"])
    with pytest.raises(ValueError, match="learning rate"):
        run_lines(ONCE, rate=-1.0)
