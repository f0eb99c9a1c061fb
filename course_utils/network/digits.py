"""Real handwritten digits at the size the network wants, and what a network says of one.

The data are the 1,797 test digits of E. Alpaydin and C. Kaynak, "Optical Recognition of
Handwritten Digits", UCI Machine Learning Repository, 1998, doi:10.24432/C50P49, licence
CC BY 4.0. People wrote on 32×32 pixels; ink was counted in blocks of 4×4, so that 8×8 counts from
0 to 16 remain. Enlarging each count to its block restores the 32×32 grid. `digits.gz` beside this
file holds them, compressed: for each digit 64 counts, row by row, and its label, a byte each.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, nn

BLOCK = 4  # pixels along the side of a block in which ink was counted
FULL = 16  # ink in a block that is all black


@dataclass(frozen=True)
class Digits:
    """Images and what they show.

    Attributes:
        images: (N, 1, 32, 32), float32 from 0 (paper) to 1 (ink).
        labels: (N,), int64 from 0 to 9.
    """

    images: Tensor
    labels: Tensor


def load_digits() -> Digits:
    """All 1,797 digits, in the order of the data set; new tensors at each call.

    Example:
        >>> load_digits().images.shape
        torch.Size([1797, 1, 32, 32])
    """
    blocks, labels = _read()
    return Digits(enlarge(blocks), labels.clone())


def one_of_each() -> Digits:
    """The first example of each digit, 0 to 9.

    Example:
        >>> one_of_each().labels.tolist()
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    blocks, labels = _read()
    first = torch.stack([(labels == digit).nonzero()[0, 0] for digit in range(10)])
    return Digits(enlarge(blocks[first]), labels[first])


def enlarge(blocks: Tensor) -> Tensor:
    """Ink counts as images: every count becomes a block of 4×4 equal pixels.

    Args:
        blocks: (N, 8, 8), ink from 0 to 16.

    Returns:
        (N, 1, 32, 32), float32 from 0 to 1.

    Raises:
        ValueError: The counts have another shape or lie outside 0 to 16.
    """
    if blocks.dim() != 3 or blocks.shape[1:] != (8, 8):
        raise ValueError(
            f"Ink counts have shape (N, 8, 8); these have {tuple(blocks.shape)}. "
            "For a single digit, add the first dimension with blocks.unsqueeze(0)."
        )
    if blocks.numel() and not (blocks.min() >= 0 and blocks.max() <= FULL):
        raise ValueError(
            f"Ink counts go from 0 to {FULL}; these go from {blocks.min()} to {blocks.max()}."
        )
    pixels = blocks.float() / FULL
    pixels = pixels.repeat_interleave(BLOCK, dim=1).repeat_interleave(BLOCK, dim=2)
    return pixels.unsqueeze(1)


@dataclass(frozen=True)
class Guess:
    """What a network says of one image.

    Attributes:
        image: (1, 32, 32).
        label: The digit it shows.
        probabilities: (10,), the softmax of the network's ten scores.
    """

    image: Tensor
    label: int
    probabilities: Tensor

    @property
    def favourite(self) -> int:
        """The digit with the highest probability."""
        return int(self.probabilities.argmax())


def guess(net: nn.Module, image: Tensor, label: int) -> Guess:
    """Show `net` one image.

    Args:
        net: Takes (N, 1, 32, 32), returns (N, 10) scores; no gradient is recorded.
        image: (1, 32, 32).
        label: The digit it shows.
    """
    with torch.no_grad():
        scores = net(image.unsqueeze(0))[0]
    return Guess(image, int(label), scores.softmax(dim=0))


def batches(size: int, seed: int = 0) -> Iterator[Digits]:
    """Real digits in a shuffled order, `size` at a time, over and over; none is ever short.

    Args:
        size: From 1 to 1,797.
        seed: Of the shuffling; the global random state is left alone.
    """
    digits = load_digits()
    order = torch.randperm(len(digits.labels), generator=torch.Generator().manual_seed(seed))
    while True:
        for chosen in order.split(size):
            if len(chosen) == size:
                yield Digits(digits.images[chosen], digits.labels[chosen])


@cache
def _read() -> tuple[Tensor, Tensor]:
    packed = Path(__file__).with_name("digits.gz").read_bytes()
    rows = torch.frombuffer(bytearray(gzip.decompress(packed)), dtype=torch.uint8).view(-1, 65)
    return rows[:, :64].reshape(-1, 8, 8), rows[:, 64].long()
