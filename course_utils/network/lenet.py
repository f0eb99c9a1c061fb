"""The network of the course: its layers, and how its sizes come about."""

from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.network.refusal import Refusal
from course_utils.network.tape import Operation
from course_utils.network.trace import Trace, trace


class Net(nn.Module):
    """The network of lesson 01, written as it is there: LeNet-5 in today's form.

    Takes (N, 1, 32, 32), returns (N, 10), one score a digit. After Y. LeCun, L. Bottou,
    Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998, section II.B.
    """

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def seeded_net(seed: int = 0, kernel: int = 5) -> Net:
    """A `Net` whose first weights depend on `seed` alone; the random state is left as it was.

    Args:
        seed: As for `torch.manual_seed`.
        kernel: Side of both convolutions' kernels. Another one than 5 leaves `fc1` as it is,
            so that images of other sizes fit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Net()
        if kernel != 5:
            net.conv1 = nn.Conv2d(1, 6, kernel)
            net.conv2 = nn.Conv2d(6, 16, kernel)
    return net


def lenet_names(steps: Trace) -> list[str | None]:
    """LeNet's names for the operations of a trace, None where it has none.

    Convolutions are C, poolings (LeNet: subsamplings) S, linear layers F, numbered together in
    their order; the last linear layer is OUTPUT.

    Example:
        >>> [name for name in lenet_names(trace(Net(), torch.zeros(1, 1, 32, 32))) if name]
        ['C1', 'S2', 'C3', 'S4', 'F5', 'F6', 'OUTPUT']
    """
    names, number = [], 0
    for step in steps:
        letter = _LETTERS.get(step.operation)
        number += letter is not None
        names.append(f"{letter}{number}" if letter else None)
    if steps and steps[-1].operation == "linear":
        names[-1] = "OUTPUT"
    return names


_LETTERS = {"conv2d": "C", "max_pool2d": "S", "avg_pool2d": "S", "linear": "F"}


@dataclass(frozen=True)
class Step:
    """One stop on an image's way through the network.

    Attributes:
        label: The operations it stands for: `conv1`, `relu`.
        shape: Without the batch dimension where there is one.
        formula: How the size came about, or why it did not.
        values: What arrived there, for one image.
    """

    label: str
    shape: tuple[int, ...]
    formula: str
    values: Tensor


@dataclass(frozen=True)
class Walk:
    """An image's way from the input to `fc1`.

    Attributes:
        size: Side of the image in pixels.
        kernel: Side of both kernels.
        batch: Whether the image came in a batch of one.
        steps: The input, C1, S2, C3, S4 and the flattened vector, as far as it came.
        wanted: How many numbers `fc1` takes.
        refusal: None where the whole network accepted the image.
    """

    size: int
    kernel: int
    batch: bool
    steps: tuple[Step, ...]
    wanted: int
    refusal: Refusal | None


def walk(image: Tensor, size: int = 32, kernel: int = 5, batch: bool = True) -> Walk:
    """Send an image of `size` × `size` pixels through a `Net` with kernels of another size.

    Args:
        image: (1, H, W); drawn anew at `size` × `size` by nearest pixels.
        size: Side of the image that enters, in pixels.
        kernel: Side of both convolutions' kernels; `fc1` keeps its 400 inputs.
        batch: Give the network (1, 1, size, size); otherwise (1, size, size).

    Example:
        >>> [step.shape for step in walk(torch.zeros(1, 32, 32)).steps]
        [(1, 32, 32), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,)]
    """
    resized = F.interpolate(image.unsqueeze(0), size=(size, size), mode="nearest-exact")
    images = resized if batch else resized.squeeze(0)
    net = _net_with(kernel)
    passed = trace(net, images, keep_outputs=True)
    shown = [Step("input", (1, size, size), "", resized[0])]
    shown += [_step(passed, i, batch) for i, s in enumerate(passed) if _is_shown(s)]
    return Walk(size, kernel, batch, tuple(shown), net.fc1.in_features, passed.refusal)


@cache
def _net_with(kernel: int) -> Net:
    return seeded_net(0, kernel)


def _is_shown(step: Operation) -> bool:
    return step.operation in {"conv2d", "max_pool2d", "flatten"}


def _step(passed: Trace, i: int, batch: bool) -> Step:
    step = passed[i]
    relu = step.operation == "conv2d" and i + 1 < len(passed)
    output = passed[i + 1].output if relu else step.output
    label = f"{step.name} + relu" if step.name else step.operation
    values = output[0] if batch else output
    return Step(label, tuple(values.shape), _formula(step, batch), values)


def _formula(step: Operation, batch: bool) -> str:
    before, after = step.shape_in[-1], step.shape_out[-1]
    if step.operation == "conv2d":
        return f"{before} − {before - after + 1} + 1 = {after}"
    if step.operation == "max_pool2d":
        return f"{before} // 2 = {after}"
    kept = step.shape_in[1:]
    return f"{' × '.join(map(str, kept))} = {after}"
