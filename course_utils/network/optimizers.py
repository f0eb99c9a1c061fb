"""How five optimizers move a weight: pure rules, numbers in and numbers out.

Each rule takes the weight, its gradient and what it remembered (None before the first step), and
returns the new weight and what to remember. The arithmetic is that of `torch.optim`; it works on
floats and, element by element, on tensors alike. Nothing is changed in place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeVar

from torch import Tensor

Number = TypeVar("Number", float, Tensor)


def sgd(weight: Number, gradient: Number, memory: None = None, rate: float = 0.01):
    """One step of plain gradient descent: weight − rate · gradient. Remembers nothing.

    Example:
        >>> sgd(1.0, 4.0, rate=0.125)
        (0.5, None)
    """
    return weight - rate * gradient, None


def momentum(
    weight: Number,
    gradient: Number,
    velocity: Number | None = None,
    rate: float = 0.01,
    momentum: float = 0.9,
):
    """One step of SGD with momentum: it remembers a velocity, to which each gradient is added.

    After B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Computational Mathematics and Mathematical Physics 4(5), 1964, pages 1–17.

    Example:
        >>> momentum(1.0, 4.0, velocity=2.0, rate=0.125, momentum=0.5)
        (0.375, 5.0)
    """
    velocity = gradient if velocity is None else momentum * velocity + gradient
    return weight - rate * velocity, velocity


def nesterov(
    weight: Number,
    gradient: Number,
    velocity: Number | None = None,
    rate: float = 0.01,
    momentum: float = 0.9,
):
    """One step with Nesterov's momentum: the velocity counts as it will be after this step.

    In the form of I. Sutskever and others, "On the importance of initialization and momentum in
    deep learning", ICML 2013, section 2, as `torch.optim.SGD(nesterov=True)` rearranges it.

    Example:
        >>> nesterov(1.0, 4.0, velocity=2.0, rate=0.125, momentum=0.5)
        (0.1875, 5.0)
    """
    velocity = gradient if velocity is None else momentum * velocity + gradient
    return weight - rate * (gradient + momentum * velocity), velocity


def rmsprop(
    weight: Number,
    gradient: Number,
    square: Number | None = None,
    rate: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
):
    """One step of RMSProp: the gradient divided by the root of its mean square so far.

    After T. Tieleman and G. Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012.

    Example:
        >>> weight, square = rmsprop(1.0, 4.0, rate=0.125, alpha=0.75)
        >>> square, round(weight, 4)
        (4.0, 0.75)
    """
    square = (1 - alpha) * gradient * gradient + (0.0 if square is None else alpha * square)
    return weight - rate * gradient / (square**0.5 + eps), square


def adam(
    weight: Number,
    gradient: Number,
    memory: tuple[Number, Number, int] | None = None,
    rate: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
):
    """One step of Adam: the mean gradient divided by the root of the mean square.

    Both means begin at 0; dividing by 1 − βⁿ after n steps makes up for that. After D. P. Kingma
    and J. Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 1.

    Args:
        memory: Mean, mean square, and the number of steps so far.

    Example:
        >>> weight, (mean, square, steps) = adam(1.0, 4.0, rate=0.125, betas=(0.5, 0.75))
        >>> mean, square, steps, round(weight, 4)
        (2.0, 4.0, 1, 0.875)
    """
    mean, square, steps = (0.0, 0.0, 0) if memory is None else memory
    steps += 1
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient * gradient
    whole_mean, whole_square = mean / (1 - betas[0] ** steps), square / (1 - betas[1] ** steps)
    return weight - rate * whole_mean / (whole_square**0.5 + eps), (mean, square, steps)


@dataclass(frozen=True)
class Rule:
    """An optimizer by name.

    Attributes:
        name: As it is called.
        step: One of the functions above.
        settings: From the one momentum that a learner sets to the rule's own arguments.
    """

    name: str
    step: Callable[..., tuple[Any, Any]]
    settings: Callable[[float], dict[str, Any]]


def _no_settings(momentum: float) -> dict[str, Any]:
    return {}


def _momentum(momentum: float) -> dict[str, Any]:
    return {"momentum": momentum}


def _first_beta(momentum: float) -> dict[str, Any]:
    return {"betas": (momentum, 0.999)}


RULES = (
    Rule("SGD", sgd, _no_settings),
    Rule("momentum", momentum, _momentum),
    Rule("Nesterov", nesterov, _momentum),
    Rule("RMSProp", rmsprop, _no_settings),
    Rule("Adam", adam, _first_beta),
)


def check_rate(rate: float) -> None:
    """Refuse a learning rate that is no number of 0 or more.

    Raises:
        ValueError: It is negative, infinite or NaN.

    Example:
        >>> check_rate(-0.1)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: A learning rate is a finite number from 0 up; this one is -0.1. ...
    """
    if not isfinite(rate) or rate < 0:
        raise ValueError(
            f"A learning rate is a finite number from 0 up; this one is {rate}. "
            "A negative one would climb: the minus sign is in the rule already."
        )


def check_momentum(momentum: float) -> None:
    """Refuse a momentum outside 0 to 1, 1 excluded.

    Raises:
        ValueError: It is.
    """
    if not 0 <= momentum < 1:
        raise ValueError(
            f"A momentum is a number from 0 up to, not including, 1; this one is {momentum}. "
            "With 1 or more the velocity never dies down."
        )
