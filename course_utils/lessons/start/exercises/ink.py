"""Exercise: the mean of the pixels of every image; the tour of an exercise is made on it."""

# The check tells apart, and the inputs are chosen for it:
# - the three dimensions of an image from every other choice of dimensions: all 14 are known
# - an image alone in its batch from one that loses its dimension: batches of one, on their own
# - a mean from a sum, an extreme, a median, a mean of the ink alone: pixels from 0 to 1, many 0
# - every image from the first ten: 33 of them
# - a result in the shape (N,) from one that keeps dimensions of size 1
# - images that are left as they are from images that are written into

from collections.abc import Callable

import torch
from torch import Tensor

from course_utils.checks.calls import Given, given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function, as_tensor
from course_utils.checks.exercise import exercise


def _mean_over(*dims: int) -> Callable[[Tensor], Tensor]:
    return lambda images: images.mean(dim=dims)


def _means(code: str, sentence: str, *choices: tuple[int, ...]) -> list[Mistake]:
    return [Mistake(code, sentence, _mean_over(*dims)) for dims in choices]


MISTAKES = (
    Mistake(
        "all_images_together",
        "One number came back, the mean of the whole batch; each image has a mean of its own.",
        lambda images: images.mean(),
    ),
    *_means(
        "mean_over_images",
        "Dimension 0 counts the images, and the mean was taken over it: that is the average "
        "digit. Dimension 0 should stay.",
        *((0,), (0, 1)),
    ),
    *_means(
        "mean_over_images",
        "Dimension 0 counts the images, and the mean was taken over it too. It should stay, and "
        "all others should disappear.",
        *((0, 2), (0, 3), (0, 1, 2), (0, 1, 3), (0, 2, 3)),
    ),
    *_means(
        "channel_kept",
        "The shape is (N, 1): the channel is still a dimension. Let the mean run over it too.",
        (2, 3),
    ),
    *_means(
        "rows_kept",
        "The mean of each row came back; an image has one number in all.",
        *((3,), (1, 3)),
    ),
    *_means(
        "columns_kept",
        "The mean of each column came back; an image has one number in all.",
        *((2,), (1, 2)),
    ),
    *_means(
        "pixels_kept",
        "Every pixel came back; the mean runs over the dimension of the channels alone.",
        (1,),
    ),
    Mistake(
        "sum",
        "The sum of the pixels came back; the mean is the sum divided by their number.",
        lambda images: images.sum(dim=(1, 2, 3)),
    ),
    Mistake(
        "dimensions_kept",
        "The numbers are right, in the shape (N, 1, 1, 1); the shape (N,) is wanted.",
        lambda images: images.mean(dim=(1, 2, 3), keepdim=True),
    ),
)

ALONE_MISTAKES = (  # right for a batch of several images
    Mistake(
        "batch_of_one",
        "A batch of one image comes back without its dimension; the shape (1,) is wanted. "
        "`squeeze()` drops every dimension of size 1, also that of the images.",
        lambda images: images.mean(dim=(1, 2, 3)).squeeze(),
    ),
    Mistake(
        "batch_of_one",
        "A batch of one image comes back as the means of its rows: `squeeze()` drops every "
        "dimension of size 1, also that of the images.",
        lambda images: images.squeeze().flatten(1).mean(dim=1),
    ),
)


def _digits(count: int) -> Tensor:
    """Light and dark images, with paper, as the lesson's: pixels from 0 to 1, many of them 0."""
    brightness = 1 - 0.8 * torch.rand(count, 1, 1, 1)
    return (1.5 * brightness * torch.rand(count, 1, 32, 32) - 0.2).clamp(0, 1)


def _batches(*counts: int) -> list[Given]:
    batches = [_digits(count) for count in counts]
    return [given(batch) for batch in (*batches, batches[0].flip(0).double())]


@exercise(
    starter="""
def mean_ink(images):
    return images.mean(dim=...)
""",
    hints=(
        "`dim` names the dimensions over which the mean is taken; they disappear from the shape.",
        "A batch has four dimensions, numbered from 0. All but one should disappear; `dim` takes "
        "several numbers in round brackets.",
    ),
    solution="""
def mean_ink(images):
    return images.mean(dim=(1, 2, 3))
""",
    why="Dimensions 1, 2 and 3 are the channel, the rows and the columns; a mean over them leaves "
    "one number for each image. Dimension 0 counts the images, so it stays.",
    mistakes=(*MISTAKES, *ALONE_MISTAKES),
)
def ink(mean_ink):
    mean_ink = as_function(mean_ink, "`mean_ink`")
    for batches, mistakes in ((_batches(2, 10, 33), MISTAKES), (_batches(1, 1), ALONE_MISTAKES)):
        check_agreement(
            mean_ink,
            _mean_over(1, 2, 3),
            batches,
            mistakes,
            name="mean_ink",
            show_wanted=True,
            read=as_tensor,
        )
    return "One number for each image, the mean of its pixels."
