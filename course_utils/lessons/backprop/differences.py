"""Gradients without autograd: central differences, beside autograd's."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.network.refusal import Shape

STEP = 1e-6  # how far a number is moved to either side; a larger one crosses more corners
AGREE = 1e-6  # part of the largest gradient; what rounding leaves apart is far below
NOISE = 1e-9  # what rounding can leave apart where all gradients are tiny


@dataclass(frozen=True)
class CheckedParameter:
    """Some numbers of one parameter's gradient, found in two ways, as float64.

    Attributes:
        name, shape: The parameter's.
        by_autograd, by_differences: The numbers, in the same order.
    """

    name: str
    shape: Shape
    by_autograd: Tensor
    by_differences: Tensor

    @property
    def agrees(self) -> bool:
        """Whether the two differ by no more than `AGREE` of the largest, but for `NOISE`."""
        apart = (self.by_autograd - self.by_differences).abs().max().item()
        return apart <= AGREE * self.by_autograd.abs().max().item() + NOISE

    def __str__(self) -> str:
        largest = int(self.by_autograd.abs().argmax())
        one, other = self.by_autograd[largest].item(), self.by_differences[largest].item()
        return (
            f"{self.name:<13}  {self.shape!s:<14}  {len(self.by_autograd):>7}  {one:>8.4f}  "
            f"{other:>14.4f}  {'yes' if self.agrees else 'NO':>5}"
        )


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """A row for each parameter tensor, with the largest gradient checked, signs ignored."""

    rows: tuple[CheckedParameter, ...]

    def __repr__(self) -> str:
        head = f"{'parameter':<13}  {'shape':<14}  checked  autograd  by differences  agree"
        return "\n".join([head, *map(str, self.rows)])


def check_gradients(
    net: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    images: Tensor,
    target: Tensor,
    sample: int = 5,
) -> GradientCheck:
    """Compare autograd with central differences for some numbers of every parameter tensor.

    All of it happens on a copy of `net` in float64. Where a step crosses the corner of a ReLU,
    the two may honestly differ.

    Args:
        net: Any network; its parameters that require no gradient are passed over.
        criterion: Takes the network's output and `target`, returns one number.
        images, target: What the network is given, and what the criterion compares with.
        sample: How many numbers of each parameter, drawn at random, always the same ones; all,
            where it has fewer.
    """
    exact = copy.deepcopy(net).double()
    target = target.double() if target.is_floating_point() else target
    inputs = images.double(), target

    def compute_loss() -> Tensor:
        return criterion(exact(inputs[0]), inputs[1])

    learnable = {name: p for name, p in exact.named_parameters() if p.requires_grad}
    gradients = torch.autograd.grad(compute_loss(), list(learnable.values()))
    generator = torch.Generator().manual_seed(0)
    rows = []
    for (name, parameter), gradient in zip(learnable.items(), gradients, strict=True):
        drawn = torch.randperm(parameter.numel(), generator=generator)[:sample]
        found = _central_differences(compute_loss, parameter, drawn.tolist())
        rows.append(
            CheckedParameter(name, tuple(parameter.shape), gradient.flatten()[drawn], found)
        )
    return GradientCheck(tuple(rows))


@torch.no_grad()
def _central_differences(
    compute_loss: Callable[[], Tensor], parameter: Tensor, places: list[int]
) -> Tensor:
    numbers, slopes = parameter.view(-1), []
    for place in places:
        kept = numbers[place].item()
        numbers[place] = kept + STEP
        above = compute_loss().item()
        numbers[place] = kept - STEP
        below = compute_loss().item()
        numbers[place] = kept
        slopes.append((above - below) / (2 * STEP))
    return torch.tensor(slopes, dtype=torch.float64)
