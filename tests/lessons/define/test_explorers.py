"""Every control of the explorers of lesson 01, moved without a browser."""

import pytest
import torch
import torch.nn.functional as F

from course_utils.lessons.define.explorers import ConvolutionMicroscope, NumberMicroscope, ShapeWalk
from course_utils.lessons.define.one_number import open_number
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net

IMAGE = one_of_each().images[3]


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def test_shape_walk_tells_each_size():
    explorer = ShapeWalk(IMAGE)
    assert say(explorer).endswith("fc1 takes 400: it fits.")
    assert "1×28×28 → 6×24×24 → 6×12×12 → 16×8×8 → 16×4×4 → 256" in say(explorer, size=28)
    assert "(1x256 and 400x120)" in say(explorer)
    assert say(explorer, size=33).endswith("it fits.")


def test_shape_walk_tells_each_kernel_and_the_missing_batch():
    explorer = ShapeWalk(IMAGE)
    assert "kernels 3×3" in say(explorer, kernel=3)
    assert "(16x25 and 400x120)" in say(explorer, kernel=5, batch=False)


@pytest.mark.parametrize("make", [ShapeWalk, ConvolutionMicroscope, NumberMicroscope])
def test_every_position_of_every_control_has_a_picture_of_its_own(make):
    explorer = make(IMAGE) if make is ShapeWalk else make(seeded_net(), IMAGE)
    for name, control in explorer.controls.items():
        before = control.value
        options = getattr(control, "options", (True, False))
        seen = {say(explorer, **{name: option}) for option in options}
        assert len(seen) == len(options), name
        say(explorer, **{name: before})


def test_the_microscope_reads_the_networks_own_kernels():
    net = seeded_net()
    explorer = ConvolutionMicroscope(net, IMAGE)
    total = net.conv1(IMAGE[None])[0, 2, 10, 12].item()
    assert say(explorer).endswith(f"the output is {total:.3f}.".replace("-", "−"))


def test_the_microscope_keeps_row_and_column_on_the_output():
    explorer = ConvolutionMicroscope(seeded_net(), IMAGE)
    row, column = explorer.controls["row"], explorer.controls["column"]
    say(explorer, row=27, column=27)
    assert "output 14×14" in say(explorer, stride=2)
    assert (row.options[-1], row.value, column.value) == (13, 13, 13)
    assert "output 4×4" in say(explorer, kernel="conv2, channel 15", stride=3)
    assert (row.options[-1], row.value) == (3, 3)
    assert "output 32×32" in say(explorer, kernel="blur", stride=1, padding=2)
    assert (row.options[-1], row.value) == (31, 3)


def test_the_microscope_sums_six_channels_for_conv2():
    explorer = ConvolutionMicroscope(seeded_net(), IMAGE)
    assert "150 products" in say(explorer, kernel="conv2, channel 3")
    assert "25 products" in say(explorer, kernel="horizontal edges")


def test_shape_walk_tells_the_layer_that_is_chosen():
    explorer = ShapeWalk(IMAGE)
    assert "Flattened: 16 × 5 × 5 = 400; 400 numbers" in say(explorer)
    assert "S2: 28 // 2 = 14; 1,176 numbers" in say(explorer, layer=2)


@pytest.mark.parametrize(("seed", "row", "column"), [(0, 3, 7), (1, 9, 11), (2, 0, 2)])
def test_every_number_that_is_opened_is_the_networks_own(seed, row, column):
    net, batch = seeded_net(seed), IMAGE[None]
    before = net.conv1(batch)[0, 2]
    pooled = F.max_pool2d(net.conv1(batch).relu(), 2)
    flat = F.max_pool2d(net.conv2(pooled).relu(), 2).flatten(1)
    scores = net(batch)
    expected = {
        "relu": (before.relu(), before[row, column]),
        "max_pool2d": (pooled[0, 2], before.relu()[2 * row : 2 * row + 2, 2 * column :][:, :2]),
        "fc1": (net.fc1(flat).view(10, 12), net.fc1(flat)[0, 12 * row + column]),
        "softmax": (scores.softmax(1), scores.exp()),
    }
    for step, (output, terms) in expected.items():
        place = (0, min(column, 9)) if step == "softmax" else (row, column)
        one = open_number(net, IMAGE, step, *place)
        assert torch.allclose(one.output, output)
        assert one.total == pytest.approx(output[place].item())
        summed = one.terms.sum() + one.bias if step == "fc1" else one.terms
        assert torch.allclose(summed, terms, atol=1e-5)


def test_the_sum_of_every_number_is_written_out():
    explorer = NumberMicroscope(seeded_net(), IMAGE, "relu")
    assert say(explorer, row=15, column=21).endswith("column 21: max(0, −0.206) = 0.000.")
    assert "the largest of " in say(explorer, step="max_pool2d")
    assert "Step fc1, neuron 119: 400 products: " in say(explorer, step="fc1")
    assert say(explorer, step="softmax").endswith("1.114 / 10.111 = 0.110.")
