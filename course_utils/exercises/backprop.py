"""Exercises of lesson 04: gradients by hand, by differences, in pieces, and through a layer."""

import copy
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.exercises.compare import (
    Mistake,
    a_function,
    a_tensor,
    agree,
    recognise,
    shown,
)
from course_utils.exercises.exercise import NotYet, exercise


def _loss_in_pieces(net, criterion, images, target, size, weight) -> Iterator[Tensor]:
    """The gradients of each piece, times its weight."""
    for some, labels in zip(images.split(size), target.split(size), strict=True):
        share = weight(len(some), len(images))
        yield _gradients_of(net, lambda net, x=some, t=labels, w=share: w * criterion(net(x), t))


def _gradients_of(net: nn.Module, compute_loss: Callable) -> Tensor:
    """All gradients in one row; those that the net holds are left alone."""
    with torch.enable_grad():
        found = torch.autograd.grad(compute_loss(net), list(net.parameters()))
    return torch.cat([gradient.flatten() for gradient in found])


def _whole(net, criterion, images, target, size) -> Tensor:
    return _gradients_of(net, lambda net: criterion(net(images), target))


def _pieces(*given, weight=lambda count, all_: 1.0) -> list[Tensor]:
    return list(_loss_in_pieces(*given, weight))


def _share(count: int, all_: int) -> float:
    return count / all_


def _old(net: nn.Module) -> Tensor:
    return torch.full((sum(p.numel() for p in net.parameters()),), _OLD)


_OLD = 0.5  # every number of `.grad` before the answer runs

_PIECE_MISTAKES = [
    Mistake(
        "old_kept",
        "The gradients that were there before are still contained in the result.",
        lambda net, *rest: _whole(net, *rest) + _old(net),
    ),
    Mistake(
        "summed",
        "The means of the pieces were added up: with four pieces, the result is about four times "
        "as large as for the whole batch.",
        lambda *given: sum(_pieces(*given)),
    ),
    Mistake(
        "summed_on_old",
        "The old gradients are still contained, and the means of the pieces were added up "
        "without their shares.",
        lambda net, *rest: sum(_pieces(net, *rest)) + _old(net),
    ),
    Mistake(
        "pieces_alike",
        "Every piece counts alike; the last one is smaller here, and its images count more than "
        "the others.",
        lambda *given: sum(_pieces(*given)) / len(_pieces(*given)),
    ),
    Mistake(
        "last_piece",
        "Only the last piece is left in `.grad`; what the others added has been cleared.",
        lambda *given: _pieces(*given)[-1],
    ),
    Mistake(
        "last_share",
        "Only the last piece is left, with its share; what the others added has been cleared.",
        lambda *given: _pieces(*given, weight=_share)[-1],
    ),
    Mistake(
        "first_piece",
        "Only the first piece has arrived in `.grad`.",
        lambda *given: _pieces(*given)[0],
    ),
    Mistake(
        "divided_by_size",
        "Every piece was divided by its own size; its loss is a mean already.",
        lambda *given: sum(_pieces(*given, weight=lambda count, all_: 1 / count)),
    ),
    Mistake(
        "divided_by_all",
        "Every piece was divided by the number of all images, but it stands for several of them.",
        lambda *given: sum(_pieces(*given, weight=lambda count, all_: 1 / all_)),
    ),
    Mistake(
        "shares_forgotten",
        "The pieces were multiplied by their sizes, which makes a sum over all images; the "
        "criterion takes the mean.",
        lambda *given: sum(_pieces(*given, weight=lambda count, all_: float(count))),
    ),
]


def _small_net() -> nn.Module:
    net = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3))
    for parameter in net.parameters():
        parameter.grad = torch.full_like(parameter, _OLD)
    return net


def _grads(net: nn.Module) -> Tensor:
    found = [parameter.grad for parameter in net.parameters()]
    if any(gradient is None for gradient in found):
        raise NotYet("no_gradient", "After the call, parameters have no gradient: `.grad` is None.")
    return torch.cat([a_tensor(gradient, "A gradient").flatten() for gradient in found])


def _run_in_pieces(in_pieces: Callable, size: int) -> tuple[tuple, Tensor]:
    """Run the answer on seven images; return the same arguments anew, and the gradients."""
    net, images, target = _small_net(), torch.randn(7, 5), torch.tensor([0, 1, 2, 2, 1, 0, 1])
    given = copy.deepcopy(net), F.cross_entropy, images, target, size
    seen: list[int] = []
    net.register_forward_pre_hook(lambda module, inputs: seen.append(len(inputs[0])))
    before = [parameter.detach().clone() for parameter in net.parameters()]
    in_pieces(net, nn.CrossEntropyLoss(), images.clone(), target.clone(), size)
    if any(not torch.equal(p, old) for p, old in zip(net.parameters(), before, strict=True)):
        raise NotYet("weights_changed", "The weights have moved; only `.grad` is to be filled.")
    if seen and max(seen) > size:
        raise NotYet(
            "too_many_at_once",
            f"The network was shown {max(seen)} images at once; there is memory for {size}.",
        )
    return given, _grads(net)


