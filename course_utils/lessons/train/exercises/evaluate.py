"""Exercise: the accuracy of a network over a loader, and nothing changed by asking."""

# The check tells apart, and the inputs are chosen for it:
# - the share of all images from the mean of batches, one batch, a count: a smaller last batch, a
#   shuffled loader, a single image, a batch of one image
# - evaluation mode from training mode, of every layer and of the network itself, also in a copy
# - passes without a graph from passes with one, batches from all images at once
# - the mode that came from a fixed one: it comes in training mode, and in evaluation mode
# - everything as before from anything changed, frozen layers and random states included

import random
from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_utils.checks.calls import Given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_function
from course_utils.checks.exercise import exercise
from course_utils.lessons.train.exercises.shared import (
    Pass,
    coarse_images,
    layers_of,
    small_network,
)


def _by_batch(net: nn.Module, loader: DataLoader) -> list[tuple[int, int]]:
    """How many answers are right in each batch, and its size."""
    training = net.training
    net.eval()
    with torch.no_grad():
        counts = [(int((net(x).argmax(dim=1) == y).sum()), len(y)) for x, y in loader]
    net.train(training)
    return counts


def _right(net: nn.Module, loader: DataLoader) -> int:
    return sum(right for right, _ in _by_batch(net, loader))


MISTAKES = (
    Mistake(
        "not_weighed",
        "The batches count alike, though the last one may be smaller: then one of its images "
        "weighs more than the others.",
        lambda net, loader: sum(r / n for r, n in _by_batch(net, loader)) / len(loader),
    ),
    Mistake(
        "first_batch",
        "Only the first batch counts. Does `return` stand inside the loop?",
        lambda net, loader: next(r / n for r, n in _by_batch(net, loader)),
    ),
    Mistake(
        "last_batch",
        "Only the last batch counts; the ones before are forgotten.",
        lambda net, loader: [r / n for r, n in _by_batch(net, loader)][-1],
    ),
    Mistake("counted", "It is how many are right; the share is wanted.", _right),
    Mistake(
        "full_batches",
        "The right answers were divided as if every batch were full; the last one may be smaller.",
        lambda net, loader: _right(net, loader) / len(loader) / loader.batch_size,
    ),
)

CASES = (  # images, batch size, those read wrongly, in training mode, shuffled
    (11, 4, [5, 6, 7, 9, 10], True, False),
    (30, 4, [5, 7, 8, 23], False, True),
    (1, 4, [], True, False),
)


def _given(count: int, batch: int, wrong: list[int], *how: bool) -> Given:
    words = f"{count} image{'s' if count > 1 else ''} in batches of {batch}"
    said = f"{words}, {count - len(wrong)} of them read rightly,"
    return Given((count, batch, wrong, *how), {}, said)


def _everything(net: nn.Module, data: TensorDataset) -> dict[str, object]:
    """What an examination leaves alone, as values that can be compared, each with its name."""
    gradients = [parameter.grad for parameter in net.parameters()]
    return {
        "Recording for autograd is": torch.is_grad_enabled(),
        "The mode, as `net.training` tells it, is": [module.training for module in net.modules()],
        "The gradients are": [None if g is None else g.tolist() for g in gradients],
        "What requires a gradient is": [p.requires_grad for p in net.parameters()],
        "Weights or buffers are": [(k, t.dtype, t.tolist()) for k, t in net.state_dict().items()],
        "A layer's own numbers, attributes or hooks are": layers_of(net),
        "The loader's data are": [tensor.tolist() for tensor in data.tensors],
        "The state of the random numbers is": [torch.get_rng_state().tolist(), random.getstate()],
    }


def _share(count: int, wrong: list[int]) -> float:
    return 1 - len(wrong) / count


@torch.random.fork_rng(devices=[])
def _problem(count: int, batch: int, wrong: list[int], training: bool, shuffle: bool):
    """Notes of passes; a network, its data, and a loader of them."""
    torch.random.default_generator.manual_seed(3)
    passes: list[Pass] = []
    net, images = small_network(passes, nn.BatchNorm1d), coarse_images(count)
    for parameter in net.parameters():  # left from the training that is interrupted
        parameter.grad = torch.ones_like(parameter)
    next(net.parameters()).requires_grad_(False)  # frozen by whoever trains it
    next(net.buffers()).fill_(0.1)
    with torch.no_grad():  # scores below 0, and close, which no other images and no rounding keep
        *_, weight, bias = net.parameters()
        weight.mul_(0.05)
        bias.normal_(-60, 0.03)
    labels = net.eval()(images).argmax(dim=1)
    labels[wrong] = (labels[wrong] + 1) % 10
    passes.clear()
    net.train(training)
    own = torch.Generator().manual_seed(0)  # or else a loader draws from the global one
    data = TensorDataset(images, labels)
    return passes, net, data, DataLoader(data, batch, shuffle=shuffle, generator=own)


def _examine(answer: Callable, count: int, batch: int, wrong: list[int], *how: bool) -> object:
    """What the answer returns, if it has asked as it should and left everything as it was."""
    if answer is _share:
        return _share(count, wrong)
    passes, net, data, loader = _problem(count, batch, wrong, *how)
    before = _everything(net, data)
    result = answer(net, loader)
    after = _everything(net, data)
    _require_asking(passes, batch)
    for what in before:
        if after[what] != before[what]:
            raise NotYet("changed", f"{what} not as before; an examination leaves no trace.")
    return result


def _require_asking(passes: list[Pass], batch: int) -> None:
    """Images were shown in evaluation mode, without a graph, and no more than a batch at once."""
    if not passes:
        raise NotYet("not_asked", "The network was never called, so nothing can be said of it.")
    if any(True in one.modes for one in passes):
        raise NotYet(
            "training_mode",
            "Images were shown while the network, or a layer of it, was in training mode, where "
            "dropout sets numbers to 0 by chance. `net.eval()` switches all of it.",
        )
    if any(one.recorded for one in passes):
        raise NotYet(
            "recorded",
            "A graph was built while images went through, though nothing goes back along it: "
            "`torch.no_grad()` does without.",
        )
    most = max(one.count for one in passes)
    if most > batch:
        raise NotYet(
            "all_at_once",
            f"The network was shown {most} images at once, and the loader hands out {batch} at a "
            "time: show it each batch as it comes, so that memory for one is enough.",
        )


@exercise(
    starter="""
def my_evaluate(net, loader):
    ...
""",
    hints=(
        "Three things to do before the loop: note `net.training`, switch the mode, and begin two "
        "counts at 0. One more after it.",
        "In the loop, count the right answers of the batch and its images; divide once, at the "
        "end, so that every image weighs the same.",
        "The loop stands inside `with torch.no_grad():`. After it, `net.train(…)` gets your note "
        "back.",
    ),
    solution="""
import torch


def my_evaluate(net, loader):
    was_training = net.training
    net.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            answers = net(images).argmax(dim=1)
            right += (answers == labels).sum().item()
            count += len(labels)
    net.train(was_training)
    return right / count
""",
    why="Two counts serve batches of any size, and one division at the end weighs every image "
    "alike. The mode is noted before it is changed, so a network in training goes on training.",
    mistakes=MISTAKES,
)
def evaluate(my_evaluate):
    check_agreement(
        as_function(my_evaluate, "`my_evaluate`"),
        _share,
        [_given(*case) for case in CASES],
        MISTAKES,
        name="my_evaluate",
        show_wanted=True,
        observe=_examine,
    )
    return "The accuracy is right, and everything is as it was: mode, weights and gradients."
