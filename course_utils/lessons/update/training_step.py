"""The five lines of a training step, run one by one in any order, on one neuron."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.lessons.update.lines import REFUSALS, TrainingLines
from course_utils.network.neuron import Neuron
from course_utils.network.optimizers import check_rate

Pair = tuple[float, float]


@dataclass(frozen=True)
class State:
    """What the neuron, its gradients and its loss are after a line has run.

    Attributes:
        line: The name of the last line, None at the start.
        neuron: Input, weight, bias and target as they are now.
        grad: `.grad` of weight and bias, None where there is none.
        output: What the last forward pass gave, None before the first.
        loss: What was measured last, None before the first.
        output_is_old: Whether the weights have moved since the output was computed.
        loss_is_old: Whether they have moved since the output that the loss measured.
        refusal: Why the line did nothing; None where it was possible.
    """

    line: str | None
    neuron: Neuron
    grad: Pair | None = None
    output: float | None = None
    loss: float | None = None
    output_is_old: bool = False
    loss_is_old: bool = False
    refusal: str | None = None


def run_lines(
    lines: Iterable[str], neuron: Neuron | None = None, rate: float = 0.05
) -> tuple[State, ...]:
    """Run the lines in this order, in PyTorch, and look at the neuron after each.

    Args:
        lines: Names from `LINES`.
        neuron: Where it begins; `Neuron()` if not given.
        rate: The learning rate of plain SGD.

    Returns:
        The state at the start and after each line. A line that PyTorch refuses leaves everything
        as it was and says why in `refusal`.

    Raises:
        ValueError: There is no such line, or the rate is negative or no number.

    Example:
        >>> states = run_lines(["zero", "forward", "loss", "backward", "step"])
        >>> states[-1].loss, states[-1].grad, round(states[-1].neuron.w, 4)
        (1.0, (4.0, 2.0), 0.55)
    """
    check_rate(rate)
    machine = _Machine(neuron or Neuron(), rate)
    return (machine.state(None), *(machine.after(line) for line in lines))


class _OneNeuron(nn.Module):
    """relu(w·x + b) in float64."""

    def __init__(self, neuron: Neuron):
        super().__init__()
        self.w, self.b = (
            nn.Parameter(torch.tensor(number, dtype=torch.float64))
            for number in (neuron.w, neuron.b)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.w * x + self.b)


class _Machine:
    """The lines of one neuron, and with which weights output and loss were computed."""

    def __init__(self, start: Neuron, rate: float):
        self.start, self.net = start, _OneNeuron(start)
        self.lines = TrainingLines(self.net, lambda output, target: (output - target) ** 2, rate)
        self.lines.images, self.lines.target = (
            torch.tensor(number, dtype=torch.float64) for number in (start.x, start.target)
        )
        self.output_weights: Pair | None = None
        self.loss_weights: Pair | None = None

    def after(self, line: str) -> State:
        try:
            self.lines.run(line)
        except REFUSALS:
            return self.state(line, self._why(line))
        if line == "forward":
            self.output_weights = self._weights()
        if line == "loss":
            self.loss_weights = self.output_weights
        return self.state(line)

    def state(self, line: str | None, refusal: str | None = None) -> State:
        w, b = weights = self._weights()
        w_grad, b_grad = self.net.w.grad, self.net.b.grad
        grad = None if w_grad is None or b_grad is None else (w_grad.item(), b_grad.item())
        output, loss = (
            None if one is None else one.item() for one in (self.lines.output, self.lines.loss)
        )
        neuron = Neuron(self.start.x, w, b, self.start.target)
        olds = (made not in (None, weights) for made in (self.output_weights, self.loss_weights))
        return State(line, neuron, grad, output, loss, *olds, refusal=refusal)

    def _weights(self) -> Pair:
        return self.net.w.item(), self.net.b.item()

    def _why(self, line: str) -> str:
        if line == "loss":
            return "There is no output yet to compare with the target."
        if self.lines.loss is None:
            return "There is no loss yet to go back from."
        return "This loss has been sent back already and its graph is gone: forward and loss first."
