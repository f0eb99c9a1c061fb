"""Exercises of lesson 06 on training: one epoch of the loop, and the mean loss on the way."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TypeVar

import torch
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader, TensorDataset

from course_utils.exercises.compare import Mistake, a_function, a_number, agree, recognise, shown
from course_utils.exercises.exercise import NotYet, exercise

Result = TypeVar("Result")

_BATCH, _COUNT = 4, 10  # batches of 4, 4 and 2
_CRITERION = nn.CrossEntropyLoss(label_smoothing=0.2)


class _Problem:
    """A small network in evaluation mode, without gradients, and what trains it.

    Attributes:
        modes: For each forward pass, whether all of the network was in training mode.
    """

    def __init__(self, count: int = _COUNT, batch: int = _BATCH):
        torch.manual_seed(1)
        images = torch.randn(count, 6, dtype=torch.float64)
        labels = torch.arange(count) % 3
        ends = nn.Linear(6, 5, dtype=torch.float64), nn.Linear(5, 3, dtype=torch.float64)
        norm = nn.BatchNorm1d(5, dtype=torch.float64)
        self.net = nn.Sequential(ends[0], norm, nn.Tanh(), ends[1]).eval()
        self.loader = DataLoader(TensorDataset(images, labels), batch_size=batch)
        self.optimizer = optim.SGD(self.net.parameters(), lr=0.5, momentum=0.6)
        self.modes: list[bool] = []
        self.net.register_forward_pre_hook(lambda net, _: self.modes.append(_all_training(net)))

    @property
    def weights(self) -> Tensor:
        return nn.utils.parameters_to_vector(self.net.parameters()).detach()


def _all_training(net: nn.Module) -> bool:
    return all(module.training for module in net.modules())


def _losses(
    problem: _Problem,
    round_: str = "zfbs",
    after: str = "",
    part: slice = slice(None),
    criterion: nn.Module = _CRITERION,
    factor: Callable[[Tensor], float] = lambda target: 1.0,
) -> Iterator[tuple[float, int]]:
    """Train and give the loss and the size of each batch; other lines make mistakes.

    The lines of a round are letters: zero_grad, forward and loss, backward, step.
    """
    net, optimizer = problem.net.train(), problem.optimizer
    loss = torch.zeros(())

    def line(letter: str, images: Tensor, target: Tensor) -> None:
        nonlocal loss
        if letter == "z":
            optimizer.zero_grad()
        elif letter == "f":
            loss = criterion(net(images), target)
        elif letter == "b":
            (loss * factor(target)).backward()
        else:
            optimizer.step()

    for images, target in list(problem.loader)[part]:
        for letter in round_:
            line(letter, images, target)
        yield loss.item(), len(target)
    for letter in after:
        line(letter, images, target)


def _trained(passes: int = 1, **changes) -> Tensor:
    """The weights after an epoch, or after several."""
    problem = _Problem()
    for _ in range(passes):
        list(_losses(problem, **changes))
    return problem.weights


def _remembered(work: Callable[[], Result]) -> Callable[[], Result]:
    """Work at the first call only. It is always the same, whatever an answer has switched off."""

    def run() -> Result:
        with torch.inference_mode(False), torch.enable_grad(), torch.device("cpu"):
            return work()

    return cache(run)


def _after(**changes) -> Callable[[], Tensor]:
    """The weights after such a training."""
    return _remembered(partial(_trained, **changes))


_right_weights = _after()

_WEIGHT_MISTAKES = [
    Mistake(
        "old_gradients",
        "The gradients of earlier batches were never cleared: each step follows the sum of all so "
        "far.",
        _after(round_="fbs"),
    ),
    Mistake(
        "first_batch",
        "The weights are where the first batch alone takes them. Does `return` stand inside the "
        "loop?",
        _after(part=slice(1)),
    ),
    Mistake(
        "last_batch",
        "The weights are where the last batch alone takes them: the gradients of the batches "
        "before were computed and cleared. Does `step()` stand after the loop?",
        _after(round_="zfb", after="s"),
    ),
    Mistake(
        "last_dropped",
        "The last batch has moved nothing. It is smaller, and belongs to the epoch all the same.",
        _after(part=slice(2)),
    ),
    Mistake(
        "one_step",
        "One step was made, by the gradients of all batches together; each batch has a step of "
        "its own.",
        _after(round_="fb", after="s"),
    ),
    Mistake(
        "two_steps",
        "Two steps were made for each batch, the second by a gradient that is out of date.",
        _after(round_="zfbss"),
    ),
    Mistake(
        "two_passes",
        "The weights are where two passes through the images take them; an epoch is one.",
        _after(passes=2),
    ),
    Mistake(
        "ascent",
        "The loss was sent back with its sign changed: the weights climb.",
        _after(factor=lambda target: -1.0),
    ),
    Mistake(
        "loss_scaled",
        "The loss was multiplied by the size of the batch before `backward()`; the step follows "
        "the mean loss as it is.",
        _after(factor=len),
    ),
    Mistake(
        "own_criterion",
        "The weights are those of a plain `nn.CrossEntropyLoss()`; another `criterion` was handed "
        "in.",
        _after(criterion=nn.CrossEntropyLoss()),
    ),
]


def _moved(problem: _Problem, start: Tensor) -> None:
    if not agree(problem.weights, start, tolerance=1e-12):
        return
    if all(parameter.grad is None for parameter in problem.net.parameters()):
        raise NotYet(
            "no_gradient",
            "No weight has moved, and no gradient is left: `backward()` was not called, or its "
            "gradients were cleared before a step could use them.",
        )
    raise NotYet(
        "gradient_unused",
        "No weight has moved, though there are gradients: no `step()` came after them.",
    )


def _own_optimizer(problem: _Problem) -> None:
    if not problem.optimizer.state:
        raise NotYet(
            "own_optimizer",
            "The weights have moved, but the optimizer that was handed in has made no step.",
        )


def _trained_rightly(problem: _Problem, start: Tensor) -> None:
    """The weights are those of an epoch, and nothing else has changed."""
    _moved(problem, start)
    if not all(problem.modes[: len(problem.loader)]):
        raise NotYet(
            "evaluation_mode",
            "The network, or a layer in it, was in evaluation mode, as it came: dropout is off "
            "there. Training wants `net.train()`.",
        )
    recognise([((), problem.weights)], _WEIGHT_MISTAKES, tolerance=1e-9)
    _own_optimizer(problem)
    if not agree(problem.weights, _right_weights(), tolerance=1e-9):
        raise NotYet(
            "other_weights",
            "The weights are not where one step for each batch, in the order of the loader, takes "
            "them.",
        )
    if sum(problem.modes) > len(problem.loader):
        raise NotYet(
            "extra_passes",
            f"The network was called {sum(problem.modes)} times for {len(problem.loader)} batches; "
            "in training mode each call also changes its buffers.",
        )
    if problem.optimizer.param_groups[0]["lr"] != 0.5:
        raise NotYet("rate_changed", "The epoch has changed the optimizer's learning rate.")
    if not all(parameter.requires_grad for parameter in problem.net.parameters()):
        raise NotYet("frozen", "Parameters require no gradient any more; the next epoch needs it.")


def _other_sizes(my_epoch: Callable) -> None:
    """Another number of images and of batches."""
    mine, right = _Problem(count=11, batch=3), _Problem(count=11, batch=3)
    loss = my_epoch(mine.net, mine.loader, _CRITERION, mine.optimizer)
    wanted = sum(loss * size for loss, size in _losses(right)) / 11
    if not (agree(mine.weights, right.weights, tolerance=1e-9) and agree(float(loss), wanted)):
        raise NotYet(
            "other_sizes",
            "Right for ten images in batches of 4, but not for eleven in batches of 3. The sizes "
            "are those of the loader's batches, and all its batches belong to the epoch.",
        )


def _mean(weigh: Callable[[float, int], float]) -> Callable[[], float]:
    """The losses on the way as one number, each weighed with its size."""
    return _remembered(lambda: sum(weigh(loss, size) for loss, size in _losses(_Problem())))


def _examined() -> Tensor:
    problem = _Problem()
    list(_losses(problem))
    images, target = problem.loader.dataset.tensors
    return _CRITERION(problem.net.eval()(images), target)


_right_mean = _mean(lambda loss, size: loss * size / _COUNT)

_LOSS_MISTAKES = [
    Mistake(
        "not_weighed",
        "The mean of the batches' losses came back. The last batch is smaller, so each of its "
        "images counts for more than the others.",
        _mean(lambda loss, size: loss / 3),
    ),
    Mistake(
        "losses_summed",
        "The losses of the batches were added up; the mean is wanted.",
        _mean(lambda loss, size: loss),
    ),
    Mistake(
        "all_summed",
        "This is the sum over all images; the mean is wanted.",
        _mean(lambda loss, size: loss * size),
    ),
    Mistake(
        "size_forgotten",
        "The losses of the batches were added up and divided by the number of images. Each of "
        "them is a mean already, and stands for all images of its batch.",
        _mean(lambda loss, size: loss / _COUNT),
    ),
    Mistake(
        "per_batch",
        "The sum over all images was divided by the number of batches.",
        _mean(lambda loss, size: loss * size / 3),
    ),
    Mistake(
        "full_batches",
        "The sum was divided as if all batches were full; the last one is smaller.",
        _mean(lambda loss, size: loss * size / 3 / _BATCH),
    ),
    Mistake(
        "last_loss",
        "This is the loss of the last batch alone.",
        lambda: list(_losses(_Problem()))[-1][0],
    ),
    Mistake(
        "first_loss",
        "This is the loss of the first batch alone.",
        lambda: next(_losses(_Problem()))[0],
    ),
    Mistake(
        "measured_afterwards",
        "This is the loss that the network has after the epoch; wanted is the mean of the losses "
        "on the way.",
        _remembered(_examined),
    ),
]


def _returned(loss: object) -> int | float:
    if loss is None:
        raise NotYet("nothing_returned", "The epoch is right, and nothing came back from it.")
    if type(loss) is Tensor and loss.requires_grad:
        raise NotYet(
            "graph_kept",
            "A tensor with a graph came back: as long as it is kept, the graphs of all batches "
            "fill the memory. `loss.item()` is the number alone.",
        )
    return a_number(loss, "The mean loss")


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
)
def train_epoch(my_epoch):
    my_epoch = a_function(my_epoch, "`my_epoch`")
    problem = _Problem()
    start = problem.weights
    loss = my_epoch(problem.net, problem.loader, _CRITERION, problem.optimizer)
    _trained_rightly(problem, start)
    loss = _returned(loss)
    recognise([((), loss)], _LOSS_MISTAKES, tolerance=1e-9)
    if not agree(loss, _right_mean()):
        raise NotYet(
            "other_loss",
            f"The weights are right; the loss that came back, {shown(loss)}, is not the mean over "
            "all images.",
        )
    _other_sizes(my_epoch)
    return "One step for each batch, in training mode, and every image counts alike in the mean."
