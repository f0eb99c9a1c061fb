"""Images moved by some pixels: all the same way, or each by chance."""

import torch
from torch import Tensor


def shift(images: Tensor, right: int = 0, down: int = 0) -> Tensor:
    """Images moved on their sheet; what leaves it is lost, and paper (0) comes in.

    Args:
        images: (…, H, W), left as they are.
        right: Pixels to the right, negative to the left.
        down: Pixels down, negative up.

    Returns:
        A new tensor of the same shape and type.

    Example:
        >>> shift(torch.tensor([[1, 2, 3]]), right=1)
        tensor([[0, 1, 2]])
    """
    moved = torch.zeros_like(images)
    height, width = images.shape[-2:]
    rows, rows_from = _overlap(down, height)
    columns, columns_from = _overlap(right, width)
    moved[..., rows, columns] = images[..., rows_from, columns_from]
    return moved


def shift_each(images: Tensor, reach: int, generator: torch.Generator) -> Tensor:
    """Every image moved by chance, at most `reach` pixels sideways and as many up or down.

    Args:
        images: (N, C, H, W), left as they are.
        reach: Whole pixels, 0 or more; every distance up to it is equally likely.
        generator: Where the chance comes from.

    Raises:
        ValueError: `reach` is negative or leaves nothing of an image.
    """
    side = min(images.shape[-2:])
    if not 0 <= reach < side:
        raise ValueError(
            f"A reach from 0 to {side - 1} pixels leaves something of every image; this is {reach}."
        )
    offsets = torch.randint(-reach, reach + 1, (len(images), 2), generator=generator).tolist()
    moved = torch.empty_like(images)
    for i, (right, down) in enumerate(offsets):
        moved[i] = shift(images[i], right, down)
    return moved


def _overlap(distance: int, size: int) -> tuple[slice, slice]:
    """Where pixels arrive, and where they come from."""
    kept = max(size - abs(distance), 0)
    to, start = max(distance, 0), max(-distance, 0)
    return slice(to, to + kept), slice(start, start + kept)
