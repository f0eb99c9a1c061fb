"""A drawn digit on its way into the network: counted as the data were, moved, fitted, read.

The pad holds 32×32 pixels of ink or paper, as people's sheets did when the data set was made.
Ink is counted in blocks of 4×4 and the counts are enlarged, so that a drawing meets the network
in the form in which it met the digits it was trained on.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.lessons.train.replay import Layers, layers_of
from course_utils.network.digits import BLOCK, FULL, Digits, enlarge

SIDE = 32
WIDEST = 26  # of a fitted digit, in pixels; in the data nearly all have 5 to 7 blocks
ALMOST_FULL = 0.6  # share of ink above which nothing of a digit can be left


def to_bitmap(text: str) -> Tensor:
    """(32, 32), bool, from 1,024 characters 0 and 1, row by row.

    Raises:
        ValueError: It is another length or has other characters.
    """
    if len(text) != SIDE**2 or set(text) - {"0", "1"}:
        raise ValueError(
            f"A drawing is {SIDE**2} characters 0 or 1; this has {len(text)}: {text[:20]!r}."
        )
    return torch.frombuffer(bytearray(text, "ascii"), dtype=torch.uint8).view(SIDE, SIDE) == 49


def to_text(bitmap: Tensor) -> str:
    """1,024 characters 0 and 1, row by row, from a (32, 32) bitmap."""
    return "".join("1" if ink else "0" for ink in bitmap.flatten().tolist())


def blocks(bitmap: Tensor) -> Tensor:
    """Ink counted in blocks of 4×4 pixels, as the data were made.

    Args:
        bitmap: (32, 32), bool.

    Returns:
        (8, 8), whole numbers from 0 to 16.

    Example:
        >>> int(blocks(torch.ones(32, 32, dtype=torch.bool))[0, 0])
        16
    """
    small = SIDE // BLOCK
    return bitmap.view(small, BLOCK, small, BLOCK).sum(dim=(1, 3))


def bitmap_of(counts: Tensor) -> Tensor:
    """A drawing whose blocks have exactly these counts, its ink where a smooth stroke would be.

    Args:
        counts: (8, 8), from 0 to 16.

    Returns:
        (32, 32), bool; `blocks` of it gives `counts` back.
    """
    smooth = F.interpolate(
        counts.float()[None, None], scale_factor=BLOCK, mode="bilinear", align_corners=False
    )
    places = F.unfold(smooth, BLOCK, stride=BLOCK)[0].T  # (64, 16): the pixels of each block
    rank = places.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    ink = (rank < counts.view(-1, 1)).float().T
    return F.fold(ink[None], (SIDE, SIDE), BLOCK, stride=BLOCK)[0, 0] > 0


def centre_and_fit(bitmap: Tensor) -> Tensor:
    """The drawing as high as the sheet and in its middle, as nearly all digits of the data are.

    Its width follows its height, but is kept between 3 and 26 pixels. An empty sheet stays empty.

    Args:
        bitmap: (32, 32), bool; left as it is.
    """
    rows, columns = (bitmap.any(dim=d).nonzero()[:, 0] for d in (1, 0))
    if not len(rows):
        return bitmap.clone()
    cut = bitmap[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cut.shape
    wide = min(max(round(width * SIDE / height), 3), WIDEST)
    fitted = F.interpolate(cut[None, None].float(), size=(SIDE, wide), mode="nearest-exact")
    sheet = torch.zeros_like(bitmap)
    left = (SIDE - wide) // 2
    sheet[:, left : left + wide] = fitted[0, 0] > 0
    return sheet


@dataclass(frozen=True, eq=False)
class Reading:
    """What a network makes of a drawing, and how far the drawing is from what it was trained on.

    Attributes:
        bitmap: (32, 32), as drawn.
        fitted: Whether it was centred and fitted before its ink was counted.
        counts: (8, 8), the ink.
        layers: Name and values of C1, S2, C3, S4, F5, F6 and OUTPUT.
        nearest: (8, 8), the training digit most like it.
        nearest_label: What that one shows.
        further_than: The share of unseen digits that are nearer to their own nearest one, 0 to 1.
    """

    bitmap: Tensor
    fitted: bool
    counts: Tensor
    layers: Layers
    nearest: Tensor
    nearest_label: int
    further_than: float

    @property
    def probabilities(self) -> Tensor:
        """(10,), the softmax of the scores."""
        return self.layers[-1][1].softmax(dim=0)

    @property
    def answer(self) -> int:
        return int(self.probabilities.argmax())

    @property
    def ink(self) -> int:
        """Inked pixels of the drawing."""
        return int(self.bitmap.sum())

    @property
    def kind(self) -> str:
        """`empty`, `full`, `far` from all training digits, `unsure`, or `near`."""
        if not self.ink:
            return "empty"
        if int(self.counts.sum()) > ALMOST_FULL * SIDE**2:
            return "full"
        if self.further_than >= 0.99:
            return "far"
        return "near" if float(self.probabilities.max()) >= 0.5 else "unsure"


class Reader:
    """Reads drawings with a network and knows what that network was trained on.

    Args:
        net: The lesson's network, trained; its weights are read at every drawing.
        seen: The digits it was trained on.
        unseen: Digits it was not trained on, to tell what is a usual distance.
    """

    def __init__(self, net: nn.Module, seen: Digits, unseen: Digits):
        self._net, self._labels = net, seen.labels
        self._seen = _counts(seen.images)
        self._usual = torch.cdist(_counts(unseen.images), self._seen).amin(dim=1)

    def read(self, bitmap: Tensor, fit: bool = False) -> Reading:
        """The network's answer to a drawing, with every layer on the way.

        Args:
            bitmap: (32, 32), bool.
            fit: Centre and fit it first.
        """
        counts = blocks(centre_and_fit(bitmap) if fit else bitmap)
        distance, nearest = torch.cdist(counts.view(1, -1).float(), self._seen)[0].min(dim=0)
        return Reading(
            bitmap=bitmap,
            fitted=fit,
            counts=counts,
            layers=layers_of(self._net, enlarge(counts[None])[0]),
            nearest=self._seen[nearest].view(8, 8),
            nearest_label=int(self._labels[nearest]),
            further_than=float((self._usual < distance).double().mean()),
        )


def _counts(images: Tensor) -> Tensor:
    """(N, 64), ink from 0 to 16."""
    return (FULL * images[:, 0, ::BLOCK, ::BLOCK]).flatten(1).float()
