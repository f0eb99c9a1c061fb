"""What is true of a network that is an answer, for the predicates of `answers/*.py`."""

import torch
from torch import Tensor, nn


def made(answer) -> nn.Module:
    """The network itself, or one of the class, the same each time."""
    torch.manual_seed(0)
    return answer if isinstance(answer, nn.Module) else answer()


def gives_other_shapes(images: Tensor, classes: int):
    return lambda answer: made(answer)(images).shape != (len(images), classes)


def changes_from_call_to_call(images: Tensor):
    def is_true(answer):
        net = made(answer)
        return not torch.equal(net(images), net(images))

    return is_true


def replaces_layers(images: Tensor):
    def is_true(answer):
        net = made(answer)
        before = list(net.parameters())
        net(images)
        return any(was is not now for was, now in zip(before, net.parameters(), strict=True))

    return is_true


def misses_gradients(images: Tensor):
    def is_true(answer):
        net = made(answer)
        scores = net(images)
        if scores.requires_grad:
            scores.sum().backward()
        return any(values.grad is None or not values.grad.any() for values in net.parameters())

    return is_true


def changes_the_images(images: Tensor):
    def is_true(answer):
        given = images.clone()
        made(answer)(given)
        return not torch.equal(given, images)

    return is_true


def is_frozen(answer) -> bool:
    return not all(values.requires_grad for values in made(answer).parameters())


def has_parameters(count: int):
    return lambda answer: sum(values.numel() for values in made(answer).parameters()) == count
