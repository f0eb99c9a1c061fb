"""The five lines in any order do to one neuron what they do in PyTorch."""

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import optim

from course_utils.lessons.update.training_step import LINES, run_lines
from course_utils.network.neuron import Neuron

ROUND = ["zero", "forward", "loss", "backward", "step"]


def in_torch(lines, neuron, rate):
    """The same lines in PyTorch: what stands where after each, or "refused"."""
    w, b = (torch.nn.Parameter(torch.tensor(v, dtype=torch.float64)) for v in (neuron.w, neuron.b))
    optimizer = optim.SGD([w, b], lr=rate)
    output = loss = None
    for line in lines:
        refused = False
        try:
            match line:
                case "zero":
                    optimizer.zero_grad()
                case "forward":
                    output = (w * neuron.x + b).relu()
                case "loss":
                    loss = (output - neuron.target) ** 2
                case "backward":
                    loss.backward()
                case "step":
                    optimizer.step()
        except (RuntimeError, AttributeError, TypeError):
            refused = True
        values = [None if t is None else t.item() for t in (w, b, w.grad, b.grad, output, loss)]
        yield refused, values


def close(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        assert one == (other if other is None else pytest.approx(other, abs=1e-9, rel=1e-9))


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.sampled_from(list(LINES)), max_size=25),
    rate=st.sampled_from([0.0, 0.05, 0.3]),
    w=st.sampled_from([0.75, -1.0, 0.1]),
)
@example(  # a loss that is sent back after its weights have moved
    lines=[*ROUND, "forward", "loss", "step", "backward", "step"], rate=0.05, w=0.75
)
def test_every_order_does_what_pytorch_does(lines, rate, w):
    neuron = Neuron(w=w)
    states = run_lines(lines, neuron, rate)
    assert len(states) == len(lines) + 1
    for state, (refused, values) in zip(states[1:], in_torch(lines, neuron, rate), strict=True):
        assert bool(state.refusal) == refused, lines
        grads = state.grad or (None, None)
        close([state.neuron.w, state.neuron.b, *grads, state.output, state.loss], values)


def test_a_round_is_the_rule():
    last = run_lines(ROUND)[-1]
    assert (last.neuron.w, last.neuron.b) == (0.75 - 0.05 * 4, 0.5 - 0.05 * 2)
    assert last.output_is_old
    assert last.loss_is_old


def test_a_new_forward_makes_the_output_new_and_leaves_the_loss_old():
    last = run_lines([*ROUND, "forward"])[-1]
    assert not last.output_is_old
    assert last.loss_is_old


def test_without_zero_the_second_gradient_is_added():
    assert run_lines([*ROUND, *ROUND[1:4]])[-1].grad == pytest.approx((6.0, 3.0))


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
        run_lines(ROUND, rate=-1.0)
