"""The five lines in five orders, on real digits: which of them learn."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import optim

from course_utils.lessons.update.orders import run_order
from course_utils.network.digits import batches
from course_utils.network.lenet import seeded_net

CORRECT = "zero, forward, loss, backward, step"


def test_the_right_order_is_training_as_pytorch_does_it():
    net = seeded_net().double()
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    losses = []
    for _, batch in zip(range(5), batches(16), strict=False):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(batch.images.double()), batch.labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    random = torch.random.get_rng_state()
    assert run_order(CORRECT, steps=5).losses == tuple(losses)
    assert torch.equal(torch.random.get_rng_state(), random)


@pytest.mark.parametrize(
    ("order", "moves"),
    [
        (CORRECT, True),
        ("forward, loss, backward, step, zero", True),
        ("forward, loss, backward, step", True),
        ("forward, loss, backward, zero, step", False),
        ("zero, forward, loss, step, backward", False),
    ],
)
def test_a_step_that_finds_no_gradients_moves_nothing(order, moves):
    run = run_order(order, steps=3)
    assert run.moved == moves
    assert (len(set(run_order(order, steps=3, seed=1).losses) & set(run.losses))) == 0
    assert moves or run.late == pytest.approx(math.log(10), abs=0.01)


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("zero, forward, loss, backwards, step", "this one is 'backwards'"),
        ("loss, forward", "Step 1 stops at loss"),
        ("zero, forward, loss, backward, backward", "backward through the graph a second time"),
        ("forward, loss, step, backward", "Step 2 stops at backward: .*inplace operation"),
    ],
)
def test_an_order_that_cannot_be_is_refused(order, says):
    with pytest.raises(ValueError, match=says):
        run_order(order, steps=3)


def test_an_order_without_a_loss_has_no_losses():
    assert run_order("zero, forward", steps=2).losses == ()
