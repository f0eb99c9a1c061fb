"""Exercise: the mean squared error of an output and a target."""

# The check tells apart, and the inputs are chosen for it:
# - a square from an error, its size, a fourth power: negative errors, none of them only 0, 1, -1
# - the mean of all from a sum, a mean of rows, a mean of the mean: one number, many, 3 dimensions
# - the mean of squares from the square of a mean, a root, a half: errors that differ
# - a mean from one with limits: very large errors, very small ones
# - tensors in any layout and dtype: a transposed one, float64
# - a tensor that a gradient can go back through from a Python number

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn

from course_utils.checks.calls import given
from course_utils.checks.compare import Mistake, check_agreement, check_gradient
from course_utils.checks.convert import as_function
from course_utils.checks.exercise import exercise
from course_utils.lessons.loss.exercises.shared import as_loss

MISTAKES = (
    Mistake(
        "not_squared",
        "It is the mean of the errors themselves, where positive and negative ones cancel.",
        lambda output, target: (output - target).mean(),
    ),
    Mistake(
        "absolute",
        "It is the mean of the sizes of the errors, as in `nn.L1Loss`; here, twice the error "
        "costs four times as much.",
        lambda output, target: (output - target).abs().mean(),
    ),
    Mistake(
        "summed",
        "It is the sum of the squares. A sum grows with the number of values, a mean does not.",
        lambda output, target: ((output - target) ** 2).sum(),
    ),
    Mistake(
        "mean_squared",
        "The mean came first and the square after it; so errors cancel before they are squared.",
        lambda output, target: (output - target).mean() ** 2,
    ),
    Mistake(
        "halved",
        "It is half of what `nn.MSELoss` returns; some books halve it, PyTorch does not.",
        lambda output, target: ((output - target) ** 2).mean() / 2,
    ),
    Mistake(
        "divided_by_rows",
        "The sum was divided by the number of rows; every row holds several squares.",
        lambda output, target: ((output - target) ** 2).sum() / len(output),
    ),
    Mistake(
        "divided_by_ten",
        "The sum was divided by 10, the size of one example; `.mean()` divides as it should.",
        lambda output, target: ((output - target) ** 2).sum() / 10,
    ),
)


def _pairs() -> list[tuple[Tensor, Tensor]]:
    rows = torch.randn(3, 4)
    return [
        (torch.tensor([3.0, -1.0]), torch.tensor([1.0, 0.0])),
        (torch.tensor([2.0]), torch.tensor([5.0])),
        (torch.randn(5), torch.zeros(5)),
        (torch.randn(1, 10), torch.randn(1, 10)),
        (1000 * torch.randn(8), torch.zeros(8)),
        (0.01 * torch.randn(8) + 1, torch.ones(8)),
        (rows.T, torch.randn(4, 3)),
        (torch.randn(2, 3, 4), torch.randn(2, 3, 4)),
        (torch.randn(6, dtype=torch.float64), torch.randn(6, dtype=torch.float64)),
    ]


@exercise(
    starter="""
def mean_squared_error(output, target):
    errors = output - target
    return ...
""",
    hints=(
        "Two things are left to do with the errors, and the order matters.",
        "`errors**2` squares each of them; `.mean()` makes one number of a tensor.",
    ),
    solution="""
def mean_squared_error(output, target):
    errors = output - target
    return (errors**2).mean()
""",
    why="Squaring first makes every error count, whatever its sign. The mean then keeps the loss "
    "the same size, however many numbers there are.",
    mistakes=MISTAKES,
)
def mse(mean_squared_error):
    name = "mean_squared_error"
    mean_squared_error = as_function(mean_squared_error, f"`{name}`")
    inputs = [given(*pair) for pair in _pairs()]
    check_agreement(
        mean_squared_error,
        nn.MSELoss(),
        inputs,
        MISTAKES,
        name=name,
        pytorch="nn.MSELoss()",
        read=as_loss,
    )
    check_gradient(mean_squared_error, nn.MSELoss(), inputs[2], name=name)
    return "It agrees with `nn.MSELoss` for every shape that was tried, and a gradient goes back."
