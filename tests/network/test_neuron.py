"""The neuron's arithmetic by hand is what autograd finds."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.network.neuron import Neuron

numbers = st.floats(-8, 8).map(lambda number: round(number, 3))


@given(x=numbers, w=numbers, b=numbers, target=numbers)
@example(x=2.0, w=-0.25, b=0.5, target=1.0)  # the corner of the ReLU
@example(x=2.0, w=-1.0, b=0.5, target=1.0)  # asleep
def test_every_number_is_autograds(x, w, b, target):
    neuron = Neuron(x, w, b, target)
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, w, b)]
    z = leaves[1] * leaves[0] + leaves[2]
    output = z.relu()
    loss = (output - target) ** 2
    by_output, by_z = torch.autograd.grad(loss, (output, z), retain_graph=True)
    loss.backward()
    found = [z, output, loss, by_output, by_z, *(leaf.grad for leaf in leaves)]
    assert [
        neuron.z,
        neuron.output,
        neuron.loss,
        neuron.loss_by_output,
        neuron.loss_by_z,
        neuron.loss_by_x,
        neuron.loss_by_w,
        neuron.loss_by_b,
    ] == pytest.approx([value.item() for value in found])
