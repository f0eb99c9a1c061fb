"""Central differences agree with autograd, gradients add up, sizes are those of the layers."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.backprop.differences import check_gradients
from course_utils.lessons.backprop.gradients import accumulate, gradient_sizes
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net

TEN = one_of_each()


def first_number(output, target):
    return output.sum()


@pytest.mark.parametrize("target", [TEN.labels, torch.zeros(10, 10)])
def test_every_parameter_of_the_network_agrees(target):
    net = seeded_net()
    criterion = F.mse_loss if target.dim() == 2 else F.cross_entropy
    check = check_gradients(net, criterion, TEN.images, target, sample=3)
    assert [row.name for row in check.rows] == [name for name, _ in net.named_parameters()]
    assert all(row.agrees and len(row.by_autograd) == 3 for row in check.rows)
    assert repr(check).count(" yes") == 10


def test_what_is_compared_are_numbers_of_the_gradient():
    net = nn.Linear(3, 1, bias=False)
    [row] = check_gradients(net, first_number, torch.tensor([[2.0, 3.0, 5.0]]), TEN.labels).rows
    assert sorted(row.by_autograd.tolist()) == [2, 3, 5]
    assert row.by_differences.tolist() == pytest.approx(row.by_autograd.tolist())
    assert "    5.0000          5.0000    yes" in str(row)


class WrongBackward(torch.autograd.Function):
    """Doubles, and says that its slope is 3."""

    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, gradient):
        return 3 * gradient


class Wrong(nn.Linear):
    def forward(self, x):
        return x @ WrongBackward.apply(self.weight).T + self.bias


def test_a_wrong_gradient_is_found():
    check = check_gradients(Wrong(2, 1), first_number, torch.ones(1, 2), TEN.labels)
    assert [row.agrees for row in check.rows] == [False, True]
    assert "3.0000          2.0000     NO" in repr(check)


def test_a_check_leaves_no_trace():
    net = seeded_net()
    net.conv1.bias.grad = torch.ones(6)
    net.conv2.requires_grad_(False)
    before, random = copy.deepcopy(net.state_dict()), torch.get_rng_state()
    check = check_gradients(net, F.cross_entropy, TEN.images, TEN.labels, sample=1)
    assert len(check.rows) == 8  # frozen parameters are passed over
    assert all(torch.equal(old, net.state_dict()[name]) for name, old in before.items())
    assert net.fc1.weight.dtype == torch.float32
    assert torch.equal(net.conv1.bias.grad, torch.ones(6))
    assert torch.equal(torch.get_rng_state(), random)


@pytest.mark.parametrize("zeroed", [True, False])
def test_gradients_add_up_unless_they_are_cleared(zeroed):
    net = seeded_net()
    found = accumulate(net, TEN.images, TEN.labels, 3, zeroed)
    [once] = torch.autograd.grad(F.cross_entropy(net(TEN.images), TEN.labels), [net.conv1.bias])
    assert len(found.grads) == 3
    for number, grad in enumerate(found.grads, start=1):
        assert torch.allclose(grad, once * (1 if zeroed else number), rtol=1e-5)
    assert net.conv1.bias.grad is None


def test_sizes_are_those_of_the_gradients():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 8), nn.Tanh(), nn.Linear(8, 10))
    sizes = gradient_sizes(net, TEN.images, TEN.labels)
    assert net[1].weight.grad is None
    first = net[1](net[0](TEN.images))
    first.retain_grad()
    last = net[3](net[2](first))
    last.retain_grad()
    F.cross_entropy(last, TEN.labels).backward()
    wanted = [[first.grad, last.grad], [net[1].weight.grad, net[3].weight.grad]]
    for found, gradients in zip((sizes.outputs, sizes.weights), wanted, strict=True):
        assert found == pytest.approx([(g.norm() / g.numel() ** 0.5).item() for g in gradients])
