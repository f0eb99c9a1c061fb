"""Exercise: the share of right answers, from scores and labels."""

# The check tells apart, and the inputs are chosen for it:
# - the place of an image's largest score from that score, from the smallest, from the places of
#   other images: also scores that are all negative, large, close, or equal to their own place
# - a share from a count, a percentage, the share of errors, its whole part: 0, 1 and between
# - every image from the first, the last, the first ten: 10 images, one, 6, 25
# - one number from an entry for each image
# - tensors in any layout: transposed scores; both are still as they were after the call

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn  # noqa: F401, for the learner

from course_utils.checks.calls import Given
from course_utils.checks.compare import Mistake, check_agreement
from course_utils.checks.convert import as_function, as_number, as_tensor
from course_utils.checks.exercise import exercise

WRONG_OF_TEN = ((1, 3, 9), (2, 5, 7, 8), (4, 8), (0, 4), ())


def _right(scores: Tensor, labels: Tensor, dim: int = 1) -> Tensor:
    return (scores.argmax(dim=dim) == labels).double()


TEN_MISTAKES = (
    Mistake(
        "each_image",
        "One entry for each image came back, and each is right; the share is a single number.",
        _right,
    ),
    Mistake(
        "counted",
        "It is the number of right answers; divide it by the number of images.",
        lambda scores, labels: _right(scores, labels).sum(),
    ),
    Mistake(
        "percent",
        "It is the share in percent; as a share, all right is 1.",
        lambda scores, labels: 100 * _right(scores, labels).mean(),
    ),
    Mistake(
        "error_rate",
        "It is the share of wrong answers.",
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
        "one_largest_each",
        "`argmax()` without a dimension gives one position for the whole batch, and each label "
        "was compared with it; `dim=1` asks every image. The share is a single number.",
        lambda scores, labels: scores.argmax() == labels,
    ),
    Mistake(
        "values_compared",
        "The largest scores themselves are compared with the labels; the answer is the place at "
        "which the largest score stands.",
        lambda scores, labels: (scores.amax(dim=1) == labels).double().mean(),
    ),
    Mistake(
        "truncated",
        "Only the whole part of each share is left: anything less than 1 becomes 0.",
        lambda scores, labels: _right(scores, labels).mean().floor(),
    ),
    Mistake(
        "every_pair",
        "Each answer was compared with every label, by broadcasting (N, 1) against (N,).",
        lambda scores, labels: (scores.argmax(dim=1)[:, None] == labels).double().mean(),
    ),
)

OTHER_MISTAKES = (  # right for ten images
    Mistake(
        "divided_by_ten",
        "Ten images are told right; with other numbers of images, the number of right answers is "
        "still divided by 10.",
        lambda scores, labels: _right(scores, labels).sum() / 10,
    ),
    Mistake(
        "first_ten",
        "Only the first ten images count; a batch may hold more.",
        lambda scores, labels: _right(scores, labels)[:10].mean(),
    ),
)


def _batch(count: int, wrong: tuple[int, ...] = (), below: float = 0.0) -> Given:
    """Scores and labels; the answers at the places `wrong` are wrong."""
    rows = torch.arange(count)
    answers = (rows**2 + rows // 10 * 7 + 8) % 10
    like_places = answers.clamp(min=2).float()  # so that comparing scores with labels hits some
    scores = torch.rand(10, count).T
    scores[rows, answers] = torch.where(rows % 2 == 0, like_places, 1 + torch.rand(count))
    scores[0, answers[0]] = 20  # the largest of all, so that its position is a digit too
    labels = answers.clone()
    labels[list(wrong)] += 1 + (rows[list(wrong)] + 8) % 9
    labels %= 10
    words = f"{count} image{'s' if count > 1 else ''}, {count - len(wrong)} of them right,"
    return Given((scores - below, labels), {}, words)


def _close() -> Given:
    """Large scores, the two best of an image so close that `half()` and `int()` make them one."""
    scores, labels = _batch(7).args
    places = torch.arange(7)
    scores[places, labels - 1] = scores[places, labels] - 0.01
    return Given((scores + 60, labels), {}, "7 images with large scores, 7 of them right,")


def _as_share(value: object, what: str) -> int | float | Tensor:
    """Return one number; a tensor of an entry for each image stays one."""
    if isinstance(value, Tensor) and value.dim() and (len(value) > 1 or value.dtype == torch.bool):
        return as_tensor(value, what)
    return as_number(value, what)


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
    solution="""
def share_right(scores, labels):
    right = scores.argmax(dim=1) == labels
    return right.double().mean().item()
""",
    why="`argmax(dim=1)` runs along the ten scores of each image, so the comparison has one True "
    "or False an image. A True counts as 1, and the mean of ones and zeros is the share of ones.",
    mistakes=(*TEN_MISTAKES, *OTHER_MISTAKES),
)
def accuracy(share_right):
    name = "share_right"
    share_right = as_function(share_right, f"`{name}`")
    tens = [_batch(10, wrong) for wrong in WRONG_OF_TEN]
    others = [_batch(1), _batch(1, (0,)), _batch(6, (4, 5)), _batch(6, (1,), below=9)]
    others += [_close(), _batch(25, (3, 11, 12, 20)), _batch(11, (2,))]
    for batches, mistakes in ((tens, TEN_MISTAKES), (others, OTHER_MISTAKES)):
        check_agreement(
            share_right,
            lambda scores, labels: _right(scores, labels).mean(),
            batches,
            mistakes,
            name=name,
            show_wanted=True,
            read=_as_share,
        )
    return "All right is 1, and every other share that was tried is right."
