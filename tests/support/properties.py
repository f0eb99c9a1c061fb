"""What is drawn for the properties of right answers, what PyTorch makes of it, and how to ask.

Nothing here comes from an exercise: an oracle is PyTorch's, or finds the same in another way.
`rng` is the generator of their random numbers.
"""

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import torch.nn.functional as F
from torch import nn

from course_utils.checks.convert import as_module, as_number


def as_drawn(rng, *numbers):
    return numbers


def normal(rng, *shape, **how):
    return torch.randn(shape, generator=rng, **how)


def whole(rng, below, count):
    return torch.randint(below, (count,), generator=rng)


def number_of(answer, *inputs):
    return as_number(answer(*inputs), "The result")


def four_decimals_of(answer, *inputs):
    return round(number_of(answer, *inputs), 4)


# Shapes and counts


def images(rng, count):
    return (torch.rand(count, 1, 32, 32, generator=rng).mul(1.4).sub(0.3).clamp(0, 1),)


def layer(rng, kernel, more, stride, padding):
    return max(1, kernel - 2 * padding) + more, kernel, stride, padding


def size_by_torch(size, kernel, stride, padding):
    row, weight = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
    return F.conv1d(row, weight, None, stride, padding).numel()


def size_by_answer(answer, size, kernel, stride, padding):
    return number_of(lambda: answer(size, kernel, stride=stride, padding=padding))


def tree_of_layers(rng, parts, shared):
    """A network of a tree of names and layers, with a parameter and a buffer of its own."""
    net = _built(parts)
    linear = [layer for layer in net.modules() if isinstance(layer, nn.Linear)]
    if shared and linear[1:]:
        linear[1].weight = linear[0].weight
    net.scale = nn.Parameter(torch.ones(3))
    net.register_buffer("seen", torch.zeros(7))
    return (net,)


def _built(parts):
    if isinstance(parts, dict):
        return nn.ModuleDict({name: _built(part) for name, part in parts.items()})
    kernel, bias, learns = parts
    made = nn.Conv2d(2, 2, kernel, bias=bias) if kernel else nn.Linear(2, 2, bias=bias)
    return made.requires_grad_(learns)


def numbers_that_learn(net):
    held = {id(tensor): tensor for tensor in net.state_dict(keep_vars=True).values()}
    return sum(tensor.numel() for tensor in held.values() if tensor.requires_grad)


def learning_after(answer, net):
    answer(net)
    return [tensor.requires_grad for tensor in net.parameters()]


def learning_without_convolutions(net):
    convolutions = [layer for layer in net.modules() if type(layer).__name__ == "Conv2d"]
    frozen = {id(tensor) for layer in convolutions for tensor in layer._parameters.values()}
    return [tensor.requires_grad and id(tensor) not in frozen for tensor in net.parameters()]


# Networks


def lenet_numbers(rng, count, factor):
    """Images and ten tensors of numbers; with large activations, which OUTPUT makes small again."""
    sizes = (6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)
    numbers = []
    for size, by in zip(sizes, (factor, 1, 1, 1, 1 / factor), strict=True):
        weight = normal(rng, *size) / torch.Size(size[1:]).numel() ** 0.5
        numbers += [by * weight, normal(rng, size[0])]
    return *images(rng, count), numbers


def lenet(x, numbers):
    c1, b1, c3, b3, f5, b5, f6, b6, out, b = numbers
    x = F.max_pool2d(F.conv2d(x, c1, b1).relu(), 2)
    x = F.max_pool2d(F.conv2d(x, c3, b3).relu(), 2).flatten(1)
    return ((x @ f5.T + b5).relu() @ f6.T + b6).relu() @ out.T + b


@torch.no_grad()
def lenet_by_answer(answer, x, numbers):
    net, by_count = as_module(answer, "MyNet"), {values.numel(): values for values in numbers}
    net(x)  # lazy layers get their sizes
    for parameter in net.parameters():
        values = by_count[parameter.numel()]
        turned = values.dim() == 2 and values.T.shape == parameter.shape
        parameter.copy_(values.T if turned else values.view(parameter.shape))
    return net(x)


def rows(rng, count, size, training):
    one = {"dtype": torch.float64}
    vectors = normal(rng, 4, **one), normal(rng, 4, **one)
    return size * normal(rng, count, 4, **one), normal(rng, 4, 4, **one), *vectors, training


