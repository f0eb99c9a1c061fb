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
