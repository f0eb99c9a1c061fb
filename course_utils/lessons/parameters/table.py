"""The parameters of a network built like `Net`, of any sizes: where they are, and how many."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod


@dataclass(frozen=True)
class ParameterTensor:
    """One parameter tensor: its name as `named_parameters` says it, and its shape."""

    name: str
    shape: tuple[int, ...]

    @property
    def layer(self) -> str:
        """The layer that holds it: `conv1`."""
        return self.name.partition(".")[0]

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def kind(self) -> str:
        """What kind of layer holds it."""
        return "convolutions" if self.layer.startswith("conv") else "fully connected"


@dataclass(frozen=True, repr=False)
class ParameterTable:
    """Parameter tensors in their order; printed, a table with each one's share in per cent."""

    rows: tuple[ParameterTensor, ...]

    @cached_property
    def total(self) -> int:
        """How many numbers there are in all."""
        return sum(row.numbers for row in self.rows)

    @cached_property
    def by_kind(self) -> dict[str, int]:
        """How many numbers each kind of layer holds."""
        kinds = dict.fromkeys(row.kind for row in self.rows)
        return {kind: sum(row.numbers for row in self if row.kind == kind) for kind in kinds}

    def share(self, numbers: int) -> float:
        """So many numbers, in per cent of all."""
        return 100 * numbers / self.total

    def __iter__(self) -> Iterator[ParameterTensor]:
        return iter(self.rows)

    def __repr__(self) -> str:
        lines = [("name", "size", "numbers", "share")]
        for row in self:
            share = f"{self.share(row.numbers):.1f} %"
            lines.append((row.name, "×".join(map(str, row.shape)), f"{row.numbers:,}", share))
        lines.append(("sum", "", f"{self.total:,}", ""))
        name, size, numbers, share = (max(map(len, column)) for column in zip(*lines, strict=True))
        return "\n".join(
            f"{a:<{name}}  {b:<{size}}  {c:>{numbers}}  {d:>{share}}".rstrip()
            for a, b, c, d in lines
        )


@dataclass(frozen=True)
class LenetSizes:
    """The sizes that a network built like `Net` can choose, and the parameters that follow.

    Nothing is built: the numbers come from the sizes alone. Kernels are 5×5, each convolution
    is followed by pooling by 2, and `fc2` and `fc3` have 84 and 10 outputs.

    Attributes:
        conv1: Channels that `conv1` returns.
        conv2: Channels that `conv2` returns.
        fc1: Width of `fc1`: how many numbers it returns.
        image: Side of the image in pixels, at least 16.

    Raises:
        ValueError: A size is not a whole number above 0, or the image is too small.

    Example:
        >>> LenetSizes().table.total, LenetSizes(image=64).table.total
        (61706, 338186)
    """

    conv1: int = 6
    conv2: int = 16
    fc1: int = 120
    image: int = 32

    def __post_init__(self):
        for name, size in vars(self).items():
            if not isinstance(size, int) or size < 1:
                raise ValueError(f"{name} is a whole number, at least 1; this is {size!r}.")
        if self.side < 1:
            raise ValueError(
                f"An image of {self.image}×{self.image} leaves nothing after two 5×5 convolutions "
                "and two poolings: take at least 16×16."
            )

    @property
    def side(self) -> int:
        """Side of the maps in S4: (image − 4) / 2 after S2, and the same again."""
        return ((self.image - 4) // 2 - 4) // 2

    @property
    def features(self) -> int:
        """How many numbers `fc1` takes: all of S4."""
        return self.conv2 * self.side**2

    @property
    def table(self) -> ParameterTable:
        """The ten parameter tensors of a network of these sizes."""
        shapes = {
            "conv1": (self.conv1, 1, 5, 5),
            "conv2": (self.conv2, self.conv1, 5, 5),
            "fc1": (self.fc1, self.features),
            "fc2": (84, self.fc1),
            "fc3": (10, 84),
        }
        rows = []
        for layer, shape in shapes.items():
            rows.append(ParameterTensor(f"{layer}.weight", shape))
            rows.append(ParameterTensor(f"{layer}.bias", shape[:1]))
        return ParameterTable(tuple(rows))
