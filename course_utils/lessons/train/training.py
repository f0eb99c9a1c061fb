"""Training on real digits: three parts, shuffled batches, and the weights after every epoch.

What happens inside is the loop of lesson 07, line by line. One seed gives one result, to the last
bit, on one machine.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn, optim
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, TensorDataset

from course_utils.lessons.train.shifts import shift_each
from course_utils.network.digits import Digits


@dataclass(frozen=True)
class Parts:
    """Digits for training, digits for choosing, and digits for the one test at the end."""

    train: Digits
    validation: Digits
    test: Digits


def split_digits(digits: Digits, held_back: int = 360, seed: int = 0) -> Parts:
    """Digits split at random, as lesson 07 splits them.

    Args:
        digits: Left as they are.
        held_back: How many go into validation, and how many into the test.
        seed: The same seed splits the same way; the global random state is not used.

    Example:
        >>> from course_utils.network.digits import load_digits
        >>> parts = split_digits(load_digits())
        >>> len(parts.train.labels), len(parts.validation.labels), len(parts.test.labels)
        (1077, 360, 360)
    """
    count = len(digits.labels)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    test, validation, train = order.split([held_back, held_back, count - 2 * held_back])
    return Parts(*(Digits(digits.images[p], digits.labels[p]) for p in (train, validation, test)))


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        epochs: Passes over the training digits.
        learning_rate: Of the first epoch.
        momentum: Of `torch.optim.SGD`; 0 is plain.
        batch_size: Images for one step.
        fade: Let the learning rate fall in equal amounts, epoch by epoch, towards 0.
        reach: Move every training image at random by up to so many pixels, anew each time.
        shuffle: Take the digits in another order in each epoch.
        adam: Use Adam in place of SGD.
    """

    epochs: int = 8
    learning_rate: float = 0.1
    momentum: float = 0.0
    batch_size: int = 16
    fade: bool = True
    reach: int = 0
    shuffle: bool = True
    adam: bool = False


def make_loader(digits: Digits, recipe: Recipe, seed: int = 0) -> DataLoader:
    """A loader that always shuffles alike for one seed; the global random state is not used.

    Raises:
        ValueError: The recipe's batch size is 0, negative or larger than the data.
    """
    count = len(digits.labels)
    if not 1 <= recipe.batch_size <= count:
        raise ValueError(
            f"A batch of these {count} digits has 1 to {count} of them; "
            f"this batch size is {recipe.batch_size}."
        )
    data = TensorDataset(digits.images, digits.labels)
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(data, recipe.batch_size, shuffle=recipe.shuffle, generator=generator)


def train_steps(net: nn.Module, digits: Digits, recipe: Recipe, seed: int = 0) -> Iterator[float]:
    """Train `net` itself, and pause after each step to give how many epochs are done.

    Args:
        net: In training mode whenever an epoch begins; the caller may change that in a pause.
        digits: What to train on.
        recipe: How.
        seed: Of the order of the images and of their shifts. Dropout, say, draws from the global
            random state.

    Raises:
        ValueError: The batch size is impossible, or there is less than one epoch.

    Example:
        >>> from course_utils.network.digits import one_of_each
        >>> net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))
        >>> list(train_steps(net, one_of_each(), Recipe(epochs=2, batch_size=5)))
        [0.5, 1.0, 1.5, 2.0]
    """
    if recipe.epochs < 1:
        raise ValueError(f"Training takes at least one epoch; this recipe has {recipe.epochs}.")
    loader = make_loader(digits, recipe, seed)
    moves = torch.Generator().manual_seed(seed)
    criterion, optimizer = nn.CrossEntropyLoss(), _optimizer(net, recipe)
    scheduler = LambdaLR(optimizer, lambda done: 1 - recipe.fade * done / recipe.epochs)
    for epoch in range(recipe.epochs):
        net.train()
        for step, (images, target) in enumerate(loader, start=1):
            if recipe.reach:
                images = shift_each(images, recipe.reach, moves)
            optimizer.zero_grad()
            loss = criterion(net(images), target)
            loss.backward()
            optimizer.step()
            if step == len(loader):
                scheduler.step()
            yield epoch + step / len(loader)


def _optimizer(net: nn.Module, recipe: Recipe) -> optim.Optimizer:
    if recipe.adam:
        return optim.Adam(net.parameters(), lr=recipe.learning_rate)
    return optim.SGD(net.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum)


@dataclass(frozen=True, eq=False)
class History:
    """A whole training: `weights[0]` is before the first step, then one entry an epoch.

    Attributes:
        weights: Copies of the network's `state_dict()`, one more than the recipe has epochs.
    """

    weights: tuple[dict[str, Tensor], ...]
    _like: nn.Module

    @property
    def epochs(self) -> int:
        return len(self.weights) - 1

    def net(self, number: int = -1) -> nn.Module:
        """A new network with the weights after epoch `number`, the last one if not given."""
        net = copy.deepcopy(self._like)
        net.load_state_dict(self.weights[number])
        return net


def train_net(
    net: nn.Module, digits: Digits, recipe: Recipe | None = None, seed: int = 0
) -> History:
    """Train a copy of `net`; it is left as it is itself, and so is the random state.

    A training that diverges is no error: its losses are then infinite or no numbers.

    Args:
        net: Takes (N, 1, 32, 32), returns (N, 10) scores.
        digits: What to train on.
        recipe: How; the lesson's if not given.
        seed: Of the order of the images and, with `reach`, of their shifts. The first weights are
            those of `net`.

    Raises:
        ValueError: The batch size is impossible, or there is less than one epoch.
    """
    like, net = copy.deepcopy(net), copy.deepcopy(net)
    weights = [_copied(net)]
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)  # for a network with dropout, say
        for done in train_steps(net, digits, recipe or Recipe(), seed):
            if done == int(done):
                weights.append(_copied(net))
    return History(tuple(weights), like)


def _copied(net: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in net.state_dict().items()}
