"""Gradients without autograd: central differences, and what they say of autograd's."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.lessons.backprop.graph import check_has_graph, check_is_scalar
from course_utils.network.refusal import Shape

AGREE = 1e-6  # part of the largest gradient; what rounding leaves apart is far below
NOISE = 1e-9  # what rounding can leave apart where all gradients are tiny


def numerical_gradient(
    compute_loss: Callable[[], Tensor],
    parameter: Tensor,
    positions: Sequence[int] | None = None,
    step: float = 1e-5,
) -> Tensor:
    """The gradient without autograd: (loss at w + h − loss at w − h) / 2h, one number at a time.

    Args:
        compute_loss: Returns the loss for the parameters as they are, the same at each call.
        parameter: The tensor to shake, float64. It gets its values back, bit by bit.
        positions: Which of its numbers, counted along its rows; all if not given.
        step: h.

    Returns:
        (len(positions),), float64.

    Raises:
        ValueError: The parameter is not float64, a position does not exist, the step is not
            above 0, or a loss is not one finite number.

    Example:
        >>> w = torch.tensor([1.0, 3.0], dtype=torch.float64)
        >>> numerical_gradient(lambda: (w**2).sum(), w).round(decimals=4)
        tensor([2., 6.], dtype=torch.float64)
    """
    if positions is None:
        positions = range(parameter.numel())
    _check_shaking(parameter, positions, step)
    # Through .data, autograd's count of changes stays as it is: graphs made before remain valid.
    values, slopes = parameter.data, []
    for position in positions:
        place = tuple(int(i) for i in torch.unravel_index(torch.tensor(position), values.shape))
        kept = values[place].item()
        try:
            values[place] = kept + step
            above = _finite_loss(compute_loss)
            values[place] = kept - step
            below = _finite_loss(compute_loss)
        finally:
            values[place] = kept
        slopes.append((above - below) / (2 * step))
    return torch.tensor(slopes, dtype=torch.float64)


def _check_shaking(parameter: Tensor, positions: Sequence[int], step: float) -> None:
    if parameter.dtype != torch.float64:
        name = str(parameter.dtype).removeprefix("torch.")
        raise ValueError(
            "A central difference subtracts two losses that are nearly equal and needs float64; "
            f"this parameter is {name}. Use net.double() and images.double()."
        )
    if not 0 < step < math.inf:
        raise ValueError(f"The step must be a number above 0, such as 1e-5; this is {step}.")
    outside = [p for p in positions if not 0 <= p < parameter.numel()]
    if outside:
        raise ValueError(
            f"This parameter has {parameter.numel()} numbers, counted from 0; "
            f"there is none at {outside[0]}."
        )


def _finite_loss(compute_loss: Callable[[], Tensor]) -> float:
    with torch.no_grad():
        loss = compute_loss()
    check_is_scalar(loss)
    if not loss.isfinite():
        raise ValueError(
            f"The loss is {loss.item()}, and no difference can be taken from that. "
            "Look for a division by zero, a logarithm of zero, or weights that have grown too far."
        )
    return loss.item()


@dataclass(frozen=True)
class CheckedParameter:
    """Some numbers of one parameter's gradient, found in two ways.

    Attributes:
        name: The parameter's.
        shape: Its shape.
        positions: Which of its numbers, counted along its rows.
        by_autograd, by_difference: (len(positions),), float64.
    """

    name: str
    shape: Shape
    positions: tuple[int, ...]
    by_autograd: Tensor
    by_difference: Tensor

    @property
    def agrees(self) -> bool:
        """Whether the two differ by no more than `AGREE` of the largest, but for `NOISE`."""
        apart = (self.by_autograd - self.by_difference).abs().max().item()
        return apart <= AGREE * self.by_autograd.abs().max().item() + NOISE

    @property
    def largest(self) -> int:
        """The place, among those checked, of the largest gradient."""
        return int(self.by_autograd.abs().argmax())


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """Autograd against central differences, a row for each parameter.

    Printed, a row shows the largest gradient among those checked, found in both ways.
    """

    rows: tuple[CheckedParameter, ...]

    @property
    def agrees(self) -> bool:
        """Whether all parameters do."""
        return all(row.agrees for row in self.rows)

    def __repr__(self) -> str:
        wide = max(len(row.name) for row in self.rows)
        broad = max(len(str(row.shape)) for row in self.rows)
        lines = [f"{'parameter':<{wide}}  {'shape':<{broad}}  checked  autograd  difference  agree"]
        for row in self.rows:
            one, other = (found[row.largest] for found in (row.by_autograd, row.by_difference))
            lines.append(
                f"{row.name:<{wide}}  {row.shape!s:<{broad}}  {len(row.positions):>7}  "
                f"{one:>8.4f}  {other:>10.4f}  {'yes' if row.agrees else 'NO':>5}"
            )
        return "\n".join(lines)


def check_gradients(
    compute_loss: Callable[[], Tensor],
    net: nn.Module,
    sample: int = 5,
    step: float = 1e-5,
    seed: int = 0,
) -> GradientCheck:
    """Compare autograd with central differences for some numbers of every parameter.

    Weights, `.grad` and the random state are left as they were; frozen parameters are passed
    over. Where a step crosses the corner of a ReLU, the two may honestly differ.

    Args:
        compute_loss: Returns the loss of `net` with a graph, the same at each call.
        net: In float64.
        sample: How many numbers of each parameter; all, where it has fewer.
        step: As for `numerical_gradient`.
        seed: Which numbers are drawn.

    Raises:
        ValueError: No parameter requires a gradient, or as for `numerical_gradient`.
    """
    learnable = {name: p for name, p in net.named_parameters() if p.requires_grad}
    loss = compute_loss()
    check_has_graph(loss, net)
    check_is_scalar(loss)
    gradients = torch.autograd.grad(loss, list(learnable.values()), materialize_grads=True)
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for (name, parameter), gradient in zip(learnable.items(), gradients, strict=True):
        drawn = torch.randperm(parameter.numel(), generator=generator)[:sample]
        found = numerical_gradient(compute_loss, parameter, drawn.tolist(), step)
        exact = gradient.reshape(-1)[drawn].double()
        shape = tuple(parameter.shape)
        rows.append(CheckedParameter(name, shape, tuple(drawn.tolist()), exact, found))
    return GradientCheck(tuple(rows))
