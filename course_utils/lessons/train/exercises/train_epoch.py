"""Exercise: one epoch of training, and the mean loss on the way."""

# The check tells apart, and the inputs are chosen for it:
# - one step for each batch, the smaller last one too, from one step in all, none, other batches
# - the gradient of a batch from the sum of all so far, from that of another loss
# - the criterion and the optimizer that were given from others: two kinds of each
# - training mode from evaluation mode, in the passes that a gradient goes back through; other
#   passes are nobody's business, unless batch norm counts them among its buffers
# - the mean loss of all images from a mean of batches, a sum, one batch, the loss afterwards; a
#   number from a tensor that keeps its graph
# - everything else as before from settings, data, what can learn, or the optimizer's memory changed

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader, TensorDataset

from course_utils.checks.calls import Given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_number, as_tensor
from course_utils.checks.exercise import exercise
from course_utils.lessons.train.exercises.shared import (
    Pass,
    coarse_images,
    layers_of,
    small_network,
)

Losses = list[tuple[float, int]]  # of each batch: the loss and how many images


def _mean(losses: Losses) -> float:
    return sum(loss * size for loss, size in losses) / sum(size for _, size in losses)


def _epoch(reduce=_mean, part=slice(None), lines="zbs", after="") -> Callable:
    """The right answer; with other lines, zero_grad, backward and step, a wrong one."""

    def my_epoch(net, loader, criterion, optimizer):
        net.train()
        losses = []
        for images, target in list(loader)[part]:
            loss = criterion(net(images), target)
            run = {"z": optimizer.zero_grad, "b": loss.backward, "s": optimizer.step}
            for line in lines:
                run[line]()
            losses.append((loss.item(), len(target)))
        for line in after:
            run[line]()
        return reduce(losses)

    return my_epoch


WEIGHT_MISTAKES = (
    Mistake(
        "old_gradients",
        "The gradients of earlier batches were never cleared: each step follows the sum of all so "
        "far.",
        _epoch(lines="bs"),
    ),
    Mistake(
        "first_batch",
        "The weights are where the first batch alone takes them. Does `return` stand inside the "
        "loop?",
        _epoch(part=slice(1)),
    ),
    Mistake(
        "one_step",
        "One step was made, by the gradients of all batches together; each batch has a step of "
        "its own.",
        _epoch(lines="b", after="s"),
    ),
    Mistake(
        "last_step",
        "One step was made, by the gradients of the last batch. Does `step()` stand after the "
        "loop?",
        _epoch(lines="zb", after="s"),
    ),
)

LOSS_MISTAKES = (
    Mistake(
        "not_weighed",
        "The mean of the batches' losses came back. The last batch may be smaller, and then each "
        "of its images counts for more than the others.",
        _epoch(lambda losses: sum(loss for loss, _ in losses) / len(losses)),
    ),
    Mistake(
        "losses_summed",
        "The losses of the batches were added up; the mean is wanted.",
        _epoch(lambda losses: sum(loss for loss, _ in losses)),
    ),
    Mistake(
        "size_forgotten",
        "The losses of the batches were added up and divided by the number of images. Each of "
        "them is a mean already, and stands for all images of its batch.",
        _epoch(lambda losses: sum(loss for loss, _ in losses) / sum(size for _, size in losses)),
    ),
)

CASES = (  # images, batch size, with batch norm, which cannot train on a batch of one image
    Given((10, 4, True), {}, "10 images in batches of 4"),
    Given((7, 2, False), {}, "7 images in batches of 2"),
    Given((3, 3, False), {}, "3 images in one batch"),
)


@torch.random.fork_rng(devices=[])
def _problem(count: int, batch: int, batch_norm: bool):
    """Notes of passes; a network in evaluation mode and what trains it, after a first step."""
    torch.random.default_generator.manual_seed(1)
    passes: list[Pass] = []
    net = small_network(passes, nn.BatchNorm1d if batch_norm else nn.LayerNorm, dropout=0.0).eval()
    data = TensorDataset(coarse_images(count), torch.arange(count) * 7 % 10)
    criterion, optimizer = nn.MultiMarginLoss(), optim.Adam(net.parameters(), lr=0.05)
    if batch_norm:
        criterion = nn.CrossEntropyLoss(label_smoothing=0.2)
        optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.6)
    for parameter in net.parameters():
        parameter.grad = torch.full_like(parameter, 0.1)
    optimizer.step()  # so that it remembers something
    optimizer.zero_grad()
    return passes, net, DataLoader(data, batch), criterion, optimizer


