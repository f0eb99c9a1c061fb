"""The same for exercises that make steps, train, or go through data in batches."""

from collections.abc import Callable

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

from tests.support.properties import normal, number_of, whole


def descent(rng, shapes, rates, momentum):
    starts = [nn.Parameter(normal(rng, *shape)) for shape in shapes]
    gradients = [[normal(rng, *shape).relu() for shape in shapes] for _ in rates]
    return starts, gradients, rates, momentum


def _path(step, parameters, gradients, rates):
    """Where the parameters are after each step."""
    path = []
    for n, (rate, ones) in enumerate(zip(rates, gradients, strict=True), 1):
        for parameter, gradient in zip(parameters, ones, strict=True):
            parameter.grad = gradient.clone()
        step(n, rate)
        path += [parameter.detach().clone() for parameter in parameters]
    return path


def by_optimizer(make: Callable) -> Callable:
    def oracle(parameters, gradients, rates, momentum):
        optimizer = make(parameters, momentum)

        def step(n, rate):
            optimizer.param_groups[0]["lr"] = rate
            optimizer.step()

        return _path(step, parameters, gradients, rates)

    return oracle


def with_lists(count: int, call: Callable) -> Callable:
    def observe(answer, parameters, gradients, rates, momentum):
        lists = [[torch.zeros_like(one) for one in parameters] for _ in range(count)]

        def step(n, rate):
            call(answer, parameters, lists, n, rate, momentum)

        return _path(step, parameters, gradients, rates)

    return observe


def limit_by_eigenvalues(curvatures, momentum):
    """The rate at which a step, as a matrix, begins to enlarge something; by bisection."""
    low, high, steep = 0.0, 100.0, torch.tensor(curvatures, dtype=torch.float64)
    for _ in range(45):
        rate = (low + high) / 2
        weight = torch.stack([1 - rate * steep, torch.full_like(steep, -rate * momentum)], dim=1)
        velocity = torch.stack([steep, torch.full_like(steep, momentum)], dim=1)
        grows = torch.linalg.eigvals(torch.stack([weight, velocity], dim=1)).abs().max() >= 1
        low, high = (low, rate) if grows else (rate, high)
    return low


def scores_and_labels(rng, count, below):
    scores = normal(rng, count, 10) - 3 * below
    labels = torch.where(normal(rng, count) > 0, scores.argmax(1), whole(rng, 10, count))
    return scores, labels


def share_right(scores, labels):
    rows = zip(scores.tolist(), labels.tolist(), strict=True)
    return sum(row.index(max(row)) == label for row, label in rows) / len(labels)


def net_and_images(rng, count, batch, training):
    body = nn.AvgPool2d(8), nn.Flatten(), nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Dropout()
    net = nn.Sequential(*body, nn.Linear(8, 10)).train(training)
    return net, normal(rng, count, 1, 32, 32), whole(rng, 3, count), batch


def image_by_image(net, images, labels, batch):
    answers = [net.eval()(image.unsqueeze(0)).argmax() for image in images]
    return sum(map(torch.equal, answers, labels)) / len(labels)


def share_by_answer(answer, net, images, labels, batch):
    return number_of(answer, net, DataLoader(TensorDataset(images, labels), batch))


def epoch(rng, count, batch, rate):
    net = nn.Sequential(nn.AvgPool2d(8), nn.Flatten(), nn.Linear(16, 10))
    return net, normal(rng, count, 1, 32, 32), whole(rng, 10, count), batch, rate


def epoch_by_answer(answer, net, images, labels, batch, rate):
    loader = DataLoader(TensorDataset(images, labels), batch)
    loss = answer(net, loader, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), rate))
    return [loss, *(parameter.detach() for parameter in net.parameters())]


def epoch_by_formula(net, images, labels, batch, rate):
    """A step of a linear layer under cross entropy: each score's share, minus 1 for the label's."""
    (weight, bias), total = (p.detach() for p in net.parameters()), 0.0
    rows = images.unfold(2, 8, 8).unfold(3, 8, 8).mean((4, 5)).flatten(1)
    for x, y in zip(rows.split(batch), labels.split(batch), strict=True):
        scores = x @ weight.T + bias
        total -= scores.log_softmax(1)[range(len(y)), y].sum().item()
        slope = (scores.softmax(1) - torch.eye(10)[y]) / len(y)
        weight, bias = weight - rate * slope.T @ x, bias - rate * slope.sum(0)
    return [total / len(labels), weight, bias]
