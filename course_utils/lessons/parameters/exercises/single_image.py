"""Exercise: the scores of one image from a network that takes batches."""

# The check tells apart, and its inputs are chosen for it:
# - a batch of one from none, from channels or rows as images, from the same image several times:
#   height, width and channels differ, the scores depend on the shape and on the number of images
# - the image from another: every pixel counts by its place; grey and coloured, one pixel, pixels
#   that do not lie in order, very large ones
# - a row of scores from a batch of one, one number, shares: 10 scores, 5, one
# - a call of the network from a call of its `forward`: some have hooks that change the scores
# - a network and an image left as they were: modes, gradients, hooks

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn

from course_utils.checks.calls import Given
from course_utils.checks.compare import Mistake, agree, check_agreement
from course_utils.checks.convert import NotYet, as_function, as_tensor
from course_utils.checks.exercise import exercise
from course_utils.lessons.parameters.exercises.shared import call_with_network
from course_utils.network.lenet import Net
from course_utils.pictures.words import count

MISTAKES = (
    Mistake(
        "batch_kept",
        "The scores come as a batch of one, with one dimension too many: take the row in it.",
        lambda net, image: net(image.unsqueeze(0)),
    ),
    Mistake(
        "softmax",
        "The results sum to 1, as after a softmax; the scores themselves are wanted.",
        lambda net, image: net(image.unsqueeze(0))[0].softmax(dim=0),
    ),
    Mistake(
        "squeezed",
        "For a network with a single score, a number without a dimension comes back; (1,) is "
        "wanted. `squeeze()` removes every dimension of size 1, `squeeze(0)` the first alone.",
        lambda net, image: net(image.unsqueeze(0)).squeeze(),
    ),
    Mistake(
        "hooks_skipped",
        "Hooks of the network do not run, as in `net.forward(…)`; a call `net(…)` runs them.",
        lambda net, image: net.forward(image.unsqueeze(0))[0],
    ),
)


GIVEN = "What the network was given"


class _Notes(list):
    def __deepcopy__(self, memo: dict) -> "_Notes":
        return self  # what a copy of the network is given is seen too


class OtherNetwork(nn.Module):
    """Takes tensors of any shape, notes them, and gives each entry ten scores."""

    def __init__(self):
        super().__init__()
        self.given = _Notes()
        self.slopes = nn.Parameter(torch.linspace(-1, 1, 10))

    def forward(self, images: Tensor) -> Tensor:
        self.given.append(images if isinstance(images, Tensor) else as_tensor(images, GIVEN))
        rows = images.reshape(len(images), -1).float() / len(images)
        ink = (rows * torch.linspace(0.5, 2, rows.shape[1])).sum(1, keepdim=True)
        return ink * self.slopes + sum(place * size for place, size in enumerate(images.shape))


def _right(net: nn.Module, image: Tensor) -> Tensor:
    return net(image.unsqueeze(0))[0]


def _require_batch_of_one(scores_of) -> None:
    """Where the result is wrong, see whether the network was given what it should be."""
    other, image = OtherNetwork(), torch.randn(3, 8, 6)
    result = call_with_network(scores_of, other, image)
    given = list(other.given)
    if agree(result, _right(other, image)):
        return
    if not given:
        raise NotYet("net_not_used", "The network that was handed over was never called.")
    shape = tuple(given[-1].shape)
    says = f"For an image of shape (3, 8, 6) the network was given {shape}"
    if shape == (3, 8, 6):
        raise NotYet("no_batch", f"{says}: the image alone, with no dimension for the batch.")
    if shape == (3, 1, 8, 6):
        raise NotYet("channels_as_images", f"{says}: three images, one for each channel.")
    if shape != (1, 3, 8, 6):
        raise NotYet("other_shape", f"{says}; a batch of this one image has (1, 3, 8, 6).")
    if not torch.equal(given[-1][0], image):
        raise NotYet("other_image", f"{says}, but with other pixels than those of the image.")


def _given(channels: int, scores: int, image: Tensor, hooked: bool = False) -> Given:
    pooled = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    net = nn.Sequential(*pooled, nn.Linear(channels, scores))  # takes images of any size
    if hooked:
        net.register_forward_hook(lambda net, images, scores: 2 * scores + 1)
    words = f"an image {tuple(image.shape)} and a network that gives {count(scores, 'score')}"
    return Given((net.train(not hooked), image), {}, f"`scores_of(net, image)` with {words}")


def _pairs() -> list[Given]:
    words = "`scores_of(net, image)` with an image (1, 32, 32) and `Net()`"
    return [
        _given(3, 4, 1000 * torch.randn(8, 6, 3).permute(2, 0, 1)),
        _given(1, 1, torch.randn(1, 5, 1), hooked=True),
        _given(2, 1, torch.randn(2, 1, 1), hooked=True),
        Given((Net(), torch.rand(1, 32, 32)), {}, words),
    ]


@exercise(
    starter="""
def scores_of(net, image):
    ...
""",
    hints=(
        "The network wants (N, C, H, W), and the image has (C, H, W).",
        "`unsqueeze` makes a new dimension of size 1 at the place you name.",
        "One image in the batch, one row of scores in the result: take that row.",
    ),
    solution="""
def scores_of(net, image):
    batch = image.unsqueeze(0)
    return net(batch)[0]
""",
    why="A network works on batches, so one image is given as a batch of one. The result has one "
    "row for each image, here a single one, and index 0 takes it out.",
    mistakes=MISTAKES,
)
def single_image(scores_of):
    scores_of = as_function(scores_of, "`scores_of`")
    _require_batch_of_one(scores_of)
    check_agreement(
        scores_of,
        _right,
        _pairs(),
        MISTAKES,
        name="scores_of",
        show_wanted=True,
        read=as_tensor,
        observe=call_with_network,
    )
    return "One image in, its scores out, for images and networks of every kind tried."
