"""The five lines of a training step, run one by one in any order, on one neuron."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from course_utils.network.neuron import Neuron
from course_utils.network.optimizers import check_rate, sgd

LINES = {
    "zero": "optimizer.zero_grad()",
    "forward": "output = neuron(x)",
    "loss": "loss = criterion(output, target)",
    "backward": "loss.backward()",
    "step": "optimizer.step()",
}
"""The names of the lines, each with its code."""

Pair = tuple[float, float]


@dataclass(frozen=True)
class State:
    """What the neuron, its gradients and its loss are after a line has run.

    Attributes:
        line: The name of the last line, None at the start.
        neuron: Input, weight, bias and target as they are now.
        grad: `.grad` of weight and bias, None where there is none.
        seen: The neuron as it was in the last forward pass, None before the first.
        judged: The neuron whose output the last loss measured, None before the first.
        seen_pass: Number of the forward pass that `seen` belongs to.
        judged_pass: Number of the forward pass that `judged` belongs to.
        used: The forward passes whose graph a backward pass has used up.
        refusal: Why the line did nothing; None where it was possible.
    """

    line: str | None
    neuron: Neuron
    grad: Pair | None = None
    seen: Neuron | None = None
    judged: Neuron | None = None
    seen_pass: int = 0
    judged_pass: int = 0
    used: frozenset[int] = frozenset()
    refusal: str | None = None

    @property
    def output(self) -> float | None:
        """What the last forward pass gave."""
        return None if self.seen is None else self.seen.output

    @property
    def loss(self) -> float | None:
        """What was measured last."""
        return None if self.judged is None else self.judged.loss

    @property
    def output_is_old(self) -> bool:
        """Whether the weights have moved since the output was computed."""
        return self.seen is not None and self.seen != self.neuron

    @property
    def loss_is_old(self) -> bool:
        """Whether the weights have moved since the output that the loss measured."""
        return self.judged is not None and self.judged != self.neuron


def run_lines(
    lines: Iterable[str], neuron: Neuron | None = None, rate: float = 0.05
) -> tuple[State, ...]:
    """Run the lines in this order and look at the neuron after each.

    Gradients add up, a graph serves one backward pass, a step without gradients moves nothing:
    as PyTorch does it with `optim.SGD`.

    Args:
        lines: Names from `LINES`.
        neuron: Where it begins; `Neuron()` if not given.
        rate: The learning rate.

    Returns:
        The state at the start and after each line. A line that PyTorch would refuse leaves
        everything as it was and says why in `refusal`.

    Raises:
        ValueError: There is no such line, or the rate is negative or no number.

    Example:
        >>> states = run_lines(["zero", "forward", "loss", "backward", "step"])
        >>> states[-1].loss, states[-1].grad, states[-1].neuron.w
        (1.0, (4.0, 2.0), 0.55)
    """
    check_rate(rate)
    states = [State(None, neuron or Neuron())]
    for line in lines:
        if line not in LINES:
            raise ValueError(f"A line is one of {', '.join(LINES)}; this one is {line!r}.")
        before = replace(states[-1], line=line, refusal=None)
        states.append(_step(before, rate) if line == "step" else _RUN[line](before))
    return tuple(states)


def _zero(state: State) -> State:
    return replace(state, grad=None)


def _forward(state: State) -> State:
    return replace(state, seen=state.neuron, seen_pass=state.seen_pass + 1)


def _loss(state: State) -> State:
    if state.seen is None:
        return replace(state, refusal="There is no output yet to compare with the target.")
    return replace(state, judged=state.seen, judged_pass=state.seen_pass)


def _backward(state: State) -> State:
    if state.judged is None:
        return replace(state, refusal="There is no loss yet to go back from.")
    if state.judged_pass in state.used:
        words = (
            "This loss has been sent back already and its graph is gone: forward and loss first."
        )
        return replace(state, refusal=words)
    found = (state.judged.loss_by_w, state.judged.loss_by_b)
    held = state.grad or (0.0, 0.0)
    grad = (held[0] + found[0], held[1] + found[1])
    return replace(state, grad=grad, used=state.used | {state.judged_pass})


def _step(state: State, rate: float) -> State:
    if state.grad is None:
        return state
    w, _ = sgd(state.neuron.w, state.grad[0], rate=rate)
    b, _ = sgd(state.neuron.b, state.grad[1], rate=rate)
    return replace(state, neuron=replace(state.neuron, w=w, b=b))


_RUN = {"zero": _zero, "forward": _forward, "loss": _loss, "backward": _backward}
