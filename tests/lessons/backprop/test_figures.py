"""Pictures of lesson 04 are drawn from the record, and say what it says."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.backprop.backward_trace import backward_trace
from course_utils.lessons.backprop.chain_rule import LESSON, chain
from course_utils.lessons.backprop.figures.chain_rule import draw_neuron
from course_utils.lessons.backprop.figures.gradients import draw_accumulation, plot_gradient_sizes
from course_utils.lessons.backprop.figures.graph import draw_backward
from course_utils.lessons.backprop.figures.layout import layout
from course_utils.lessons.backprop.gradients import LayerSizes, accumulate
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.network.neuron import Neuron

TEN = one_of_each()


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def loss_of(net):
    return F.cross_entropy(net(TEN.images), TEN.labels)


@pytest.fixture(scope="module")
def trace():
    net = seeded_net()
    return backward_trace(loss_of(net), net)


class Skipping(nn.Module):
    """Residual connections, a shared weight, branches that meet again."""

    def __init__(self, depth):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(depth))
        self.layers[-1].weight = self.layers[0].weight

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x).relu() * layer(x).tanh()
        return x


def chained(length):
    w = torch.tensor(1.0, requires_grad=True)
    loss = w
    for _ in range(length):
        loss = loss + 1
    return backward_trace(loss, {"w": w})


def skipping(depth):
    net = Skipping(depth)
    return backward_trace(net(torch.ones(1, 4)).sum(), net)


def lenet():
    net = seeded_net()
    return backward_trace(loss_of(net), net)


GRAPHS = {
    "lenet": lenet,
    "one operation": lambda: chained(1),
    "300 in a row": lambda: chained(300),
    "two blocks": lambda: skipping(2),
    "fifty blocks": lambda: skipping(50),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_no_two_boxes_touch_and_none_leaves_the_sheet(name):
    trace = GRAPHS[name]()
    boxes = layout(trace.graph)
    picture = draw_backward(trace)
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', picture.svg).groups())
    assert width <= 900
    assert all(b.x >= 0 and b.x + b.width <= width and b.y + b.height <= height for b in boxes)
    near = [pair for pair in combinations(boxes, 2) if abs(pair[0].y - pair[1].y) < 300]
    assert not any(_touch(*pair) for pair in near)
    assert picture.svg.count("<rect") == len(trace.graph) + 1  # and the paper


def _touch(one, other):
    apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
    apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (apart_x or apart_y)


def test_a_large_graph_is_described_in_short():
    picture = draw_backward(skipping(50))
    assert len(picture.description) < 400
    assert "99 of 99 leaves have their .grad: " in picture.description


def test_dashed_lines_are_named_where_there_are_any(trace):
    assert not [word for word in words(draw_backward(trace)) if "Dashed" in word]
    assert "stroke-dasharray" not in draw_backward(trace).svg
    shown = draw_backward(skipping(2))
    assert any("Dashed: one more path to the same place." in word for word in words(shown))


def test_a_name_too_long_keeps_its_end():
    net = nn.ModuleDict({"long_block": nn.ModuleDict({"projects": nn.Linear(2, 2)})})
    loss = net["long_block"]["projects"](torch.ones(1, 2)).sum()
    assert "…projects.bias" in words(draw_backward(backward_trace(loss, net)))


def test_a_step_shows_what_has_arrived_by_then(trace):
    lengths = [f"{arrival.norm:.4f}" for arrival in trace]
    for step in range(len(trace) + 1):
        picture = draw_backward(trace, step)
        shown = [word for word in words(picture) if re.fullmatch(r"\d\.\d{4}", word)]
        assert sorted(shown) == sorted(lengths[:step])
        assert picture.description.startswith(f"Step {step} of {len(trace)}:")
        filled = [a for a in trace[:step] if trace.graph[a.node].is_leaf]
        assert f"{len(filled)} of 10 leaves have their .grad" in picture.description


def test_the_last_step_is_shown_if_none_is_asked_for(trace):
    assert draw_backward(trace).description == draw_backward(trace, len(trace)).description
    for word in ("NllLoss", "Addmm", "Convolution", "MaxPool2D", "fc1.weight", "120×400"):
        assert word in words(draw_backward(trace))


# One neuron.


@pytest.mark.parametrize("step", range(9))
def test_the_neuron_shows_forward_numbers_and_the_gradients_known(step):
    neuron = Neuron(x=3.0, w=0.5, b=1.25, target=-1.0)
    picture = draw_neuron(neuron, step)
    found = words(picture)
    for word in ("1.5", "2.75", "3.75", "14.0625", "w = 0.5", "target = −1"):
        assert word in found
    assert sum(word.startswith(".grad = ") for word in found) == len(
        [link for link in chain(neuron)[:step] if link.of in {"w", "b", "x"}]
    )
    assert sum(word.startswith("·") for word in found) == max(step - 1, 0)
    assert f"Step {step} of 8" in picture.description


def test_each_step_of_the_neuron_is_a_product():
    told = [draw_neuron(Neuron(w=-2.0, b=0.0, x=-1.0), step).description for step in range(1, 9)]
    assert "∂loss/∂loss = 1: here the way back starts." in told[0]
    assert "∂loss/∂error = ∂loss/∂loss · 2 · error = 1 · 2 = 2." in told[1]
    assert "∂loss/∂z = ∂loss/∂output · slope of relu = 2 · 1 = 2." in told[3]
    assert "∂loss/∂w = ∂loss/∂product · x = 2 · (−1) = −2." in told[6]
    assert "∂loss/∂x = ∂loss/∂product · w = 2 · (−2) = −4." in told[7]


def test_a_sleeping_neuron_is_called_so():
    picture = draw_neuron(Neuron(w=-2.0))
    assert picture.description.endswith("so the slope of the ReLU is 0.")
    assert "asleep" not in draw_neuron(Neuron()).description
    assert "−0" not in words(picture)


def test_the_local_derivatives_stand_between_the_gradients():
    found = words(draw_neuron(LESSON))
    assert [word for word in found if word.startswith("·")] == [
        *["· 1", "· 1", "· 1", "· 3"],
        *["· x = 2.5", "· w = 2", "· 1"],
    ]


# Adding up.


def bars(picture):
    """Heights of the filled bars."""
    found = re.findall(r'<rect [^>]*height="([\d.]+)" rx="0" fill="#f4c7a5"', picture.svg)
    return [float(height) for height in found]


def accumulated(calls=4, zeroed=False):
    return accumulate(seeded_net(), TEN.images, TEN.labels, calls, zeroed)


def test_bars_grow_with_each_call():
    record = accumulated()
    first = bars(draw_accumulation(record, 1))
    assert len(first) == 6
    for calls in (2, 3, 4):
        grown = bars(draw_accumulation(record, calls))
        assert grown == pytest.approx([calls * height for height in first], abs=0.3)
    assert "4.0 times the gradient of one call" in draw_accumulation(record, 4).description


def test_bars_stay_where_gradients_are_cleared():
    record = accumulated(zeroed=True)
    assert bars(draw_accumulation(record, 4)) == bars(draw_accumulation(record, 1))
    assert "with zero_grad() before each" in draw_accumulation(record, 4).description


def test_the_numbers_on_the_bars_are_the_gradients():
    record = accumulated(calls=2)
    shown = [f"{value:.4f}".replace("-", "−") for value in record.grads[1].tolist()]
    assert [word for word in words(draw_accumulation(record, 2)) if "." in word][-7:-1] == shown


@pytest.mark.parametrize("sign", [1, -1])
def test_all_bars_stay_on_the_sheet(sign):
    record = accumulated()
    record = replace(record, grads=tuple(sign * grad for grad in record.grads))
    picture = draw_accumulation(record, 4)
    found = re.findall(
        r'<rect x="[^"]*" y="([\d.-]+)" width="[^"]*" height="([\d.]+)"', picture.svg
    )
    assert len(found) == 12
    assert all(float(y) >= 60 and float(y) + float(height) <= 264 for y, height in found)


# Sizes.


def test_the_lines_are_the_sizes():
    nets = {"S": LayerSizes((2e-8, 1.6e-2), (1e-3, 3e-3)), "R": LayerSizes((1.0, 2.0), (3.0, 4.0))}
    picture = plot_gradient_sizes(nets)
    for axes, name in zip(picture.figure.axes, ("outputs", "weights"), strict=True):
        shown = [tuple(line.get_ydata()) for line in axes.lines]
        assert shown == [getattr(sizes, name) for sizes in nets.values()]
        assert axes.get_yscale() == "log"
        assert len({line.get_marker() for line in axes.lines}) == 2
    assert picture.description.startswith(
        "S: from the last layer to the first, the gradient at the output shrinks to 1/800,000, "
        "that of the weights to 1/3.0. R: "
    )
