"""How the weights of a network begin: their values against the range they are drawn from."""

from dataclasses import dataclass
from math import sqrt

from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """The values of one weight tensor, and the range that PyTorch draws first values from.

    Attributes:
        name: `conv1.weight`.
        values: All its numbers, as one row; a copy.
        fan_in: How many inputs go into one output of the layer.
    """

    name: str
    values: Tensor
    fan_in: int

    @property
    def bound(self) -> float:
        """1/√fan-in: first values lie between minus and plus this."""
        return 1 / sqrt(self.fan_in)

    @property
    def largest(self) -> float:
        """The largest of the values, signs aside."""
        return float(self.values.abs().max())

    @property
    def is_within_bound(self) -> bool:
        """Whether no value lies outside the bound, but for rounding."""
        return self.largest <= self.bound * (1 + 1e-6)

    @property
    def share_in_inner_half(self) -> float:
        """Which part of the values, from 0 to 1, is smaller than half the bound."""
        return float((self.values.abs() < self.bound / 2).float().mean())


def layer_weights(net: nn.Module) -> tuple[LayerWeights, ...]:
    """The values of every convolution's and linear layer's weights.

    Args:
        net: Any module; left as it was. Other layers begin by other rules and are left out.

    Raises:
        ValueError: There is no convolution and no linear layer in it.

    Example:
        >>> [(one.name, one.fan_in) for one in layer_weights(nn.Sequential(nn.Conv2d(6, 16, 5)))]
        [('0.weight', 150)]
    """
    found = tuple(
        LayerWeights(
            f"{name}.weight", layer.weight.detach().flatten().clone(), layer.weight[0].numel()
        )
        for name, layer in net.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    )
    if not found:
        raise ValueError("This network has no convolution and no linear layer to look at.")
    return found
