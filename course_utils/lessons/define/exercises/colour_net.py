"""Exercise: a network of one's own for colour photographs."""

# The check tells apart:
# - a row of five scores for each image from other shapes: one image alone, three
# - scores that an image gets for itself from scores that depend on the others of its batch
# - scores that differ with the image, and with each of its three colours, from constant ones
# - scores of any size, negative too, from shares and from what ends in a ReLU, tanh, one-hot …:
#   with the last layer's weights times large numbers, positive and negative
# - scores that stand for their classes from sorted ones, equal ones, ones with a sum of 0
# - two convolutions from fewer, and something between them that is not linear
# - deep networks and such whose last layer begins with zeros: the weights are made anew
# - layers that the network knows, uses and can train from hidden, idle, new, overwritten, frozen,
#   cut-off ones
# All layers, sizes and functions between them are the learner's choice: nothing is compared with
# another network.

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.checks.calls import watch_calls
from course_utils.checks.compare import agree
from course_utils.checks.convert import NotYet, as_module
from course_utils.checks.exercise import exercise
from course_utils.lessons.define.exercises.shared import (
    TRIES,
    give_lively_weights,
    require_learning,
    require_registered,
    require_same_again,
    require_scores,
)

CLOSE = 1e-4  # a batch may be computed in another order than one image
LARGE = 1e3
SAME = 1e-7  # of the largest score, what counts as no difference


def _photographs() -> Tensor:
    """Three images of blocks in strong colours, from 0 to 1."""
    return F.interpolate(torch.rand(3, 3, 16, 16), scale_factor=4)


def _require_convolutions(net: nn.Module, image: Tensor) -> None:
    with watch_calls() as called:
        net(image)
    count = sum(getattr(function, "__name__", "").startswith("conv") for function in called)
    if count < 2:
        raise NotYet(
            "too_few_convolutions",
            f"Convolutions an image goes through: {count}. At least two are wanted.",
        )


def _require_separate_images(net: nn.Module, images: Tensor) -> None:
    if not agree(net(images[:1]), net(images)[:1], CLOSE):
        raise NotYet("images_mixed", "An image gets other scores when it is alone in its batch.")


def _for_some_weights(net: nn.Module, holds: Callable[[nn.Module, Tensor], bool], on: Tensor):
    """Whether something holds of a network, if not with these weights, then with others."""
    for _ in range(TRIES):
        if holds(net, on):
            return True
        give_lively_weights(net)
    return False


def _tells_apart(net: nn.Module, images: Tensor) -> bool:
    scores = net(images)
    return bool((scores - scores[0]).abs().max() > SAME * scores.abs().max())


def _are_free(net: nn.Module, images: Tensor) -> bool:
    """Whether each score changes with the image, bound neither to another nor to all."""
    scores = net(images).float()
    is_fixed = (scores - scores[0]).abs().amax(dim=0).min() == 0
    steps, sums = scores.diff(dim=1), scores.sum(dim=1).abs()
    is_sorted = (steps >= 0).all() or (steps <= 0).all()
    is_double = torch.pdist(scores.T, p=math.inf).min() < SAME * scores.abs().max()
    return not (is_fixed or is_sorted or is_double or sums.max() < CLOSE * scores.abs().max())


def _require_colours(net: nn.Module, image: Tensor) -> None:
    """The scores change with each of the image's colours."""
    for channel, colour in enumerate(("red", "green", "blue")):
        without = image.clone()
        without[:, channel] = 0
        if not _for_some_weights(net, _tells_apart, torch.cat([image, without])):
            raise NotYet(
                "colour_ignored",
                f"The scores stay the same when the {colour} of an image is taken away; the first "
                "convolution takes all three channels.",
            )


def _require_no_softmax(scores: object) -> None:
    if not isinstance(scores, Tensor):  # in training, with those of a second head
        return
    if agree(scores.sum(dim=1), torch.ones(len(scores))) and scores.min() >= 0:
        raise NotYet(
            "softmax",
            "The five scores of every image are at least 0 and their sum is 1, as after a softmax; "
            "return them as the last layer gives them.",
        )
    if agree(scores.exp().sum(dim=1), torch.ones(len(scores))):
        raise NotYet(
            "log_softmax",
            "The five scores of every image are logarithms of shares of 100 %, as after a "
            "log-softmax; return them as the last layer gives them.",
        )


