"""The first exercise of lesson 06: from scores and labels to the share of right answers."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_utils.exercises.compare import Mistake, a_function, a_number, agree, recognise, shown
from course_utils.exercises.exercise import NotYet, exercise

_CLASSES = 10
_SEED = 0  # with these scores no two of the mistakes below come to the same shares
_NONE_WRONG = slice(0)


def _answered(images: int, wrong: slice) -> tuple[Tensor, Tensor]:
    """Scores and labels, some of them wrong; the largest score of all stands in row 0."""
    scores = torch.randn(images, _CLASSES, generator=torch.Generator().manual_seed(_SEED))
    scores[0, 4] = 5.0
    labels = scores.argmax(dim=1)
    labels[wrong] = (labels[wrong] + 3) % _CLASSES
    return scores, labels


def _right(scores: Tensor, labels: Tensor, dim: int = 1) -> Tensor:
    return (scores.argmax(dim=dim) == labels).double()


_SHARE_MISTAKES = [
    Mistake(
        "counted",
        "The number of right answers came back; divide it by the number of images.",
        lambda scores, labels: _right(scores, labels).sum(),
    ),
    Mistake(
        "percent",
        "This is the share in percent; as a share, all right is 1.",
        lambda scores, labels: 100 * _right(scores, labels).mean(),
    ),
    Mistake(
        "error_rate",
        "This is the share of wrong answers.",
        lambda scores, labels: 1 - _right(scores, labels).mean(),
    ),
    Mistake(
        "over_images",
        "Dimension 0 counts the images: for each digit, the image with the highest score for it "
        "was looked up. Each image answers with one of its own ten scores.",
        lambda scores, labels: _right(scores, labels, dim=0).mean(),
    ),
    Mistake(
        "one_largest",
        "`argmax()` without a dimension gives one position for the whole batch; each image has an "
        "answer of its own.",
        lambda scores, labels: (scores.argmax() == labels).double().mean(),
    ),
    Mistake(
        "values_compared",
        "The largest scores themselves are compared with the labels; the answer is the place at "
        "which the largest score stands.",
        lambda scores, labels: (scores.max(dim=1).values == labels).double().mean(),
    ),
    Mistake(
        "smallest",
        "The answer was taken to be the digit with the smallest score.",
        lambda scores, labels: (scores.argmin(dim=1) == labels).double().mean(),
    ),
    Mistake(
        "truncated",
        "Only the whole part of each share is left: anything less than 1 becomes 0.",
        lambda scores, labels: _right(scores, labels).mean().floor(),
    ),
    Mistake(
        "rounded",
        "The share was rounded to a whole number.",
        lambda scores, labels: _right(scores, labels).mean().round(),
    ),
    Mistake(
        "every_pair",
        "Each answer was compared with every label, by broadcasting (N, 1) against (N,).",
        lambda scores, labels: (scores.argmax(dim=1)[:, None] == labels).double().mean(),
    ),
    Mistake(
        "first_alone",
        "Only the first image counts here.",
        lambda scores, labels: _right(scores, labels)[0],
    ),
    Mistake(
        "last_alone",
        "Only the last image counts here.",
        lambda scores, labels: _right(scores, labels)[-1],
    ),
    Mistake(
        "confidence",
        "This is the mean of the highest probabilities: how sure the network is, not how often it "
        "is right.",
        lambda scores, labels: scores.softmax(dim=1).amax(dim=1).mean(),
    ),
    Mistake(
        "probability_of_truth",
        "This is the mean probability given to the truth; an answer is right or wrong, with "
        "nothing between.",
        lambda scores, labels: scores.softmax(dim=1).gather(1, labels[:, None]).mean(),
    ),
]

_OTHER_SIZE_MISTAKES = [
    Mistake(
        "ten_images",
        "Ten images are told right; with six images the number of right answers is still divided "
        "by 10.",
        lambda scores, labels: _right(scores, labels).sum() / _CLASSES,
    ),
]


def _share(share_right: Callable, scores: Tensor, labels: Tensor) -> int | float:
    share = share_right(scores.clone(), labels.clone())
    if type(share) is Tensor and share.shape == labels.shape and len(labels) > 1:
        raise NotYet(
            "each_image", "One entry for each image came back; the share is a single number."
        )
    return a_number(share, "The share")


@exercise(
    starter="""
def share_right(scores, labels):
    return ...
""",
    hints=(
        "For each image, `scores.argmax(dim=1)` gives the position of its largest score, and the "
        "position is the digit.",
        "`==` between two tensors gives True or False for each entry. As floating-point numbers "
        "these are 1 and 0: what is their mean?",
    ),
)
def accuracy(share_right):
    share_right = a_function(share_right, "`share_right`")
    tens = [_answered(10, wrong) for wrong in (slice(3), slice(1, 8), _NONE_WRONG)]
    recognise([(case, _share(share_right, *case)) for case in tens], _SHARE_MISTAKES)
    six = _answered(6, slice(4, 6))
    recognise([(six, _share(share_right, *six))], _OTHER_SIZE_MISTAKES)
    for scores, labels in [*tens, six, _answered(1, _NONE_WRONG)]:
        share, right = _share(share_right, scores, labels), int(_right(scores, labels).sum())
        if not agree(share, right / len(labels)):
            raise NotYet(
                "other_share",
                f"Of {len(labels)} answers {right} are right, and {shown(share)} came back.",
            )
    return "All right is 1, and every other share that was tried is right."
