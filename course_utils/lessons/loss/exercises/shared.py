"""What several exercises of the lesson ask of an answer."""

from typing import Any

from torch import Tensor

from course_utils.checks.convert import NotYet, as_number


def as_loss(value: Any, what: str) -> int | float:
    """Return a loss as one number; a tensor of many is not reduced yet."""
    if isinstance(value, Tensor) and value.numel() > 1:
        raise NotYet(
            "not_reduced",
            f"{what} has the shape {tuple(value.shape)}; a loss is one number for all of it.",
        )
    return as_number(value, what)