def _range(net: nn.Module, images: Tensor, layer: nn.Module, factor: float) -> tuple[float, float]:
    """The lowest and the highest score with a layer's parameters times ± a factor."""
    own, scores = list(layer.parameters(recurse=False)), []
    kept = [parameter.detach().clone() for parameter in own]
    for signed in (factor, -factor, 1):
        for parameter, values in zip(own, kept, strict=True):
            parameter.copy_(signed * values)
        if signed != 1:
            scores.append(net(images))
    return torch.stack(scores).min().item() + 0.0, torch.stack(scores).max().item() + 0.0


def _require_any_size(net: nn.Module, images: Tensor) -> None:
    """With one layer's weights times more and more, scores grow without end, up and down."""
    bounded = []
    for name, layer in reversed(list(net.named_modules())):
        if next(layer.parameters(recurse=False), None) is None:
            continue
        low, high = _range(net, images, layer, LARGE)
        lower, higher = _range(net, images, layer, LARGE**2)
        if lower < LARGE / 3 * low < 0 and higher > LARGE / 3 * high > 0:
            return
        bounded.append((f"layer `{name}`" if name else "the network itself", lower, higher))
    for layer, low, high in bounded:
        limit = f"All scores stay between {low:.3g} and {high:.3g}"
        if max(-low, high) > LARGE:
            passes = "falls below" if high > -low else "rises above"
            limit = f"No score {passes} {min(low, high, key=abs):.3g}"
        if not math.isfinite(low + high):
            limit = "The scores are no numbers any more"
        raise NotYet(
            "squashed",
            f"{limit}, even with the weights of {layer} times a million or minus a million; a "
            "score may be any number, negative or large. Does a ReLU, a sigmoid or the like follow "
            "the last layer?",
        )


def _bends(net: nn.Module, images: Tensor) -> bool:
    """Whether a mean of two images gets other scores than the mean of theirs."""
    scores, between = net(images), net((images + images.roll(1, 0)) / 2)
    bend = (between - (scores + scores.roll(1, 0)) / 2).abs().max()
    return bool(bend > 1e-3 * (scores - scores[0]).abs().max())


@exercise(
    starter="""
ColourNet = ...
""",
    hints=(
        "The first convolution takes as many channels as a colour image has.",
        "Follow the side of the image, 64, through your layers, as in *Why 16 · 5 · 5*.",
        "If the first linear layer refuses, its error names the number of features it was given.",
    ),
    solution="""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ColourNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 5)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.fc = nn.Linear(16 * 13 * 13, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))
""",
    why="The first convolution takes the 3 channels, and the side goes 64, 60, 30, 26, 13, so 16 "
    "maps of 13 by 13 arrive at the linear layer. That one is last and nothing follows it, so the "
    "five scores may be any numbers.",
)
def colour_net(ColourNet):
    net, images = as_module(ColourNet, "`ColourNet`").eval(), _photographs()
    require_scores(net, images[:1], 5, "one image")
    scores = require_scores(net, images, 5, "three images")
    require_same_again(net, images)
    require_registered(net, scores)
    _require_convolutions(net, images[:1])
    with torch.no_grad():
        give_lively_weights(net)
        if not _for_some_weights(net, _tells_apart, images):
            raise NotYet("image_ignored", "Different images get the same scores.")
        _require_separate_images(net, images)
        _require_no_softmax(net(images))
        _require_no_softmax(net.train()(images))
    require_learning(net, images)
    with torch.no_grad():
        _require_colours(net.eval(), images[:1])
        _require_any_size(net, images[:2])
        if not _for_some_weights(net, _are_free, images):
            raise NotYet(
                "not_free",
                "Whatever the weights, a score is the same for every image, or the five come in "
                "order of size, or two are equal, or the sum is 0. Nothing should follow the last "
                "layer: each score belongs to its class and may be any number.",
            )
        if not _for_some_weights(net, _bends, images):
            raise NotYet(
                "no_nonlinearity",
                "A mean of two images gets the mean of their scores, so all layers together do no "
                "more than one linear layer. A ReLU or the like between them is missing.",
            )
    numbers = sum(parameter.numel() for parameter in net.parameters())
    return (
        f"It takes colour images, and each of its {numbers:,} parameters has a part in the scores "
        "and can learn."
    )
