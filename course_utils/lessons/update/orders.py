"""Whole trainings on real digits, with the five lines of a step in any order."""

from dataclasses import dataclass
from functools import cache
from itertools import islice

import torch
import torch.nn.functional as F
from torch.nn.utils import parameters_to_vector

from course_utils.lessons.update.lines import REFUSALS, TrainingLines
from course_utils.network.digits import batches
from course_utils.network.lenet import seeded_net

STEPS = 120
BATCH = 16
RATE = 0.1


@dataclass(frozen=True)
class OrderRun:
    """What came of training in one order of the lines.

    Attributes:
        order: The lines, by name.
        losses: One for each step, measured on that step's digits.
        moved: Whether any weight is another one than at the start.
    """

    order: tuple[str, ...]
    losses: tuple[float, ...]
    moved: bool

    @property
    def late(self) -> float:
        """The mean loss of the last twenty steps."""
        last = self.losses[-20:]
        return sum(last) / len(last)


@cache
def run_order(order: str, steps: int = STEPS, seed: int = 0) -> OrderRun:
    """Train a `Net` on real digits, with the lines of a training step in this order.

    Plain SGD, rate 0.1, 16 digits a step, in float64, so that machines agree. Network and digits
    follow from the seed alone; the random state is left as it was.

    Args:
        order: Of zero, forward, loss, backward and step, with commas; a line may be left out or
            come twice.
        steps: How often to go through them.
        seed: Of network and digits.

    Raises:
        ValueError: There is no such line, or it cannot run where it stands.

    Example:
        >>> run_order("zero, forward, loss, step, backward", steps=2).moved
        False
    """
    names = tuple(word.strip() for word in order.split(","))
    net = seeded_net(seed).double()
    before = parameters_to_vector(net.parameters()).detach()
    lines, losses = TrainingLines(net, F.cross_entropy, RATE), []
    for number, batch in enumerate(islice(batches(BATCH, seed=seed), steps), start=1):
        lines.images, lines.target = batch.images.double(), batch.labels
        for name in names:
            try:
                lines.run(name)
            except REFUSALS as error:
                reason = str(error).split(". ")[0].rstrip(".")
                raise ValueError(f"Step {number} stops at {name}: {reason}.") from error
        if lines.loss is not None:
            losses.append(lines.loss.item())
    after = parameters_to_vector(net.parameters()).detach()
    return OrderRun(names, tuple(losses), not torch.equal(before, after))
