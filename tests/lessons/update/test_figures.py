"""Pictures of lesson 05 show what was computed, and say it with its numbers."""

import math
import re

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.optimize.step_size import step_curve
from course_utils.lessons.update.figures.orders import order_name, plot_orders
from course_utils.lessons.update.figures.training_step import ROWS, draw_training_step
from course_utils.lessons.update.orders import OrderRun
from course_utils.lessons.update.training_step import LINES, run_lines
from course_utils.network.neuron import Neuron

ROUND = ["zero", "forward", "loss", "backward", "step"]

RATES = [0.1, 0.25, 0.5, 0.75, 1.0, 1.25]


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def parabola(start=3.0):
    """loss = w²; a step with rate 0.5 meets the bottom."""
    net = nn.Linear(1, 1, bias=False).double()
    net.weight.data.fill_(start)
    one, zero = torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    return step_curve(net, one, zero, RATES, F.mse_loss)


def test_each_order_has_its_panel_with_its_losses():
    runs = [
        OrderRun(("zero", "forward"), (2.0, 1.0), moved=True),
        OrderRun(("forward", "zero"), (2.3, 2.3), moved=False),
    ]
    picture = plot_orders(runs)
    for axes, run in zip(picture.figure.axes, runs, strict=True):
        assert tuple(axes.lines[1].get_ydata()) == run.losses
        assert axes.get_title() == "\n".join(run.order)
        assert set(axes.lines[0].get_ydata()) == {math.log(10)}
    assert picture.description.endswith(
        "zero, forward: 1.5. forward, zero: 2.3, weights never moved."
    )


def test_an_order_has_a_name_or_its_lines():
    named = OrderRun(("forward", "loss", "backward", "step"), (), True)
    assert order_name(named) == "never zero"
    assert order_name(OrderRun(("step", "zero"), (), True)) == "step, zero"


def test_the_table_of_lines_holds_the_last_ones():
    states = run_lines([*ROUND, *ROUND])
    found = words(draw_training_step(states))
    shown = [word for word in found if re.match(r"\d+  ", word)]
    assert len(shown) == ROWS + 1
    assert shown[-1] == f"10  {LINES['step']}"
    assert "0.5500" in found


def test_what_a_line_changed_is_on_a_tint():
    count = {}
    for n, line in enumerate(ROUND, start=1):
        count[line] = draw_training_step(run_lines(ROUND[:n])).svg.count("<rect x")
    assert count == {"zero": 0, "forward": 1, "loss": 2, "backward": 4, "step": 6}


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "No line has run yet: which one first? Lines so far: 0."),
        (["zero"], "The gradients were None already."),
        (["forward"], "The neuron answers 2.0000 with its present weights."),
        (ROUND[:3], "The loss of that answer is 1.0000."),
        (ROUND[:4], "The gradients appear: 4.0000 for w. The weights have not moved."),
        (ROUND, "Line 5, optimizer.step(): The weight moves from 0.7500 to 0.5500"),
        ([*ROUND, "zero"], "The gradient of w, 4.0000, is gone: now None."),
        ([*ROUND, "loss"], "The loss of that answer is 1.0000, for weights that have moved since."),
        ([*ROUND, *ROUND[1:4]], "A gradient of 2.0000 was added to what w.grad held: now 6.0000."),
        ([*ROUND[:4], "backward"], "PyTorch would refuse: This loss has been sent back"),
        (["step"], "No gradients, no step: the weights stay."),
    ],
)
def test_every_line_is_told(lines, says):
    picture = draw_training_step(run_lines(lines))
    assert says in picture.description
    assert f"Lines so far: {len(lines)}." in picture.description


def test_a_step_of_a_sleeping_neuron_is_told():
    states = run_lines(ROUND, Neuron(w=-1.0))
    assert "All gradients are 0: the weights stay." in draw_training_step(states).description


def test_numbers_of_old_weights_are_marked():
    assert "2.0000 (old)" in words(draw_training_step(run_lines(ROUND)))
    assert not any("(old)" in word for word in words(draw_training_step(run_lines(ROUND[:4]))))
