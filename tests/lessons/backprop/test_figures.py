"""Pictures of lesson 04 are drawn from the record, and say what it says."""

import re
from dataclasses import replace
from itertools import combinations, product

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.backprop.backward_trace import backward_trace
from course_utils.lessons.backprop.chain_rule import LESSON, chain
from course_utils.lessons.backprop.explorers import NeuronStepper
from course_utils.lessons.backprop.figures.chain_rule import draw_neuron
from course_utils.lessons.backprop.figures.gradients import draw_accumulation, plot_gradient_sizes
from course_utils.lessons.backprop.figures.graph import draw_backward
from course_utils.lessons.backprop.figures.layout import layout
from course_utils.lessons.backprop.gradients import LayerSizes, accumulate
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.network.neuron import Neuron
from course_utils.pictures.words import short
from tests.support.pictures import text_width, words_over_their_box

TEN = one_of_each()


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


# The graph.


def lenet():
    net = seeded_net()
    return backward_trace(F.cross_entropy(net(TEN.images), TEN.labels), net)


def chained(length):
    w = torch.tensor(1.0, requires_grad=True)
    loss = w
    for _ in range(length):
        loss = loss + 1
    return backward_trace(loss, {"w": w})


def skipping(depth):
    """Residual connections, a shared weight, branches that meet again."""
    layers = nn.ModuleDict({f"long_block_{i}": nn.Linear(4, 4) for i in range(depth)})
    layers["long_block_0"].weight = layers[f"long_block_{depth - 1}"].weight
    x = torch.ones(1, 4)
    for layer in layers.values():
        x = x + layer(x).relu() * layer(x).tanh()
    return backward_trace(x.sum(), layers)


TRACE = lenet()
TRACES = {
    "lenet": TRACE,
    "one operation": chained(1),
    "300 in a row": chained(300),
    "two blocks": skipping(2),
    "ten blocks": skipping(10),
}


@pytest.mark.parametrize("name", TRACES)
def test_no_two_boxes_touch_and_none_leaves_the_sheet(name):
    graph = TRACES[name].graph
    boxes, picture = layout(graph), draw_backward(TRACES[name])
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', picture.svg).groups())
    assert width <= 900
    assert all(b.x >= 0 and b.x + b.width <= width and b.y + b.height <= height for b in boxes)
    near = [pair for pair in combinations(boxes, 2) if abs(pair[0].y - pair[1].y) < 300]
    assert not any(_touch(*pair) for pair in near)
    assert picture.svg.count("<rect") == len(graph) + 1  # and the paper
    assert len(picture.description) < 600


def _touch(one, other):
    apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
    apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (apart_x or apart_y)


def test_dashed_lines_are_named_where_there_are_any():
    assert "Dashed" not in "".join(words(draw_backward(TRACE)))
    assert "stroke-dasharray" not in draw_backward(TRACE).svg
    shown = words(draw_backward(TRACES["two blocks"]))
    assert "Dashed: one more path to the same place." in "".join(shown)
    assert any(re.fullmatch(r"….*lock_0\.bias", word) for word in shown)  # too long: its end


def test_a_step_shows_what_has_arrived_by_then():
    lengths = [f"{arrival.norm:.4f}" for arrival in TRACE]
    for step in range(len(TRACE) + 1):
        picture = draw_backward(TRACE, step)
        shown = [word for word in words(picture) if re.fullmatch(r"\d\.\d{4}", word)]
        assert sorted(shown) == sorted(lengths[:step])
        assert picture.description.startswith(f"Step {step} of {len(TRACE)}:")
        filled = [a for a in TRACE[:step] if TRACE.graph[a.node].is_leaf]
        assert f"{len(filled)} of 10 leaves have got their gradient" in picture.description


def test_the_last_step_is_shown_if_none_is_asked_for():
    assert draw_backward(TRACE).description == draw_backward(TRACE, len(TRACE)).description
    for word in ("NllLoss", "Addmm", "Convolution", "MaxPool2D", "fc1.weight", "120×400"):
        assert word in words(draw_backward(TRACE))


# One neuron.


@pytest.mark.parametrize("step", range(9))
def test_the_neuron_shows_forward_numbers_and_the_gradients_known(step):
    neuron = Neuron(x=3.0, w=0.5, b=1.25, target=-1.0)
    picture = draw_neuron(neuron, step)
    found = words(picture)
    for word in ("1.5", "2.75", "3.75", "14.0625", "w = 0.5", "target = −1"):
        assert word in found
    known = [link.of for link in chain(neuron)[:step]]
    assert sum(word.startswith(".grad = ") for word in found) == len({"w", "b", "x"} & set(known))
    assert sum(word.startswith("·") for word in found) == len(set(known) - {"loss"})
    assert f"Step {step} of 8" in picture.description