def stack(x, weight, bias, scale, training):
    for _ in range(3):
        x = (x @ weight.T + bias).relu()
    return x * scale


@torch.no_grad()
def stack_by_answer(answer, x, weight, bias, scale, training):
    """With the same weight in all three layers, for their names and their order are free."""
    net = as_module(answer, "Stack").train(training)
    net(x.float())
    for tensor in net.double().parameters():
        begins_as_ones = tensor.equal(torch.ones(4, dtype=tensor.dtype))
        tensor.copy_(weight if tensor.dim() == 2 else scale if begins_as_ones else bias)
    return net(x)


def image_and_net(rng, channels, scores, height, width, hooked):
    net = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, scores))
    if hooked:
        net.register_forward_hook(lambda net, images, scores: 2 * scores + 1)
    return net, normal(rng, channels, height, width)


def scores_of(net, image):
    scores = net[2].weight @ image.mean((1, 2)) + net[2].bias
    return 2 * scores + 1 if net._forward_hooks else scores


def two_networks(rng, *sizes):
    pair = [nn.Sequential(nn.Linear(*sizes), nn.BatchNorm1d(sizes[1])) for _ in "ab"]
    for tensor in pair[0].state_dict().values():
        tensor.copy_(100 * normal(rng, *tensor.shape))
    return pair


def state_by_answer(answer, net, fresh):
    with TemporaryDirectory() as folder, chdir(folder):
        answer(net, fresh, Path(folder) / "weights.pt")
    return list(fresh.state_dict().values())


# Losses


def pair(rng, shape):
    return normal(rng, *shape), 3 * normal(rng, *shape)


def scores(rng, count, classes, size):
    return size * normal(rng, count, classes), whole(rng, classes, count)


def with_gradient(loss, output, target):
    """A loss, and the gradient that it sends back."""
    result = loss(output.requires_grad_(), target)
    return result, torch.autograd.grad(result, output)[0]


def pair_to_match(rng, shape, turned, too_many):
    target = normal(rng, torch.Size(shape).numel() * (1 + too_many))
    return normal(rng, *shape), target if turned else target.view(*shape[::-1], -1)


def shape_and_values(function, output, target):
    try:
        return function(output, target)
    except Exception:
        return torch.empty(0)  # for an error, whichever


def zeros_loss(classes, several):
    zeros = torch.zeros(classes)
    loss = nn.BCEWithLogitsLoss() if several else nn.CrossEntropyLoss()
    return round(loss(zeros, torch.eye(classes)[0]).item(), 4)


# Gradients


def by_autograd(x, w, b, target):
    leaves = [torch.tensor(number, requires_grad=True) for number in (w, b, x)]
    loss = (torch.relu(leaves[0] * leaves[2] + leaves[1]) - target) ** 2
    return list(torch.autograd.grad(loss, leaves))


def linear(rng, n, in_, out):
    return normal(rng, n, out), normal(rng, n, in_), normal(rng, out, in_)


def linear_by_autograd(grad_out, x, weight):
    leaves = [tensor.requires_grad_() for tensor in (x, weight, torch.zeros(len(weight)))]
    return list(torch.autograd.grad(F.linear(*leaves), leaves, grad_out))


def three_of(answer, *inputs):
    return [torch.as_tensor(one) for one in answer(*inputs)]


def point_and_waves(rng, shape, h):
    return *(normal(rng, *shape, dtype=torch.float64) for _ in "xf"), h


def waves(x, factors):
    return (factors * x.sin()).sum() + x.sum() ** 2


def waves_by_autograd(x, factors, h):
    """Of a sine, a central difference is the slope times sin(h) / h; of a square, the slope."""
    shrunk = factors * torch.tensor(h, dtype=torch.float64).sin() / h
    return torch.autograd.grad(waves(x.requires_grad_(), shrunk), x)[0]


def batch(rng, count, size, smooth, squared, old):
    net = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 3))
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter) if old else None
    criterion = nn.MSELoss() if squared else nn.CrossEntropyLoss(label_smoothing=smooth / 10)
    target = normal(rng, count, 3) if squared else whole(rng, 3, count)
    return net, criterion, normal(rng, count, 4), target, size


def gradients_by_answer(answer, net, *inputs):
    answer(net, *inputs)
    return [parameter.grad for parameter in net.parameters()]


def whole_batch(net, criterion, images, target, size):
    return list(torch.autograd.grad(criterion(net(images), target), list(net.parameters())))
