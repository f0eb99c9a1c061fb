"""Short trainings in which a learner's step moves parameters, and what a step must leave alone.

They are one weight and many, one parameter and several, of one to four dimensions, in two
precisions; with weights and gradients of either sign, 0, large and tiny, and rates that change on
the way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from course_utils.checks.calls import call
from course_utils.checks.convert import NotYet

BOTTOM = 1.0  # of every parabola, so that a positive weight may have a negative gradient


@dataclass(frozen=True, eq=False)
class Training:
    """A few steps down a parabola in many directions."""

    starts: tuple[Tensor, ...]
    curvatures: tuple[Tensor, ...]  # one for each weight; 0 makes a gradient of 0
    rates: tuple[float, ...]  # one for each step
    momentum: float


@dataclass(frozen=True)
class Step:
    """What one call of the learner's function may need."""

    parameters: list[nn.Parameter]
    lists: dict[str, list[Tensor]]  # what an optimizer remembers; zeros before the first step
    n: int
    rate: float
    momentum: float


@dataclass(frozen=True)
class Path:
    """What came of a training."""

    weights: Tensor  # all in a row, at the start and after each step, in float64
    zeros: tuple[str, ...]  # lists in which a tensor is still all 0 after the first step
    sizes: tuple[int, ...]  # how many weights each parameter has

    @property
    def moved(self) -> list[bool]:
        """Whether each parameter moved."""
        parts = self.weights.split(self.sizes, dim=1)
        return [not torch.equal(part, part[:1].expand_as(part)) for part in parts]

    @property
    def comparable(self) -> Tensor:
        """The weights after each step, with numbers for infinity and NaN, which agree with none."""
        return self.weights[1:].nan_to_num(nan=1e30)


def _training(
    starts: Sequence, curvatures: Sequence, rates: tuple, momentum: float, dtype=torch.float32
) -> Training:
    tensors = [
        tuple(torch.tensor(one, dtype=dtype) for one in ones) for ones in (starts, curvatures)
    ]
    return Training(*tensors, rates, momentum)


@cache
def trainings() -> tuple[Training, ...]:
    """The trainings, the smallest first.

    All tensors lie in order and have a dimension: `view(-1)`, `parameters_to_vector` and `x[:] = …`
    are right in any network that a learner meets.
    """
    return (
        _training([[3.0]], [[2.0]], (0.1, 0.2), 0.5),
        _training(
            [[[0.5, -2.0, 3.0], [1.5, 0.0, -0.25]], [2.0, 1.0, -1.0], [[[4.0]]]],
            [[[1.0, 0.5, 2.0], [3.0, 1.5, 0.25]], [0.5, 2.0, 1.0], [[[0.75]]]],
            (0.3, 0.3, 0.05),
            0.8,
        ),
        _training(
            [[[1.25, -3.0], [0.75, 2.5]], [[[[2.0], [-1.0], [0.25]]], [[[1.5], [0.0], [3.0]]]]],
            [[[2.0, 1.0], [0.5, 1e-6]], [[[[1.0], [2.0], [0.0]]], [[[3.0], [0.25], [1e-7]]]]],
            (0.5, 0.25, 0.25, 0.05),
            0.95,
            torch.float64,
        ),
        _training(
            [[2000.0, -50.0], [0.75, 8.0]], [[5.0, 0.5], [2.0, 1e-6]], (0.01, 0.02), momentum=0.0
        ),
    )


def train(take: Callable[[Step], object], training: Training, names: Sequence[str] = ()) -> Path:
    """Where the weights go; `names` are those of the lists that a step keeps up to date.

    Raises:
        NotYet: A step changed what it has to leave as it is.
    """
    parameters = [nn.Parameter(start.clone()) for start in training.starts]
    lists = {name: [torch.zeros_like(start) for start in training.starts] for name in names}
    rows, zeros = [in_a_row(parameters)], ()
    for n, rate in enumerate(training.rates, 1):
        gradients = [
            curvature * (parameter.detach() - BOTTOM)
            for parameter, curvature in zip(parameters, training.curvatures, strict=True)
        ]
        _set_gradients(parameters, gradients, in_place=n % 2 == 0)
        step = Step(list(parameters), lists, n, rate, training.momentum)
        call(lambda step=step: take(step))
        if fault := _fault(step, parameters, training.starts, gradients):
            raise NotYet(fault, FAULTS[fault])
        rows.append(in_a_row(parameters))
        if n == 1 and step.momentum:  # without momentum, nothing has to be remembered
            zeros = tuple(name for name in names if any(map(_is_zero, lists[name])))
    return Path(torch.stack(rows), zeros, tuple(start.numel() for start in training.starts))


def in_a_row(tensors: Sequence[Tensor]) -> Tensor:
    """All numbers, in float64."""
    return torch.cat([tensor.detach().flatten().double() for tensor in tensors])


def _set_gradients(parameters: list, gradients: list[Tensor], in_place: bool) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if in_place:  # as `backward()` does after `zero_grad(set_to_none=False)`
            parameter.grad.copy_(gradient)
        else:
            parameter.grad = gradient.clone()


def _is_zero(tensor: object) -> bool:
    return isinstance(tensor, Tensor) and not tensor.any()


FAULTS = {
    "list_changed": "After the step the list of parameters holds other things than before. The "
    "network keeps its own tensors: those have to move, as by `-=` or `add_`.",
    "parameter_shape": "After the step a parameter has another shape or another dtype than before.",
    "marked": "After the step a parameter has a hook or an attribute that it did not have. A step "
    "changes its numbers alone.",
    "no_leaf": "After the step a parameter is no leaf that autograd takes notes of, so the next "
    "`backward()` would fail or leave it out.",
    "gradient_cleared": "After the step a `.grad` is cleared. A step only reads the gradients; "
    "clearing them is `zero_grad()`'s job.",
    "gradient_changed": "After the step a `.grad` is not what it was. `*=`, `+=` and methods that "
    "end in `_` write into the tensor before them; a step only reads the gradients.",
    "gradient_kept": "One of the lists holds a `.grad` itself, not a copy of its numbers: whatever "
    "changes the one changes the other.",
}


def _fault(step: Step, parameters: list, starts: Sequence[Tensor], gradients: list) -> str:
    """The code of what a step changed though it should not; empty if there is nothing."""
    if list(map(id, step.parameters)) != list(map(id, parameters)):
        return "list_changed"
    for parameter, start, gradient in zip(parameters, starts, gradients, strict=True):
        now = parameter.grad
        if vars(parameter) or parameter._backward_hooks:
            return "marked"
        if (parameter.shape, parameter.dtype) != (start.shape, start.dtype):
            return "parameter_shape"
        trains = parameter.requires_grad and parameter.is_leaf and not parameter.is_inference()
        if not trains:
            return "no_leaf"
        if now is None or (not now.any() and gradient.any()):
            return "gradient_cleared"
        if now.shape != gradient.shape or not torch.equal(now.nan_to_num(), gradient.nan_to_num()):
            return "gradient_changed"
    memory = [_memory(one.grad) for one in parameters]
    held = [one for tensors in step.lists.values() for one in tensors if isinstance(one, Tensor)]
    return "gradient_kept" if any(_memory(one) in memory for one in held) else ""


def _memory(tensor: Tensor) -> int:
    """Where a tensor's numbers lie."""
    return tensor.untyped_storage().data_ptr()
