"""Whole trainings on real digits, with the five lines of a step in any order."""

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn, optim

from course_utils.network.digits import batches
from course_utils.network.lenet import seeded_net
from course_utils.network.trained import BATCH, MOMENTUM, RATE

ORDERS = {
    "zero, forward, loss, backward, step": "as it should be",
    "forward, loss, backward, step, zero": "zero at the end",
    "forward, loss, backward, step": "never zero",
    "forward, loss, backward, zero, step": "zero before step",
    "zero, forward, loss, step, backward": "step before backward",
}
"""Orders of the five lines, each with a name."""

ROUNDS = 120


@dataclass(frozen=True)
class OrderRun:
    """What came of training in one order of the lines.

    Attributes:
        order: The lines, by name.
        losses: One for each round, measured on that round's digits.
        moved: Whether any weight is another one than at the start.
    """

    order: tuple[str, ...]
    losses: tuple[float, ...]
    moved: bool

    @property
    def late(self) -> float:
        """The mean loss of the last twenty rounds."""
        last = self.losses[-20:]
        return sum(last) / len(last)


@cache
def run_order(order: str, rounds: int = ROUNDS) -> OrderRun:
    """Train a `Net` on real digits, with the lines of a training step in this order.

    Always the same network, digits and optimizer (SGD, rate 0.02, momentum 0.9, 16 digits a
    round), in float64, so that machines agree. Computed once for each order; the random state is
    left as it was.

    Args:
        order: Of zero, forward, loss, backward and step, with commas; a line may be left out or
            come twice.
        rounds: How often to go through them.

    Raises:
        ValueError: There is no such line, or PyTorch refuses one where it stands.

    Example:
        >>> run_order("zero, forward, loss, step, backward", rounds=2).moved
        False
    """
    lines = tuple(word.strip() for word in order.split(","))
    if unknown := [line for line in lines if line not in _LINES]:
        raise ValueError(f"The lines are {', '.join(_LINES)}; {unknown[0]!r} is none of them.")
    training = _Training()
    before = nn.utils.parameters_to_vector(training.net.parameters()).detach().clone()
    losses = []
    for number, batch in enumerate(islice(batches(BATCH), rounds), start=1):
        training.batch = batch
        for line in lines:
            try:
                _LINES[line](training)
            except (RuntimeError, AttributeError, TypeError) as error:
                reason = str(error).split(". ")[0].rstrip(".")
                raise ValueError(f"Round {number} stops at {line}: {reason}.") from error
        if training.loss is not None:
            losses.append(training.loss.item())
    after = nn.utils.parameters_to_vector(training.net.parameters()).detach()
    return OrderRun(lines, tuple(losses), not torch.equal(before, after))


class _Training:
    """A network in training, with what its lines pass on to each other.

    What a line needs and none has made yet is None: PyTorch then refuses as it would a learner.
    """

    batch: Any
    output: Any
    loss: Any

    def __init__(self):
        self.net = seeded_net().double()
        self.optimizer = optim.SGD(self.net.parameters(), lr=RATE, momentum=MOMENTUM)
        self.batch = self.output = self.loss = None

    def zero(self):
        self.optimizer.zero_grad()

    def forward(self):
        self.output = self.net(self.batch.images.double())

    def measure(self):
        self.loss = F.cross_entropy(self.output, self.batch.labels)

    def backward(self):
        self.loss.backward()

    def step(self):
        self.optimizer.step()


_LINES = {
    "zero": _Training.zero,
    "forward": _Training.forward,
    "loss": _Training.measure,
    "backward": _Training.backward,
    "step": _Training.step,
}
