"""A small network that takes notes, and images for it, for several exercises of the lesson."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Pass:
    """One forward pass.

    Attributes:
        modes: Which modules were in training mode: True, False or both.
        recorded: Whether a graph was built.
        count: Images.
        learnt: Whether a gradient has gone back through it.
    """

    modes: set[bool]
    recorded: bool
    count: int
    learnt: bool = False


def small_network(passes: list[Pass], norm: type[nn.Module], dropout: float = 0.5) -> nn.Sequential:
    """A network for (N, 1, 32, 32) and ten classes that notes each pass, those of copies too."""

    class Noted(nn.Sequential):
        def forward(self, input: Tensor) -> Tensor:
            scores = super().forward(input)
            modes = {module.training for module in self.modules()}
            passes.append(one := Pass(modes, scores.requires_grad, len(input)))
            if scores.requires_grad:
                scores.register_hook(lambda gradient: setattr(one, "learnt", True))
            return scores

    body = nn.AvgPool2d(8), nn.Flatten(), nn.Linear(16, 8), norm(8), nn.Dropout(dropout)
    return Noted(*body, nn.Linear(8, 10))


def layers_of(net: nn.Module) -> list[tuple[nn.Module, str, object]]:
    """Everything that layers hold beside tensors, layers and the mode, for a comparison."""
    apart = ("training", "_parameters", "_buffers", "_modules")
    held = [(layer, key, value) for layer in net.modules() for key, value in vars(layer).items()]
    return [
        (layer, key, dict(value) if isinstance(value, dict) else value)
        for layer, key, value in held
        if key not in apart
    ]


def coarse_images(count: int) -> Tensor:
    """(count, 1, 32, 32), random blocks of 8 by 8 equal pixels."""
    return F.interpolate(torch.randn(count, 1, 4, 4), scale_factor=8)
