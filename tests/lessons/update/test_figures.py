"""Pictures of lesson 05 show what was computed, and say it with its numbers."""

import math
import re

import pytest

from course_utils.lessons.update.figures.descent import draw_meeting, plot_steps
from course_utils.lessons.update.figures.orders import plot_losses, plot_orders
from course_utils.lessons.update.figures.training_step import ROWS, draw_training_step
from course_utils.lessons.update.lines import LINES
from course_utils.lessons.update.orders import OrderRun
from course_utils.lessons.update.training_step import run_lines
from course_utils.network.neuron import Neuron

ONCE = ["zero", "forward", "loss", "backward", "step"]


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def test_each_order_has_its_panel_with_its_losses():
    runs = [
        OrderRun(("zero", "forward", "step"), (2.0, 1.0), moved=True),
        OrderRun(("forward", "zero"), (2.3, 2.3), moved=False),
        OrderRun(("step", "forward"), (2.3, 5.0), moved=True),
    ]
    picture = plot_orders(runs)
    for axes, run in zip(picture.figure.axes, runs, strict=True):
        assert tuple(axes.lines[1].get_ydata()) == run.losses
        assert axes.get_title().split("\n")[: len(run.order)] == list(run.order)
        assert axes.get_title().count("\n") == 2
        assert set(axes.lines[0].get_ydata()) == {math.log(10)}
    assert picture.description.endswith(
        "zero, forward, step: 1.5, learns. forward, zero: 2.3, never moves. "
        "step, forward: 3.6, goes astray."
    )


def test_losses_are_drawn_and_told():
    curves = {"one": [2.0 - step / 100 for step in range(101)], "other": [1.0] * 3}
    picture = plot_losses(curves)
    [axes] = picture.figure.axes
    assert [list(line.get_ydata()) for line in axes.lines[1:]] == list(curves.values())
    assert {line.get_linestyle() for line in axes.lines[1:]} == {"-", "--"}
    assert picture.description.endswith(
        "one: 2.000 at step 1, 1.500 at step 51, 1.000 at step 101. "
        "other: 1.000 at step 1, 1.000 at step 3."
    )


def test_steps_stand_on_the_curve_of_the_loss_and_the_sleeping_one_is_told():
    trainings = {"with": run_lines(ONCE * 3), "without": run_lines(ONCE[1:] * 5)}
    picture = plot_steps(trainings)
    curve, path = picture.figure.axes[0].lines[:2]
    assert list(path.get_xdata()) == pytest.approx([2.0, 1.5, 1.25])
    assert list(path.get_ydata()) == pytest.approx([1.0, 0.25, 0.0625])
    for z, loss in curve.get_xydata():
        assert loss == pytest.approx(Neuron(w=z / 2, b=0.0).loss, abs=1e-5)
    assert [text.get_text() for text in picture.figure.axes[1].texts] == ["1", "2", "3", "4", "5"]
    told, slept = picture.description.split("without: ")
    assert "Asleep" not in told
    assert slept.endswith("0.7656, 1.0000. Asleep at step 5, where z is below 0.")


def test_the_meeting_place_has_one_writer_and_one_reader():
    assert {"writes", "reads", ".grad of each parameter"} < set(words(draw_meeting()))


def test_the_table_of_lines_holds_the_last_ones():
    found = words(draw_training_step(run_lines(ONCE * 2)))
    shown = [word for word in found if re.match(r"\d+  ", word)]
    assert len(shown) == ROWS + 1
    assert shown[-1] == f"10  {LINES['step']}"
    assert "0.5500" in found


def test_what_a_line_changed_is_on_a_tint():
    counts = [draw_training_step(run_lines(ONCE[:n])).svg.count("<rect x") for n in range(1, 6)]
    assert counts == [0, 1, 2, 4, 6]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "No line has run yet: which one first? Lines so far: 0."),
        (["zero"], "The gradients were None already."),
        (["forward"], "The neuron answers 2.0000 with its present weights."),
        (ONCE[:3], "The loss of that answer is 1.0000."),
        (ONCE[:4], "The gradients appear: 4.0000 for w. The weights have not moved."),
        (ONCE, "Line 5, optimizer.step(): The weight moves from 0.7500 to 0.5500"),
        ([*ONCE, "zero"], "The gradient of w, 4.0000, is gone: now None."),
        ([*ONCE, "loss"], "The loss of that answer is 1.0000, for weights that have moved since."),
        ([*ONCE, *ONCE[1:4]], "A gradient of 2.0000 was added to what w.grad held: now 6.0000."),
        ([*ONCE[:4], "backward"], "PyTorch would refuse: This loss has been sent back"),
        (["step"], "No gradients, no step: the weights stay."),
    ],
)
def test_every_line_is_told(lines, says):
    picture = draw_training_step(run_lines(lines))
    assert says in picture.description
    assert f"Lines so far: {len(lines)}." in picture.description


def test_a_step_of_a_sleeping_neuron_is_told():
    states = run_lines(ONCE, Neuron(w=-1.0))
    assert "All gradients are 0: the weights stay." in draw_training_step(states).description


def test_numbers_of_old_weights_are_marked():
    assert "2.0000 (old)" in words(draw_training_step(run_lines(ONCE)))
    assert not any("(old)" in word for word in words(draw_training_step(run_lines(ONCE[:4]))))
