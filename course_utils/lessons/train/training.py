"""Training on real digits: split, batches, and a history of everything epoch by epoch.

What happens inside is the loop of lesson 06, line by line; here it also keeps what it passes, so
that figures can show it. One seed gives one result, to the last bit, on one machine.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, Dataset

from course_utils.lessons.train.evaluation import Evaluation, evaluate_net
from course_utils.lessons.train.shifts import shift_each
from course_utils.network.digits import Digits


class DigitDataset(Dataset):
    """Digits as PyTorch's loaders want them: `data[i]` is an image with its label.

    Example:
        >>> from course_utils.network.digits import one_of_each
        >>> data = DigitDataset(one_of_each())
        >>> len(data), data[3][0].shape, int(data[3][1])
        (10, torch.Size([1, 32, 32]), 3)
    """

    def __init__(self, digits: Digits):
        self.images, self.labels = digits.images, digits.labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.images[index], self.labels[index]


@dataclass(frozen=True)
class Split:
    """Digits to train on, and digits kept back for the test.

    Attributes:
        train: What the network learns from.
        test: What it must not see before it is examined.
    """

    train: Digits
    test: Digits


def split_digits(digits: Digits, test: int = 360, seed: int = 0) -> Split:
    """Digits dealt by chance into a training part and a test part.

    Args:
        digits: Left as they are.
        test: How many go into the test part; at least one, and one must be left to train on.
        seed: The same seed deals the same way; the global random state is not used.

    Raises:
        ValueError: There are not enough digits.

    Example:
        >>> from course_utils.network.digits import load_digits
        >>> split = split_digits(load_digits())
        >>> len(split.train.labels), len(split.test.labels)
        (1437, 360)
    """
    count = len(digits.labels)
    if not 0 < test < count:
        raise ValueError(
            f"Of {count} digits, 1 to {count - 1} can be kept for the test; this is {test}."
        )
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return Split(_chosen(digits, order[test:]), _chosen(digits, order[:test]))


def _chosen(digits: Digits, positions: Tensor) -> Digits:
    return Digits(digits.images[positions], digits.labels[positions])


def make_loader(digits: Digits, batch_size: int, seed: int = 0) -> DataLoader:
    """A loader that shuffles anew at every pass, always alike for one seed.

    Args:
        digits: At least one.
        batch_size: From 1 to the number of digits; the last batch may be smaller.
        seed: Of the loader's own generator; the global random state is not used.

    Raises:
        ValueError: The batch size is 0, negative or larger than the data.
    """
    count = len(digits.labels)
    if not 1 <= batch_size <= count:
        raise ValueError(
            f"A batch of these {count} digits has 1 to {count} of them; "
            f"this batch size is {batch_size}."
        )
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(DigitDataset(digits), batch_size, shuffle=True, generator=generator)


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        epochs: Passes over the training digits.
        learning_rate: Of the first epoch.
        momentum: Of `torch.optim.SGD`; 0 is plain.
        batch_size: Images for one update.
        fade: Let the learning rate fall in equal steps, epoch by epoch, towards 0.
        reach: Move every training image by chance by up to so many pixels, anew each time.
    """

    epochs: int = 10
    learning_rate: float = 0.1
    momentum: float = 0.0
    batch_size: int = 16
    fade: bool = True
    reach: int = 0


@dataclass(frozen=True, eq=False)
class Epoch:
    """Where a training stands after so many epochs.

    Attributes:
        number: 0 is before the first update.
        train: The network's answers to the training digits.
        test: Its answers to the test digits.
        weights: A copy of its `state_dict()`.
    """

    number: int
    train: Evaluation
    test: Evaluation
    weights: dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class History:
    """A whole training: `epochs[0]` is before the first update, then one entry an epoch.

    Attributes:
        epochs: One more than the recipe has.
        recipe: As it was trained.
        split: The digits.
    """

    epochs: tuple[Epoch, ...]
    recipe: Recipe
    split: Split
    _like: nn.Module

    @property
    def last(self) -> Epoch:
        return self.epochs[-1]

    def net(self, number: int = -1) -> nn.Module:
        """A new network with the weights after epoch `number`, the last one if not given."""
        net = copy.deepcopy(self._like)
        net.load_state_dict(self.epochs[number].weights)
        return net


def train(net: nn.Module, split: Split, recipe: Recipe | None = None, seed: int = 0) -> History:
    """Train a copy of `net`; it is left as it is itself, and so is the random state.

    A training that diverges is no error: its losses are then infinite or no numbers.

    Args:
        net: Takes (N, 1, 32, 32), returns (N, 10) scores.
        split: What to train on and what to test on.
        recipe: How; the lesson's if not given.
        seed: Of the order of the images and, with `reach`, of their shifts. The first weights are
            those of `net`.

    Raises:
        ValueError: A digit is missing among those to train on, the batch size is impossible, or
            there is less than one epoch.
    """
    recipe = recipe or Recipe()
    _check(split, recipe)
    like, net = net, copy.deepcopy(net)
    devices = range(torch.cuda.device_count())
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)  # for a network with dropout, say
        epochs = _run(net, split, recipe, seed)
    return History(epochs, recipe, split, copy.deepcopy(like))


def fit(net: nn.Module, digits: Digits, recipe: Recipe, seed: int = 0) -> Iterator[int]:
    """Train `net` itself, and pause after each epoch to give its number.

    Args:
        net: In training mode whenever an epoch begins; the caller may change that in a pause.
        digits: What to train on.
        recipe: How.
        seed: Of the order of the images and of their shifts. Dropout, say, draws from the global
            random state.

    Raises:
        ValueError: The batch size is impossible.

    Example:
        >>> from course_utils.network.digits import one_of_each
        >>> net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))
        >>> list(fit(net, one_of_each(), Recipe(epochs=3, batch_size=5)))
        [1, 2, 3]
    """
    loader = make_loader(digits, recipe.batch_size, seed)
    moves = torch.Generator().manual_seed(seed)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum)
    scheduler = LambdaLR(optimizer, lambda done: 1 - recipe.fade * done / recipe.epochs)
    for number in range(1, recipe.epochs + 1):
        net.train()
        for images, target in loader:
            if recipe.reach:
                images = shift_each(images, recipe.reach, moves)
            optimizer.zero_grad()
            loss = criterion(net(images), target)
            loss.backward()
            optimizer.step()
        scheduler.step()
        yield number


def _run(net: nn.Module, split: Split, recipe: Recipe, seed: int) -> tuple[Epoch, ...]:
    passed = [_record(0, net, split)]
    passed += [_record(number, net, split) for number in fit(net, split.train, recipe, seed)]
    return tuple(passed)


def _record(number: int, net: nn.Module, split: Split) -> Epoch:
    weights = {name: tensor.detach().clone() for name, tensor in net.state_dict().items()}
    seen = evaluate_net(net, split.train.images, split.train.labels)
    unseen = evaluate_net(net, split.test.images, split.test.labels)
    return Epoch(number, seen, unseen, weights)


def _check(split: Split, recipe: Recipe) -> None:
    if recipe.epochs < 1:
        raise ValueError(f"Training takes at least one epoch; this recipe has {recipe.epochs}.")
    counts = split.train.labels.bincount(minlength=10).tolist()
    missing = [str(digit) for digit, count in enumerate(counts) if not count]
    if missing:
        raise ValueError(
            f"No {', no '.join(missing)} is among the {sum(counts)} digits to train on, and a "
            "network cannot learn what it is never shown. Train on examples of all ten."
        )
