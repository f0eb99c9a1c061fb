"""The five lines in five orders, on real digits: which of them learn."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import optim

from course_utils.lessons.update.orders import ORDERS, run_order
from course_utils.network.digits import batches
from course_utils.network.lenet import seeded_net
from course_utils.network.trained import partly_trained_net

RUNS = {name: run_order(order, rounds=80) for order, name in ORDERS.items()}


def test_zero_at_the_end_is_zero_first():
    assert RUNS["zero at the end"].losses == RUNS["as it should be"].losses


@pytest.mark.parametrize("name", ["zero before step", "step before backward"])
def test_a_step_that_finds_no_gradients_moves_nothing(name):
    assert not RUNS[name].moved
    assert RUNS[name].late == pytest.approx(math.log(10), abs=0.01)


def test_the_right_order_learns_and_never_zero_goes_astray():
    assert RUNS["as it should be"].late < 2
    assert RUNS["as it should be"].moved
    assert RUNS["never zero"].late > 2.4
    assert len(RUNS["never zero"].losses) == 80


def test_the_right_order_is_training_as_pytorch_does_it():
    net = seeded_net().double()
    optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    losses = []
    for _, batch in zip(range(5), batches(16), strict=False):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(batch.images.double()), batch.labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses == list(RUNS["as it should be"].losses[:5])
    assert torch.equal(net.fc1.weight.float(), partly_trained_net(5).fc1.weight)


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("zero, forward, loss, backwards, step", "'backwards' is none of them"),
        ("loss, forward", "Round 1 stops at loss"),
        ("zero, forward, loss, backward, backward", "backward through the graph a second time"),
        ("forward, loss, step, backward", "Round 2 stops at backward: .*inplace operation"),
    ],
)
def test_an_order_that_cannot_be_is_refused(order, says):
    with pytest.raises(ValueError, match=says):
        run_order(order, rounds=3)


def test_an_order_without_a_loss_has_no_losses():
    assert run_order("zero, forward", rounds=2).losses == ()


def test_batches_are_shuffled_whole_and_go_on():
    random = torch.random.get_rng_state()
    stream = batches(600, seed=3)
    first, second, third = next(stream), next(stream), next(stream)
    assert torch.equal(torch.random.get_rng_state(), random)
    assert first.images.shape == (600, 1, 32, 32)
    assert not torch.equal(first.labels, second.labels)
    assert torch.equal(first.images, third.images)  # 1,797 hold two whole ones of 600


def test_practice_gives_a_new_network_each_time():
    one, other = partly_trained_net(3), partly_trained_net(3)
    one.fc3.bias.data.zero_()
    assert other.fc3.bias.any()
    assert other.fc1.weight.dtype == torch.float32
    assert all(parameter.grad is None for parameter in other.parameters())
