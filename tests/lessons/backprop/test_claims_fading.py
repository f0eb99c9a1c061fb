"""What the appendix of lesson 04 claims about gradients that fade, proven."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.backprop.gradients import gradient_sizes
from course_utils.network.digits import one_of_each
from tests.support.claims import claims_of
from tests.support.lessons import PATHS, cell_called, read

claim = claims_of("04_backprop")
SEEDS = range(5)
TEN = one_of_each()
LESSON = next(path for path in PATHS if path.stem == "04_backprop")
NAMES = {"nn": nn}
exec(cell_called("deep-net", read(LESSON)).source, NAMES)
DEEP = NAMES["deep_net"]


def fading(activation):
    """For each seed, the factor lost on the way back from layer to layer, and the nets' sizes."""
    found = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        sizes = gradient_sizes(DEEP(activation), TEN.images, TEN.labels)
        found.append(((sizes.outputs[-2] / sizes.outputs[0]) ** (1 / 6), sizes))
    return found


@pytest.mark.parametrize(
    ("activation", "words", "low", "high"),
    [
        (nn.Identity, "each layer divides it by about 1.7", 1.6, 1.85),
        (nn.Tanh, "With tanh it shrinks hardly more", 1.6, 1.9),
        (
            nn.ReLU,
            "about half of the neurons are asleep: each layer divides it by about 2.4",
            2.2,
            2.7,
        ),
        (nn.Sigmoid, "With the sigmoid each layer divides it by about 7", 6.5, 7.5),
    ],
)
def test_what_a_layer_costs_on_the_way_back(activation, words, low, high):
    claim("gradient-sizes-meaning", words)
    claim("gradient-sizes-meaning", "and more at the last layer with its ten outputs")
    for factor, sizes in fading(activation):
        assert low < factor < high
        assert sizes.outputs[-1] / sizes.outputs[-2] > factor


def test_about_half_of_the_neurons_are_asleep():
    claim("gradient-sizes-meaning", "about half of the neurons are asleep")
    for seed in SEEDS:
        torch.manual_seed(seed)
        net, x = DEEP(nn.ReLU), TEN.images
        for layer in net:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                assert 0.3 < (x == 0).float().mean() < 0.7


def sizes_of_inputs(net):
    """The size of what goes into each linear layer."""
    found, x = [], TEN.images
    for layer in net:
        found += [x.square().mean().sqrt().item()] if isinstance(layer, nn.Linear) else []
        x = layer(x)
    return found


def test_what_goes_in_shrinks_as_what_comes_back():
    claim("gradient-sizes-tanh", "What goes in is smaller near the loss.")
    for activation in (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.Identity):
        for seed in SEEDS:
            torch.manual_seed(seed)
            first, *_, last = sizes_of_inputs(DEEP(activation))
            assert (last < first / 3) == (activation is not nn.Sigmoid), (activation, first, last)
    claim("gradient-sizes-tanh", "With the sigmoid, what goes in stays near 0.5")
    for seed in SEEDS:
        torch.manual_seed(seed)
        assert all(0.4 < size < 0.6 for size in sizes_of_inputs(DEEP(nn.Sigmoid)))
    claim("gradient-sizes-tanh", "its lines are flatter than on the left")
    claim("slopes-meaning", "The slope of the sigmoid is at most a quarter")
    at = torch.linspace(-9, 9, 1001, requires_grad=True)
    at.sigmoid().sum().backward()
    assert at.grad.max() <= 0.25
    at = torch.tensor([0.0, 0.05, 4.0], requires_grad=True)
    claim("slopes-meaning", "The tanh is steep near 0 and flat far out")
    at.tanh().sum().backward()
    assert (at.grad > 0.99).tolist() == [True, True, False]
    assert at.grad[2] < 0.01
    for activation in (nn.Tanh, nn.ReLU, nn.Identity):
        for _, sizes in fading(activation):
            back, stays = (row[-1] / row[0] for row in (sizes.outputs, sizes.weights))
            assert stays < back / 15


@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Tanh, nn.ReLU, nn.Identity])
@pytest.mark.parametrize("seed", SEEDS)
def test_deep_in_the_network_the_shares_of_ten_digits_largely_cancel(activation, seed):
    claim("gradient-sizes-tanh", "there the shares largely cancel")
    torch.manual_seed(seed)
    net = DEEP(activation)
    first, last = (_left_of_the_shares(net, net[place].weight) for place in (1, -1))
    assert last < 0.1
    assert last < first / 2
    claim("gradient-sizes-tanh", "All images look nearly alike")
    deep = F.normalize(net[:-1](TEN.images))
    assert (deep @ deep.T).min() > 0.9
    claim(
        "gradient-sizes-tanh",
        "pushes one score up and nine down, is nearly 0 when added over ten digits",
    )
    back = net(TEN.images).softmax(dim=1) - F.one_hot(TEN.labels, 10)
    assert ((back < 0).sum(dim=1) == 1).all()
    assert back.sum(dim=0).norm() < 0.15 * back.norm(dim=1).sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_with_the_sigmoid_the_shares_cancel_everywhere_but_in_the_first_layer(seed):
    claim("gradient-sizes-tanh", "the shares cancel in every layer from the second on")
    torch.manual_seed(seed)
    net = DEEP(nn.Sigmoid)
    first, *others = [layer.weight for layer in net if isinstance(layer, nn.Linear)]
    assert max(_left_of_the_shares(net, weight) for weight in others) < 0.15
    assert _left_of_the_shares(net, first) > 0.15
    claim("gradient-sizes-tanh", "so from there its line is about as steep")
    sizes = gradient_sizes(net, TEN.images, TEN.labels)
    back, stays = (row[-1] / row[1] for row in (sizes.outputs, sizes.weights))
    assert back / 1.5 < stays < 1.5 * back


def _left_of_the_shares(net, weight):
    """The length of the sum of all images' gradients, as a part of the sum of their lengths."""
    shares = [
        torch.autograd.grad(F.cross_entropy(net(image[None]), label[None]), weight)[0]
        for image, label in zip(TEN.images, TEN.labels, strict=True)
    ]
    return torch.stack(shares).sum(dim=0).norm() / sum(share.norm() for share in shares)
