"""The exercise of lesson 00, on which the tour of an exercise is made."""

import torch

from course_utils.exercises.compare import Mistake, a_function, a_tensor, agree, recognise
from course_utils.exercises.exercise import NotYet, exercise

_MISTAKES = [
    Mistake(
        "all_images_together",
        "One number came back, the mean of the whole batch; each image has a mean of its own.",
        lambda images: images.mean(),
    ),
    Mistake(
        "mean_over_images",
        "Dimension 0 counts the images, and the mean was taken over it: that is the average "
        "digit. Dimension 0 should stay.",
        lambda images: images.mean(dim=0),
    ),
    Mistake(
        "channel_kept",
        "The shape is (10, 1): the channel is still a dimension. Let the mean run over it too.",
        lambda images: images.mean(dim=(2, 3)),
    ),
    Mistake(
        "rows_kept",
        "The mean of each row came back; an image has one number in all.",
        lambda images: images.mean(dim=3),
    ),
    Mistake(
        "columns_kept",
        "The mean of each column came back; an image has one number in all.",
        lambda images: images.mean(dim=2),
    ),
    Mistake(
        "pixels_kept",
        "Every pixel came back; the mean runs over the dimension of the channels alone.",
        lambda images: images.mean(dim=1),
    ),
    Mistake(
        "sum",
        "The sum of the pixels came back; the mean is the sum divided by their number.",
        lambda images: images.sum(dim=(1, 2, 3)),
    ),
    Mistake(
        "dimensions_kept",
        "The numbers are right, in the shape (10, 1, 1, 1); the shape (10,) is wanted.",
        lambda images: images.mean(dim=(1, 2, 3), keepdim=True),
    ),
]


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
)
def ink(mean_ink):
    mean_ink = a_function(mean_ink, "`mean_ink`")
    images = torch.rand(10, 1, 8, 8)
    means = a_tensor(mean_ink(images.clone()), "The result")
    recognise([((images,), means)], _MISTAKES)
    wanted = images.mean(dim=(1, 2, 3))
    if means.shape != wanted.shape:
        raise NotYet(
            "other_shape",
            f"The result for ten images has the shape {tuple(means.shape)}; (10,) is wanted.",
        )
    colour = torch.rand(3, 2, 4, 6)
    if not agree(means, wanted) or not agree(mean_ink(colour.clone()), colour.mean(dim=(1, 2, 3))):
        raise NotYet("other_numbers", "The shape is right, but the numbers are not the means.")
    return "One number for each image, the mean of its pixels."