def test_the_local_derivatives_stand_between_the_gradients():
    factors = [word for word in words(draw_neuron(LESSON)) if word.startswith("·")]
    assert factors == ["· 1", "· 1", "· 1", "· 3", "· x = 2.5", "· w = 2", "· 1"]


def test_each_step_of_the_neuron_is_a_product():
    told = [draw_neuron(LESSON, step).description for step in range(1, 9)]
    assert "∂loss/∂loss = 1: here the way back starts." in told[0]
    assert "∂loss/∂error = ∂loss/∂loss · 2 · error = 1 · 3 = 3." in told[1]
    assert "∂loss/∂z = ∂loss/∂output · slope of relu = 3 · 1 = 3." in told[3]
    assert "∂loss/∂w = ∂loss/∂product · x = 3 · 2.5 = 7.5." in told[6]
    negative = draw_neuron(Neuron(x=-2.0, w=-3.0, b=0.0, target=0.0), 7).description
    assert "∂loss/∂w = ∂loss/∂product · x = 12 · (−2) = −24." in negative


def test_a_sleeping_neuron_is_called_so():
    picture = draw_neuron(Neuron(w=-2.0))
    assert picture.description.endswith("so the slope of the ReLU is 0.")
    assert "asleep" not in draw_neuron(LESSON).description
    assert "−0" not in words(picture)


NAMES = ("x", "w", "b", "target")


def widest_neurons():
    """Of all settings of the explorer, for each number of the picture the one where it is widest.

    Numbers that stand on the neuron's lines come with their gradients.
    """
    widest = {}
    controls = NeuronStepper().controls
    for setting in product(*(controls[name].options for name in NAMES)):
        neuron = Neuron(**dict(zip(NAMES, setting, strict=True)))
        numbers = {f"gradient of {link.of}": link.value for link in chain(neuron)}
        numbers |= {name: getattr(neuron, name) for name in (*NAMES, "z", "error", "loss")}
        numbers |= {"product": neuron.w * neuron.x}
        for name, number in numbers.items():
            width = text_width(short(number), 15, bold=True)
            if width > widest.get(name, (0,))[0]:
                widest[name] = width, neuron
    return {name: neuron for name, (_, neuron) in widest.items()}


def test_every_number_of_the_neuron_fits_its_box_whatever_is_chosen():
    widest = widest_neurons()
    assert short(widest["gradient of x"].loss_by_x) == "−11.8125"
    for neuron in widest.values():
        for step in range(9):
            assert words_over_their_box(draw_neuron(neuron, step).svg) == []


# Adding up, and sizes.


def bars(picture):
    """Heights of the filled bars."""
    found = re.findall(r'<rect [^>]*height="([\d.]+)" rx="0" fill="#f4c7a5"', picture.svg)
    return [float(height) for height in found]


def accumulated(zeroed=False):
    return accumulate(seeded_net(), TEN.images, TEN.labels, 4, zeroed)


def test_bars_grow_with_each_call_unless_gradients_are_cleared():
    record, zeroed = accumulated(), accumulated(zeroed=True)
    first = bars(draw_accumulation(record, 1))
    assert len(first) == 6
    for calls in (2, 3, 4):
        grown = bars(draw_accumulation(record, calls))
        assert grown == pytest.approx([calls * height for height in first], abs=0.3)
        assert bars(draw_accumulation(zeroed, calls)) == first
    assert "4.0 times the gradient of one call" in draw_accumulation(record, 4).description
    assert "with zero_grad() before each" in draw_accumulation(zeroed, 4).description


@pytest.mark.parametrize("sign", [1, -1])
def test_all_bars_stay_on_the_sheet_with_their_numbers(sign):
    record = accumulated()
    record = replace(record, grads=tuple(sign * grad for grad in record.grads))
    picture = draw_accumulation(record, 4)
    found = re.findall(
        r'<rect x="[^"]*" y="([\d.-]+)" width="[^"]*" height="([\d.]+)"', picture.svg
    )
    assert len(found) == 12
    assert all(float(y) >= 60 and float(y) + float(height) <= 264 for y, height in found)
    for value in record.grads[3].tolist():
        assert f"{value:.4f}".replace("-", "−") in words(picture)


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
