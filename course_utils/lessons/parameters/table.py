"""The learnable numbers of a network: where they are, and how many."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

from torch import nn
from torch.nn.parameter import is_lazy

from course_utils.lessons.parameters.initial_weights import check_network


@dataclass(frozen=True)
class ParameterTensor:
    """One parameter tensor of a network.

    Attributes:
        name: As `named_parameters` says it: `conv1.weight`.
        shape: Its size.
        layer_type: Class of the module that holds it: `Conv2d`.
    """

    name: str
    shape: tuple[int, ...]
    layer_type: str

    @property
    def layer(self) -> str:
        """Name of the module that holds it; empty if that is the network itself."""
        return self.name.rpartition(".")[0]

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def kind(self) -> str:
        """What kind of layer holds it: `convolution`, `fully connected` or `other`."""
        if self.layer_type.startswith("Conv"):
            return "convolution"
        return "fully connected" if self.layer_type == "Linear" else "other"


@dataclass(frozen=True, repr=False)
class ParameterTable:
    """The parameter tensors of a network in their order; a sequence of `ParameterTensor`.

    Printed, it is a table with each tensor's share of all numbers in per cent.
    """

    rows: tuple[ParameterTensor, ...]

    @cached_property
    def total(self) -> int:
        """How many numbers there are in all."""
        return sum(row.numbers for row in self.rows)

    @cached_property
    def by_kind(self) -> Counter[str]:
        """How many numbers each kind of layer holds."""
        found: Counter[str] = Counter()
        for row in self.rows:
            found[row.kind] += row.numbers
        return found

    def share(self, numbers: int) -> float:
        """So many numbers, in per cent of all."""
        return 100 * numbers / max(self.total, 1)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ParameterTensor]:
        return iter(self.rows)

    def __getitem__(self, index):
        return self.rows[index]

    def __repr__(self) -> str:
        lines = [("name", "size", "numbers", "share")]
        lines += [
            (r.name, _size(r.shape), f"{r.numbers:,}", f"{self.share(r.numbers):.1f} %")
            for r in self
        ]
        lines += [("sum", "", f"{self.total:,}", "")]
        name, size, numbers, share = (max(map(len, column)) for column in zip(*lines, strict=True))
        return "\n".join(
            f"{a:<{name}}  {b:<{size}}  {c:>{numbers}}  {d:>{share}}".rstrip()
            for a, b, c, d in lines
        )


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "1"


def parameter_table(net: nn.Module) -> ParameterTable:
    """List the parameter tensors of `net`, shared ones once, frozen ones included.

    Args:
        net: Any module; left as it was. Buffers are no parameters and are not listed.

    Raises:
        TypeError: `net` is no module.
        ValueError: A lazy layer has not seen an input yet, so that its sizes are unknown.

    Example:
        >>> parameter_table(nn.Conv2d(1, 6, 5))
        name    size     numbers   share
        weight  6×1×5×5      150  96.2 %
        bias    6              6   3.8 %
        sum                  156
    """
    check_network(net)
    types = {name: type(module).__name__ for name, module in net.named_modules()}
    rows = []
    for name, parameter in net.named_parameters():
        if is_lazy(parameter):
            raise ValueError(
                f"{name} has no size yet: a lazy layer takes it from its first input. "
                "Call the network on a batch once, then count."
            )
        holder = types[name.rpartition(".")[0]]
        rows.append(ParameterTensor(name, tuple(parameter.shape), holder))
    return ParameterTable(tuple(rows))


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
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
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
            "conv1": ("Conv2d", (self.conv1, 1, 5, 5)),
            "conv2": ("Conv2d", (self.conv2, self.conv1, 5, 5)),
            "fc1": ("Linear", (self.fc1, self.features)),
            "fc2": ("Linear", (84, self.fc1)),
            "fc3": ("Linear", (10, 84)),
        }
        rows = []
        for layer, (kind, shape) in shapes.items():
            rows.append(ParameterTensor(f"{layer}.weight", shape, kind))
            rows.append(ParameterTensor(f"{layer}.bias", shape[:1], kind))
        return ParameterTable(tuple(rows))
