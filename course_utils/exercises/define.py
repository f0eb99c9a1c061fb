"""Exercises of lesson 01: sizes, a network from its shapes, and how to call it."""

import torch
from torch import Tensor, nn

from course_utils.exercises.compare import (
    a_module,
    a_tensor,
    agree,
)
from course_utils.exercises.exercise import NotYet, exercise
from course_utils.network.trace import Trace, trace

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
