"""Exercises of lesson 01: sizes, a network from its shapes, and how to call it."""

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.exercises.compare import (
    a_module,
    a_tensor,
    agree,
)
from course_utils.exercises.exercise import NotYet, exercise
from course_utils.network.lenet import Net, seeded_net
from course_utils.network.trace import Trace, trace

_SHAPES = [tuple(parameter.shape) for parameter in seeded_net().parameters()]
_IDENTITY = torch.nn.Identity()


def _lenet(net, images, relus=(F.relu,) * 4, pool=F.max_pool2d, last=_IDENTITY) -> Tensor:
    """The lesson's forward pass, with other functions in the places where mistakes are made."""
    x = pool(relus[0](net.conv1(images)), 2)
    x = pool(relus[1](net.conv2(x)), 2)
    x = torch.flatten(x, 1)
    x = relus[2](net.fc1(x))
    x = relus[3](net.fc2(x))
    return last(net.fc3(x))


def _without_relus(net, images, scores) -> bool:
    choices = list(itertools.product((F.relu, _IDENTITY), repeat=4))[1:]
    return any(agree(_lenet(net, images, relus), scores) for relus in choices)


def _network_mistakes(net: Net, images: Tensor, scores: Tensor) -> None:
    if _without_relus(net, images, scores):
        raise NotYet("relu_missing", "A ReLU is missing; four layers are followed by one.")
    if agree(_lenet(net, images, last=F.relu), scores):
        raise NotYet("relu_on_scores", "The last layer has a ReLU; scores may be negative.")
    softmaxes = (lambda x: x.softmax(1)), (lambda x: x.log_softmax(1))
    if any(agree(_lenet(net, images, last=last), scores) for last in softmaxes):
        raise NotYet("softmax", "The output went through a softmax; the network returns scores.")
    if agree(_lenet(net, images, pool=F.avg_pool2d), scores):
        raise NotYet("mean_pooled", "Pooling takes the mean of each 2×2; the largest is wanted.")
    if any(agree(_lenet(net, images, (f,) * 4), scores) for f in (torch.tanh, torch.sigmoid)):
        raise NotYet("no_relu", "Between the layers stands another function than ReLU.")


def _as_net(net: nn.Module) -> Net:
    """A `Net` of the lesson with another network's numbers; all ten shapes differ."""
    by_shape = {tuple(parameter.shape): parameter for parameter in net.parameters()}
    same = Net()
    with torch.no_grad():
        for parameter in same.parameters():
            parameter.copy_(by_shape[tuple(parameter.shape)])
    return same


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
        "One layer for each of C1, C3, F5, F6 and OUTPUT; pooling and ReLU need no layer.",
        "`conv2` takes the channels that `conv1` returns. `fc1` takes 16 maps of 5 by 5 numbers.",
        "`forward` ends with `return`; the last layer has no ReLU.",
    ),
)
def network(MyNet):
    net = a_module(MyNet, "`MyNet`")
    images = torch.randn(2, 1, 32, 32)
    scores = net(images)
    if scores is None:
        raise NotYet("nothing_returned", "`forward` returns None: its `return` is missing.")
    scores = a_tensor(scores, "The output for two images", (2, 10))
    shapes = [tuple(parameter.shape) for parameter in net.parameters()]
    if len(shapes) < len(_SHAPES):
        raise NotYet(
            "parameters_missing",
            f"The network knows {len(shapes)} parameter tensors; five layers have two each. "
            "A layer is known when it is stored as `self.…`, and a bias unless it is switched off.",
        )
    if sorted(shapes) != sorted(_SHAPES):
        numbers = sum(parameter.numel() for parameter in net.parameters())
        raise NotYet("other_sizes", f"It has {numbers:,} parameters; compare with the table.")
    same = _as_net(net)
    if not agree(_lenet(same, images), scores):
        _network_mistakes(same, images, scores)
        raise NotYet(
            "other_scores",
            "The layers are right, but with the same numbers in them `Net` gives other scores: "
            "`forward` takes another way.",
        )
    return "With the same numbers in its layers, it gives the same scores as `Net`."


_SOFTMAX = {"softmax", "log_softmax"}
_SQUASH = {"relu", "sigmoid", "tanh", "leaky_relu", "gelu", "hardtanh"}


def _colour_path(net: nn.Module, passed: Trace) -> None:
    """What a trace shows of the way the image takes."""
    operations = [step.operation for step in passed]
    convolutions = sum(operation.startswith("conv") for operation in operations)
    if convolutions < 2:
        raise NotYet(
            "too_few_convolutions",
            f"Convolutions an image goes through: {convolutions}. At least two are wanted.",
        )
    known = sum(parameter.numel() for parameter in net.parameters())
    if known < passed.parameters:
        raise NotYet(
            "layers_unknown",
            f"The image meets {passed.parameters:,} parameters, the network knows {known:,}: "
            "a layer is known when it is stored as `self.…`.",
        )
    if known > passed.parameters:
        raise NotYet(
            "layers_unused",
            f"The network knows {known:,} parameters, an image meets {passed.parameters:,}: "
            "some layer has no part in `forward`.",
        )
    if operations[-1] in _SOFTMAX:
        raise NotYet("softmax", "The last step is a softmax; the network returns scores.")
    if operations[-1] in _SQUASH:
        raise NotYet(
            "squashed",
            f"The last step is `{operations[-1]}`; a score may be any number, negative or large.",
        )


def _colour_behaviour(net: nn.Module, images: Tensor, scores: Tensor) -> None:
    """`images` are two, their sum, and nothing at all."""
    if not agree(net(images[1:2]), scores[1:2], tolerance=1e-4):
        raise NotYet("images_mixed", "An image gets other scores when it is alone in its batch.")
    one, other, both, nothing = scores
    spread = (one - other).abs().max()
    if spread < 1e-7 * scores.abs().max():
        raise NotYet("image_ignored", "Different images get the same scores.")
    if (one + other - both - nothing).abs().max() < 1e-3 * spread:
        raise NotYet(
            "no_nonlinearity",
            "The scores of two images added are the sum of their scores: without a ReLU or the "
            "like between them, the layers do no more than one.",
        )


@exercise(
    starter="""
ColourNet = ...
""",
    hints=(
        "The first convolution takes as many channels as a colour image has.",
        "Follow the side of the image, 64, through your layers, as in *Why 16 · 5 · 5*.",
        "If the first linear layer refuses, its error names the number of features it was given.",
    ),
)
def colour_net(ColourNet):
    net = a_module(ColourNet, "`ColourNet`").eval()
    images = 10 * torch.randn(4, 3, 64, 64)
    images[2], images[3] = images[0] + images[1], 0
    scores = net(images)
    if scores is None:
        raise NotYet("nothing_returned", "`forward` returns None: its `return` is missing.")
    scores = a_tensor(scores, "The output")
    if scores.dim() != 2 or len(scores) != len(images):
        raise NotYet(
            "batch_lost",
            f"Four images came out in the shape {tuple(scores.shape)}; a row each is wanted.",
        )
    if scores.shape[1] != 5:
        raise NotYet("other_classes", f"Each image gets {scores.shape[1]} scores; one a class.")
    _colour_path(net, trace(net, images[:1]))
    _colour_behaviour(net, images, scores)
    numbers = sum(parameter.numel() for parameter in net.parameters())
    return (
        f"It takes colour images, uses every one of its {numbers:,} parameters, and is a network."
    )
