"""Exercise: the lesson's network, written from memory."""

# The check tells apart:
# - the five layers of the table from others, from missing ones, from ones that nobody knows
# - a ReLU after C1, C3, F5 and F6 from none at any of them, from one more, from other functions
#   and limits: with small weights and with large ones
# - the largest of each 2×2 from the mean, from the first
# - scores as OUTPUT gives them from shares, from logarithms
# - a row for each image: one image, two, eleven
# - training mode from evaluation mode: a dropout, a softmax in one of them
# - layers that learn from layers that are new at each call, overwritten, frozen or cut off
# The numbers of a `Net` are put into the answer's layers, in whatever order and shape they are.

from collections import Counter
from collections.abc import Callable
from itertools import combinations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.checks.calls import Given, call
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import NotYet, as_module, as_tensor
from course_utils.checks.exercise import exercise
from course_utils.lessons.define.exercises.shared import (
    require_learning,
    require_registered,
    require_same_again,
    require_scores,
)
from course_utils.network.lenet import Net, seeded_net

Step = Callable[..., Tensor]
RELU, PLAIN = F.relu, nn.Identity()
WITH_RELU = ("C1", "C3", "F5", "F6")


def _net(relus: tuple[Step, ...] = (RELU,) * 4, pool: Step = F.max_pool2d, last: Step = PLAIN):
    """The class of a network with other functions in the places where mistakes are made."""

    class Other(Net):
        def forward(self, x):
            x = pool(relus[0](self.conv1(x)), 2)
            x = pool(relus[1](self.conv2(x)), 2)
            x = relus[2](self.fc1(torch.flatten(x, 1)))
            return last(self.fc3(relus[3](self.fc2(x))))

    return Other


def _without(bare: tuple[str, ...]) -> Mistake:
    sentence = f"No ReLU follows {', '.join(bare)}; one follows each of C1, C3, F5 and F6."
    relus = tuple(PLAIN if step in bare else RELU for step in WITH_RELU)
    return Mistake("relu_missing", sentence, _net(relus))


def _with(function: Step) -> Mistake:
    name = getattr(function, "__name__", "")
    sentence = f"In the place of each ReLU stands another function, `{name}`."
    return Mistake("other_function", sentence, _net((function,) * 4))


MISTAKES = (
    *[_without(bare) for count in (1, 2, 3, 4) for bare in combinations(WITH_RELU, count)],
    *map(_with, (torch.tanh, torch.sigmoid, F.leaky_relu, F.gelu, F.relu6)),
    Mistake(
        "relu_on_scores",
        "A ReLU follows OUTPUT as well; scores may be negative.",
        _net(last=F.relu),
    ),
    Mistake(
        "softmax",
        "The scores went through a softmax; the network returns them as OUTPUT gives them.",
        _net(last=lambda x: x.softmax(dim=1)),
    ),
    Mistake(
        "log_softmax",
        "The scores went through a log-softmax; the network returns them as OUTPUT gives them.",
        _net(last=lambda x: x.log_softmax(dim=1)),
    ),
    Mistake(
        "mean_pooled",
        "Pooling takes the mean of each 2×2; the largest is wanted.",
        _net(pool=F.avg_pool2d),
    ),
    Mistake(
        "first_pooled",
        "Of each 2×2 the first number stays, as with `stride=2` in a convolution; the largest is "
        "wanted.",
        _net(pool=lambda x, size: x[:, :, ::size, ::size]),
    ),
)


def _numbers(large: bool) -> Net:
    """A network whose numbers the answer gets, small as at the start or with large activations."""
    net = seeded_net()
    with torch.no_grad():
        for layer in net.children() if large else ():
            for parameter in layer.parameters():
                parameter.mul_(1e-3 if layer is net.fc3 else 10)
    return net


def _fill(net: nn.Module, numbers: Net) -> None:
    """Put the numbers into another network; all ten counts differ."""
    by_count = {values.numel(): values for values in numbers.parameters()}
    with torch.no_grad():
        for parameter in net.parameters():
            values = by_count[parameter.numel()]
            turned = values.dim() == 2 and parameter.shape == values.T.shape
            parameter.copy_(values.T if turned else values.view(parameter.shape))


def _scores(net: nn.Module | type[Net], images: Tensor, numbers: Net, training: bool) -> object:
    """What a network gives for images with these numbers in its layers, or the lesson's class."""
    if isinstance(net, type):
        return net.forward(numbers, images)
    _fill(net, numbers)
    return call(net.train(training), images)


def _batches() -> list[Given]:
    one, two, many = (torch.rand(count, 1, 32, 32) for count in (1, 2, 11))
    small, large = _numbers(large=False), _numbers(large=True)
    return [
        Given((one, small, True), {}, "one image and the numbers of a `Net` in the layers"),
        Given((two, small, True), {}, "two images and the numbers of a `Net` in the layers"),
        Given((one, large, True), {}, "one image and large weights in the layers"),
        Given((two, large, True), {}, "two images and large weights in the layers"),
        Given((many, small, False), {}, "eleven images in evaluation mode"),
    ]


def _require_sizes(net: nn.Module) -> None:
    """The parameters of the table's five layers, and no others."""
    named = list(zip((*WITH_RELU, "OUTPUT"), Net().children(), strict=True))
    left = Counter(values.numel() for _, layer in named for values in layer.parameters())
    for name, parameter in net.named_parameters():
        left[parameter.numel()] -= 1
        if left[parameter.numel()] < 0:
            count = sum(values.numel() for values in net.parameters())
            raise NotYet(
                "other_sizes",
                f"The table has no layer left for `{name}` of shape {tuple(parameter.shape)}. The "
                f"network has {count:,} parameters, that of the lesson 61,706.",
            )
    for step, layer in named:
        for kind, values in layer.named_parameters():
            if left[values.numel()]:
                raise NotYet(
                    "parameters_missing",
                    f"The {kind} of {step} is missing: the network's `parameters()` has nothing "
                    "like it. Each of the five layers has a weight and a bias.",
                )


@exercise(
    starter="""
class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        ...

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        ...
""",
    hints=(
        "One layer for each of C1, C3, F5, F6 and OUTPUT; pooling and ReLU need none.",
        "`conv2` takes the channels that `conv1` returns. `fc1` takes 16 maps of 5 by 5 numbers.",
        "`forward` ends with `return`; the last layer has no ReLU.",
    ),
    solution="""
import torch
import torch.nn as nn
import torch.nn.functional as F


class MyNet(nn.Module):
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
""",
    why="`__init__` makes the five layers that have parameters, so that the network knows them and "
    "they stay the same. `forward` says in which order they are used, with ReLU after all but the "
    "last, pooling after each convolution, and the images kept apart by `flatten(x, 1)`.",
    mistakes=MISTAKES,
)
def network(MyNet):
    net = as_module(MyNet, "`MyNet`").train()
    for count, what in ((1, "one image"), (2, "two images")):
        images = torch.rand(count, 1, 32, 32)
        scores = require_scores(net, images, 10, what)
    require_same_again(net, images)
    require_registered(net, scores)
    _require_sizes(net)
    check_agreement(
        net, Net, _batches(), MISTAKES, name="MyNet", pytorch="Net", read=as_tensor, observe=_scores
    )
    require_learning(net, images)
    return "With the same numbers in its layers, it gives the same scores as `Net`, and can learn."