@exercise(
    starter="""
def in_pieces(net, criterion, images, target, size):
    ...
    for some, labels in zip(images.split(size), target.split(size), strict=True):
        loss = criterion(net(some), labels)
        ...
""",
    hints=(
        "What must be in `.grad` before the first `backward()`, so that nothing old is added to?",
        "Every `backward()` adds. The loss of a piece is a mean over its own images.",
        "Of seven images, a piece of three stands for three sevenths: multiply its loss by that.",
    ),
)
def accumulated(in_pieces):
    in_pieces = a_function(in_pieces, "`in_pieces`")
    came = [_run_in_pieces(in_pieces, size) for size in (3, 2)]
    if all(agree(gradients, _old(given[0])) for given, gradients in came):
        raise NotYet("nothing_added", "The gradients are as they were before: no `backward()` ran.")
    recognise(came, _PIECE_MISTAKES)
    for given, gradients in came:
        if not agree(gradients, _whole(*given)):
            raise NotYet(
                "other_gradients",
                f"Seven images in pieces of {given[-1]} leave gradients of length "
                f"{shown(gradients.norm().item())}; the whole batch leaves others.",
            )
    return "Piece by piece, `.grad` is the same as for the whole batch."


def _places(x: Tensor) -> Iterator[Tensor]:
    """A tensor of `x`'s shape for each of its numbers: 1 there, 0 elsewhere."""
    for i in range(x.numel()):
        unit = torch.zeros(x.numel(), dtype=x.dtype)
        unit[i] = 1
        yield unit.view_as(x)


def _central(function: Callable, x: Tensor, h: float, shake: Callable = lambda unit: unit):
    pairs = [(function(x + h * shake(u)), function(x - h * shake(u))) for u in _places(x)]
    return torch.stack([(above - below) / (2 * h) for above, below in pairs]).view_as(x)


def _one_sided(function: Callable, x: Tensor, h: float) -> Tensor:
    return torch.stack([(function(x + h * u) - function(x)) / h for u in _places(x)]).view_as(x)


def _rows(unit: Tensor) -> Tensor:
    return unit.flatten(1).any(dim=1).view(-1, 1).expand_as(unit)


_DIFFERENCE_MISTAKES = [
    Mistake(
        "not_halved",
        "Every result is twice the slope: from one h below to one h above, x goes by two of them.",
        lambda *given: 2 * _central(*given),
    ),
    Mistake(
        "halved",
        "Every result is half the slope.",
        lambda *given: _central(*given) / 2,
    ),
    Mistake(
        "not_divided",
        "These are differences, not yet divided by the way between the two places.",
        lambda function, x, h: 2 * h * _central(function, x, h),
    ),
    Mistake(
        "sign",
        "All signs are turned around: below was not subtracted from above.",
        lambda *given: -_central(*given),
    ),
    Mistake(
        "one_sided",
        "It goes from x to one side only; a central difference goes to both.",
        _one_sided,
    ),
    Mistake(
        "one_sided",
        "It goes from x to one side only; a central difference goes to both.",
        lambda function, x, h: _one_sided(function, x, -h),
    ),
    Mistake(
        "all_at_once",
        "All numbers of x were moved together; the gradient asks for each by itself.",
        lambda *given: _central(*given, shake=torch.ones_like),
    ),
    Mistake(
        "rows_at_once",
        "Whole rows of x were moved together; the gradient asks for each number by itself.",
        lambda *given: _central(*given, shake=_rows),
    ),
]


def _curved(x: Tensor) -> Tensor:
    """A function with a third derivative, in which the numbers of x act together too."""
    flat = x.flatten()
    factors = torch.arange(1, x.numel() + 1, dtype=x.dtype).view(2, 3)
    return (factors * x**3).sum() + flat[0] * flat[1] + 2 * flat[4]


def _differences(by_differences: Callable, x: Tensor, **given: float) -> Tensor:
    own = x.clone()
    result = by_differences(_curved, own, **given)
    if own.shape != x.shape or not agree(own, x, tolerance=1e-9):
        raise NotYet(
            "x_changed", "After the call, `x` is not what it was: it was moved and not put back."
        )
    return a_tensor(result, "The result for `x` of shape (2, 3)", x.shape)


@exercise(
    starter="""
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        ...
    return gradient
""",
    hints=(
        "Copies are safe: `above = x.clone()`. `above.view(-1)[i] += h` moves its number i, "
        "counted through all rows.",
        "`function(above)` minus `function(below)`, divided by the way from below to above.",
        "`gradient.view(-1)[i] = …` puts the result in its place.",
    ),
)
def numerical_gradient(by_differences):
    by_differences = a_function(by_differences, "`by_differences`")
    x = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]], dtype=torch.float64)
    exact = torch.autograd.functional.jacobian(_curved, x)
    coarse = _differences(by_differences, x, h=0.3)
    recognise([((_curved, x, 0.3), coarse)], _DIFFERENCE_MISTAKES)
    if agree(coarse, exact, tolerance=1e-3):
        raise NotYet(
            "h_ignored",
            "With h = 0.3 the result is as exact as with a tiny h, so h has no part in it.",
        )
    if not agree(coarse, _central(_curved, x, 0.3)):
        raise NotYet(
            "other_differences",
            f"With h = 0.3, the first number of the result is {shown(coarse.flatten()[0].item())}; "
            "the central difference is another, there or elsewhere.",
        )
    fine = _differences(by_differences, x)
    if not agree(fine, exact, tolerance=1e-5):
        raise NotYet(
            "not_fine",
            "With h = 0.3 it is a central difference, but with the usual h it is far from "
            f"autograd's gradient, by up to {(fine - exact).abs().max():.2g}. Is `h` 1e-5, and is "
            "everything computed in float64?",
        )
    return "It agrees with autograd's gradient, and it is a central difference."
