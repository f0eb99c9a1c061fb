"""Exercise: the gradients of a batch that does not fit into memory, piece by piece."""

# The check tells apart, and the inputs are chosen for it:
# - each piece's share from equal parts, sums and double means, all pieces from the first or last:
#   last pieces smaller, pieces of one image, a batch smaller than a piece
# - gradients alone from what was there before, and from clipped ones: old ones, none, large ones
# - the criterion given from cross entropy: with settings of its own, and another loss
# - `.grad` from whatever else is left changed: weights, either mode, images, criterion
# - pieces from the whole batch: images that a layer sees at once, also without a graph, and images
#   whose graph is kept at the same time

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.checks.calls import Given, call
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_tensor
from course_utils.checks.exercise import exercise
from course_utils.lessons.backprop.exercises.shared import Layers, gradients_after, watch_graphs

OLD = 0.5  # every number of a gradient from before


def _adding(
    factor: Callable[[int, int, int], float], cleared: bool = True, pieces: slice = slice(None)
) -> Callable:
    """The learner's function, with a factor made of a piece's images, all images and `size`."""

    def in_pieces(net, criterion, images, target, size):
        if cleared:
            net.zero_grad()
        for some, labels in list(zip(images.split(size), target.split(size), strict=True))[pieces]:
            (criterion(net(some), labels) * factor(len(some), len(images), size)).backward()

    return in_pieces


def _share(count: int, total: int, size: int) -> float:
    return count / total


MISTAKES = (
    Mistake(
        "old_kept",
        "The gradients that were there before are still contained in the result.",
        _adding(_share, cleared=False),
    ),
    Mistake(
        "summed",
        "The means of the pieces were added up: with four pieces, the result is about four times "
        "as large as for the whole batch.",
        _adding(lambda *counts: 1),
    ),
    Mistake(
        "only_added",
        "Everything was only added up: the gradients that were there before are still contained "
        "in the result, and so are the means of the pieces, each in full.",
        _adding(lambda *counts: 1, cleared=False),
    ),
    Mistake(
        "pieces_alike",
        "Every piece counts alike; where the last one is smaller, its images count more than the "
        "others.",
        _adding(lambda count, total, size: 1 / -(-total // size)),
    ),
    Mistake(
        "size_for_count",
        "Every piece counts as if it held `size` images; the last one may hold fewer.",
        _adding(lambda count, total, size: size / total),
    ),
    Mistake(
        "last_piece",
        "Only the last piece has arrived in `.grad`. Does each piece have its `backward()`, and is "
        "nothing cleared in between?",
        _adding(lambda *counts: 1, pieces=slice(-1, None)),
    ),
    Mistake(
        "last_share",
        "Only the last piece is in `.grad`, with its share. Is something cleared in between?",
        _adding(_share, pieces=slice(-1, None)),
    ),
    Mistake(
        "shares_forgotten",
        "The pieces were multiplied by their sizes, which makes a sum over all images; the "
        "criterion takes the mean.",
        _adding(lambda count, total, size: count),
    ),
    Mistake(
        "criterion_ignored",
        "The gradients are those of cross entropy as it is by default; `criterion` may be another "
        "loss.",
        lambda net, criterion, *rest: _adding(_share)(net, F.cross_entropy, *rest),
    ),
)


def _batch(
    net: nn.Module, criterion: nn.Module, count: int, size: int, old: float | None = OLD
) -> Given:
    target = (
        20 * torch.randn(count, 3) if isinstance(criterion, nn.MSELoss) else torch.arange(count) % 3
    )
    where = "gradient of one layer" if isinstance(net, nn.Linear) else "gradients in a row"
    said = f"the {where}, from {count} images in pieces of {size},"
    return Given((net, criterion, torch.randn(count, 16), target, size, old), {}, said)


def _batches() -> list[Given]:
    plain, squared = nn.CrossEntropyLoss(), nn.MSELoss()
    return [
        _batch(nn.Linear(16, 3, bias=False), plain, 3, 2, old=None),
        _batch(Layers(), nn.CrossEntropyLoss(label_smoothing=0.5), 5, 2),
        _batch(Layers().eval(), squared, 4, 3),
        _batch(Layers(), plain, 3, 1),
        _batch(Layers(), plain, 4, 2),
        _batch(Layers(), plain, 2, 5, old=None),
    ]


def _in_a_row(gradients: Any, what: str) -> Tensor:
    if any(gradient is None for gradient in gradients):
        raise NotYet(
            "no_gradient",
            "After the call, parameters have no gradient: their `.grad` is None. Is there a "
            "`backward()`, and nothing cleared after it?",
        )
    rows = [as_tensor(gradient, what) for gradient in gradients]
    return rows[0] if len(rows) == 1 else torch.cat([row.flatten() for row in rows])


def _whole(net, criterion, images, target, size) -> None:
    net.zero_grad()
    criterion(net(images), target).backward()


def _require_pieces(in_pieces: Callable, batch: Given) -> None:
    """Watch how many images the network sees at once, and how many of them graphs keep."""
    net, criterion, images, target, size, _ = batch.args
    net.shown.clear()
    with watch_graphs(net.within) as kept:
        call(in_pieces, net, criterion, images, target, size)
    if (most := max(net.shown, default=0)) > size:
        raise NotYet(
            "too_many_at_once",
            f"The network was shown {most} images at once; there is memory for {size}.",
        )
    if (most := min(max(kept, default=0), len(images))) > size:
        raise NotYet(
            "graphs_kept",
            f"The gradients are right, but the graphs of {most} images were kept at the same "
            f"time; there is memory for {size}. A `backward()` for each piece, without "
            "`retain_graph`, frees its graph before the next is built.",
        )


@exercise(
    starter="""
def in_pieces(net, criterion, images, target, size):
    ...
    for some, labels in zip(images.split(size), target.split(size), strict=True):
        loss = criterion(net(some), labels)
        ...
""",
    hints=(
        "What must be in `.grad` before the first `backward()`, so that nothing old is counted?",
        "Every `backward()` adds. The loss of a piece is a mean over its own images.",
        "Of seven images, a piece of three stands for three sevenths: multiply its loss by that.",
    ),
    solution="""
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    for some, labels in zip(images.split(size), target.split(size), strict=True):
        loss = criterion(net(some), labels)
        (loss * len(some) / len(images)).backward()
""",
    why="Every `backward()` adds to `.grad` and frees its graph, so one piece after another needs "
    "memory for one. A mean of means is the mean of all only if each counts by its share of the "
    "images.",
    mistakes=MISTAKES,
)
def accumulated(in_pieces):
    in_pieces = as_function(in_pieces, "`in_pieces`")
    batches = _batches()
    check_agreement(
        in_pieces,
        _whole,
        batches,
        MISTAKES,
        name="in_pieces",
        show_wanted=True,
        read=_in_a_row,
        observe=gradients_after,
    )
    _require_pieces(in_pieces, batches[1])
    return "Piece by piece, `.grad` is the same as for the whole batch."