def _state_after(my_epoch: Callable, *case) -> Tensor:
    _, net, *others, optimizer = _problem(*case)
    my_epoch(net, *others, optimizer)
    kept = [value for values in optimizer.state.values() for value in values.values()]
    tensors = [*net.state_dict().values(), *map(torch.as_tensor, kept)]
    return torch.cat([tensor.float().flatten() for tensor in tensors])


def _loss_on_the_way(my_epoch: Callable, *case) -> object:
    return my_epoch(*_problem(*case)[1:])


def _surroundings(net: nn.Module, loader: DataLoader, _, optimizer: optim.Optimizer):
    """What an epoch leaves alone, as values that can be compared, each with its name."""
    (group,) = optimizer.param_groups
    return {
        "Recording for autograd is": torch.is_grad_enabled(),
        "The optimizer's settings are": [v for k, v in group.items() if k != "params"],
        "What requires a gradient is": [parameter.requires_grad for parameter in net.parameters()],
        "A layer's own numbers, attributes or hooks are": layers_of(net),
        "The loader's data are": [tensor.tolist() for tensor in loader.dataset[:]],
    }


def _require_training(my_epoch: Callable) -> None:
    """Gradients have gone back in training mode, weights have moved, nothing else has changed."""
    passes, net, *others = _problem(*CASES[0].args)
    start = [parameter.detach().clone() for parameter in net.parameters()]
    before = _surroundings(net, *others)
    my_epoch(net, *others)
    learnt = [one for one in passes if one.learnt]
    if not learnt:
        raise NotYet(
            "no_gradient",
            "No gradient has gone back through the network that was handed in. Is `backward()` "
            "called, on a loss of this `net`?",
        )
    if all(map(torch.equal, start, net.parameters())):
        raise NotYet(
            "not_moved",
            "A gradient went back, and no weight of `net` has moved. Does `optimizer.step()` come "
            "after `backward()`, with nothing cleared between, and is `net` itself trained?",
        )
    if any(False in one.modes for one in learnt):
        raise NotYet(
            "evaluation_mode",
            "A batch was learnt from while the network, or a layer of it, was in evaluation mode, "
            "where dropout is off. `net.train()` switches all of it.",
        )
    after = _surroundings(net, *others)
    for what in before:
        if after[what] != before[what]:
            raise NotYet("changed", f"{what} not as before; an epoch changes weights and buffers.")


def _require_state(agree_on: Callable) -> None:
    try:
        agree_on(WEIGHT_MISTAKES, read=as_tensor, observe=_state_after)
    except NotYet as told:
        if told.code == "differs":
            where = told.message.partition(" it ")[0].removeprefix("The shapes are right. ")
            raise NotYet(
                "other_weights",
                f"{where}, weights, buffers or the optimizer's memory are not what one call of the "
                "network, one loss and one step for each batch make of them.",
            ) from None
        raise


def _as_loss(value: object, what: str) -> int | float:
    if isinstance(value, Tensor) and value.requires_grad:
        raise NotYet(
            "graph_kept",
            "A tensor with a graph came back: as long as it is kept, the graphs of all batches "
            "fill the memory. `loss.item()` is the number alone.",
        )
    return as_number(value, what)


@exercise(
    starter="""
def my_epoch(net, loader, criterion, optimizer):
    ...
""",
    hints=(
        "The inner loop of the lesson, with its five lines. What stands before it?",
        "For the mean: add up `loss.item()` times the number of images in the batch, count the "
        "images, and divide after the loop.",
    ),
    solution="""
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    total, count = 0.0, 0
    for images, target in loader:
        optimizer.zero_grad()
        loss = criterion(net(images), target)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(target)
        count += len(target)
    return total / count
""",
    why="The five lines run once for each batch, in the mode in which dropout and batch norm "
    "train. A batch's loss is a mean, so times its size it is the sum that all images share.",
    mistakes=(*WEIGHT_MISTAKES, *LOSS_MISTAKES),
)
def train_epoch(my_epoch):
    my_epoch = as_function(my_epoch, "`my_epoch`")
    _require_training(my_epoch)
    agree_on = partial(check_agreement, my_epoch, _epoch(), CASES, name="my_epoch")
    _require_state(agree_on)
    agree_on(LOSS_MISTAKES, show_wanted=True, read=_as_loss, observe=_loss_on_the_way)
    return "One step for each batch, in training mode, and every image counts alike in the mean."
