"""Every control of the explorers of lesson 01, moved without a browser."""

import pytest

from course_utils.lessons.define.explorers import ConvolutionMicroscope, ShapeWalk
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


@pytest.mark.parametrize("make", [lambda: ShapeWalk(IMAGE), None])
def test_every_position_of_every_control_has_a_picture_of_its_own(make):
    explorer = make() if make else ConvolutionMicroscope(seeded_net(), IMAGE)
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
