"""Exercises of lessons 05 and 06: update rules equal to PyTorch's."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn, optim

from course_utils.exercises.compare import (
    Mistake,
    a_function,
    agree,
    recognise,
)
from course_utils.exercises.exercise import NotYet, exercise

Step = Callable[[list[nn.Parameter], int, float], object]

_CURVATURES = ([[1.0, 3.0], [0.5, 2.0]], [1e-6, 0.0, 4.0])  # of one tensor and of another
_STARTS = ([[1.0, -2.0], [3.0, 0.5]], [2.0, 1.5, -1.0])
_RATES = [0.2] * 5 + [0.05] * 5  # the rate is changed on the way


def _tensors(lists: tuple) -> list[Tensor]:
    return [torch.tensor(numbers, dtype=torch.float64) for numbers in lists]


def _flat(tensors: list[Tensor]) -> Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def _walk(step: Step) -> Tensor:
    """Ten steps down a parabola in seven directions; (10, 7), the weights after each step."""
    parameters = [nn.Parameter(start) for start in _tensors(_STARTS)]
    path = []
    for n, rate in enumerate(_RATES, 1):
        gradients = [
            curvature * parameter.detach()
            for curvature, parameter in zip(_tensors(_CURVATURES), parameters, strict=True)
        ]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient.clone()
        step(list(parameters), n, rate)
        _gradients_kept(parameters, gradients)
        path.append(_flat(_moved(parameters)))
    return torch.stack(path)


def _moved(parameters: list[nn.Parameter]) -> list[nn.Parameter]:
    for parameter, start in zip(parameters, _STARTS, strict=True):
        shape = tuple(torch.tensor(start).shape)
        if tuple(parameter.shape) != shape:
            raise NotYet(
                "parameter_shape",
                f"A parameter of shape {shape} has the shape {tuple(parameter.shape)} after the "
                "step.",
            )
        if not (parameter.requires_grad and parameter.is_leaf):
            raise NotYet(
                "no_leaf", "After the step a parameter is no leaf that requires a gradient."
            )
    return parameters


def _gradients_kept(parameters: list[nn.Parameter], gradients: list[Tensor]) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        same = parameter.grad is not None and parameter.grad.shape == gradient.shape
        if not (same and torch.allclose(parameter.grad, gradient, rtol=1e-9, equal_nan=True)):
            raise NotYet(
                "gradient_changed",
                "After the step `.grad` is not what it was; to clear it is `zero_grad()`'s job.",
            )


def _compare(path: Tensor, wanted: Tensor, mistakes: list[Mistake], rule: str) -> None:
    """Name the mistake, or say where the way parts from PyTorch's."""
    if agree(path[-1], _flat(_tensors(_STARTS))):
        raise NotYet(
            "not_moved",
            "The parameters are where they were. `parameter = …` gives the name to a new tensor; "
            "the tensor itself is changed by `-=` or `add_`.",
        )
    recognise([((), path)], mistakes)
    for n, (weights, right) in enumerate(zip(path, wanted, strict=True), 1):
        if not agree(weights, right):
            at = int((weights - right).abs().nan_to_num(nan=torch.inf).argmax())
            start = _flat(_tensors(_STARTS))[at]
            raise NotYet(
                "other_path",
                f"Right steps: {n - 1}. After step {n}, a weight that began at {start:g} is at "
                f"{weights[at]:.5g}; `{rule}` moves it to another place.",
            )


def _by_torch(make: Callable[[list[nn.Parameter]], optim.Optimizer]) -> Tensor:
    made: list[optim.Optimizer] = []

    def step(parameters: list[nn.Parameter], n: int, rate: float) -> None:
        if not made:
            made.append(make(parameters))
        made[0].param_groups[0]["lr"] = rate
        made[0].step()

    return _walk(step)


_MOMENTUM = 0.8

# Worked out on import: the first optimizer of a session loads much of PyTorch, which takes seconds.
_BY_MOMENTUM = _by_torch(lambda parameters: optim.SGD(parameters, lr=1.0, momentum=_MOMENTUM))
_BY_ADAM = _by_torch(lambda parameters: optim.Adam(parameters, lr=1.0))


def _by_rule(move: Callable[[Tensor, Tensor, float], Tensor]) -> Tensor:
    """The way of a rule without memory: weights, gradient, rate -> weights."""
    weights, curvature = _flat(_tensors(_STARTS)), _flat(_tensors(_CURVATURES))
    path = []
    for rate in _RATES:
        weights = move(weights, curvature * weights, rate)
        path.append(weights)
    return torch.stack(path)


def _momentum(
    faster: Callable = lambda v, g, rate: _MOMENTUM * v + g,
    step: Callable = lambda new, old, g, rate: rate * new,
) -> Tensor:
    """Momentum's way, with another velocity or another step where mistakes are made."""
    velocity = torch.zeros(7, dtype=torch.float64)

    def one(weights: Tensor, gradients: Tensor, rate: float) -> Tensor:
        nonlocal velocity
        old, velocity = velocity, faster(velocity, gradients, rate)
        return weights - step(velocity, old, gradients, rate)

    return _by_rule(one)


_VELOCITY_MISTAKES = [
    Mistake(
        "ascent",
        "The weights climb; a step goes against the gradient.",
        lambda: _momentum(step=lambda new, old, g, rate: -rate * new),
    ),
    Mistake(
        "dampened",
        "Only a part of each gradient is added to the velocity: a running mean of them. PyTorch "
        "adds the whole gradient.",
        lambda: _momentum(lambda v, g, rate: _MOMENTUM * v + (1 - _MOMENTUM) * g),
    ),
    Mistake(
        "nesterov",
        "This is Nesterov's form, one step ahead; plain momentum moves by the velocity itself.",
        lambda: _momentum(step=lambda new, old, g, rate: rate * (g + _MOMENTUM * new)),
    ),
    Mistake(
        "old_velocity",
        "The step uses the velocity of the step before; the new gradient belongs to it first.",
        lambda: _momentum(step=lambda new, old, g, rate: rate * old),
    ),
    Mistake(
        "rate_in_velocity",
        "The velocity contains the rate. After five steps the check changes the rate, and the "
        "old steps keep their pace; PyTorch multiplies the whole velocity by the rate.",
        lambda: _momentum(
            lambda v, g, rate: _MOMENTUM * v + rate * g, lambda new, old, g, rate: new
        ),
    ),
    Mistake(
        "rate_forgotten",
        "The whole velocity was subtracted; the learning rate had no say.",
        lambda: _momentum(step=lambda new, old, g, rate: new),
    ),
    Mistake(
        "never_slower",
        "The velocity keeps all of itself; only the share `momentum` of it should stay.",
        lambda: _momentum(lambda v, g, rate: v + g),
    ),
    Mistake(
        "no_memory",
        "The steps are those of plain SGD: the velocity of before has no part in them.",
        lambda: _momentum(lambda v, g, rate: g),
    ),
    Mistake(
        "momentum_twice",
        "All of the step was multiplied by `momentum`, the new gradient too; only the old velocity "
        "is.",
        lambda: _momentum(lambda v, g, rate: _MOMENTUM * (v + g)),
    ),
    Mistake(
        "gradient_twice",
        "The step goes by the velocity and, once more, by the gradient that it contains.",
        lambda: _momentum(step=lambda new, old, g, rate: rate * (new + g)),
    ),
    Mistake(
        "usual_momentum",
        "The velocity keeps 0.9 of itself, whatever `momentum` says.",
        lambda: _momentum(lambda v, g, rate: 0.9 * v + g),
    ),
]


def _remembered(kept: list[Tensor], name: str) -> None:
    """After the first step, the list's own tensors have been changed."""
    if any(not tensor.any() for tensor in kept):
        raise NotYet(
            "not_kept",
            f"After a step, `{name}` still holds zeros, so the next step begins from nothing. "
            "Change the tensors of the list in place, as with `mul_` and `add_`, or `*=` and `+=`.",
        )


def _zeros() -> list[Tensor]:
    return [torch.zeros_like(start) for start in _tensors(_STARTS)]


@exercise(
    starter="""
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities, strict=True):
            ...
            parameter -= ...
""",
    hints=(
        "First the velocity: it keeps the share `momentum` of itself and adds the gradient.",
        "`velocity = …` would be forgotten with the loop; `velocity *= …` and `velocity += …` "
        "change the tensor in the list.",
        "Then the parameter moves by `learning_rate` times the new velocity.",
    ),
)
def momentum_step(my_momentum):
    my_momentum = a_function(my_momentum, "`my_momentum`")
    velocities = _zeros()

    def step(parameters: list[nn.Parameter], n: int, rate: float) -> None:
        my_momentum(parameters, velocities, rate, _MOMENTUM)
        if n == 1 and not agree(_flat(parameters), _flat(_tensors(_STARTS))):
            _remembered(velocities, "velocities")

    _compare(_walk(step), _BY_MOMENTUM, _VELOCITY_MISTAKES, "optim.SGD")
    return "After each of ten steps, the weights are where `optim.SGD` with momentum puts them."


def _adam(
    keep: tuple[float, float] = (0.9, 0.999),
    mean_of: Callable[[Tensor, Tensor], Tensor] = lambda gradients, mean: gradients,
    square_of: Callable[[Tensor, Tensor], Tensor] = lambda gradients, mean: gradients**2,
    corrected: tuple[bool, bool] = (True, True),
    counted: int = 0,
    epsilon_early: bool = False,
    step: Callable[[Tensor, Tensor], Tensor] = lambda mean, square: mean / (square.sqrt() + 1e-8),
) -> Tensor:
    """Adam's way, with other parts in the places where mistakes are made."""
    mean, square, n = 0.0, 0.0, counted

    def one(weights: Tensor, gradients: Tensor, rate: float) -> Tensor:
        nonlocal mean, square, n
        n += 1
        mean = keep[0] * mean + (1 - keep[0]) * mean_of(gradients, mean)
        square = keep[1] * square + (1 - keep[1]) * square_of(gradients, mean)
        shares = [1 - share**n if yes else 1.0 for share, yes in zip(keep, corrected, strict=True)]
        if epsilon_early:
            root = (square.sqrt() + 1e-8) / shares[1] ** 0.5
            return weights - rate * mean / shares[0] / root
        return weights - rate * step(mean / shares[0], square / shares[1])

    return _by_rule(one)


_ADAM_MISTAKES = [
    Mistake(
        "ascent",
        "The weights climb; a step goes against the mean of the gradients.",
        lambda: _adam(step=lambda m, s: -m / (s.sqrt() + 1e-8)),
    ),
    Mistake(
        "uncorrected",
        "Both running means were used as they are; they begin at 0 and are too small at first.",
        partial(_adam, corrected=(False, False)),
    ),
    Mistake(
        "mean_uncorrected",
        "The running mean of the gradient was used as it is; it begins at 0, too.",
        partial(_adam, corrected=(False, True)),
    ),
    Mistake(
        "square_uncorrected",
        "The running mean of the squares was used as it is; it begins at 0, too.",
        partial(_adam, corrected=(True, False)),
    ),
    Mistake(
        "counted_late",
        "The correction is that of the step after: `n` is 1 in the first step already.",
        partial(_adam, counted=1),
    ),
    Mistake(
        "epsilon_in_root",
        "The 1e-8 stands inside the root, where it counts as 1e-4.",
        lambda: _adam(step=lambda m, s: m / (s + 1e-8).sqrt()),
    ),
    Mistake(
        "epsilon_early",
        "The 1e-8 was added before the correction, which makes it larger; PyTorch adds it to the "
        "corrected root.",
        partial(_adam, epsilon_early=True),
    ),
    Mistake(
        "no_root",
        "The mean of the squares divides without its root; the steps lose their common length.",
        lambda: _adam(step=lambda m, s: m / (s + 1e-8)),
    ),
    Mistake(
        "no_mean",
        "The gradient itself is divided, not its running mean: this is RMSProp, with a correction.",
        partial(_adam, keep=(0.0, 0.999)),
    ),
    Mistake(
        "shares_swapped",
        "The two shares changed places: the mean keeps 0.9 of itself, the squares 0.999.",
        partial(_adam, keep=(0.999, 0.9)),
    ),
    Mistake(
        "same_share",
        "Both means keep 0.9 of themselves; that of the squares keeps 0.999.",
        partial(_adam, keep=(0.9, 0.9)),
    ),
    Mistake(
        "not_squared",
        "The second mean is that of the gradients' sizes; it should be that of their squares.",
        lambda: _adam(square_of=lambda g, m: g.abs()),
    ),
    Mistake(
        "square_of_mean",
        "The second mean is that of the squared running mean; it should be that of the squared "
        "gradients.",
        lambda: _adam(square_of=lambda g, m: m**2),
    ),
    Mistake(
        "whole_gradient",
        "The whole gradient is added to the first mean; 0.9 of the old mean leave room for a tenth "
        "of it.",
        lambda: _adam(mean_of=lambda g, m: 10 * g),
    ),
    Mistake(
        "whole_square",
        "The whole square is added to the second mean; 0.999 of the old mean leave room for a "
        "thousandth.",
        lambda: _adam(square_of=lambda g, m: 1000 * g**2),
    ),
]


@exercise(
    starter="""
my_adam = ...
""",
    hints=(
        "The loop is that of `my_momentum`, over three lists: "
        "`for parameter, mean, square in zip(parameters, means, squares, strict=True):`.",
        "Three things for each parameter: bring `mean` up to date in place, then `square`, then "
        "move the parameter. The lines are those of the lesson.",
        "The corrected means serve this step alone: do not store them in the lists.",
    ),
)
def adam_step(my_adam):
    my_adam = a_function(my_adam, "`my_adam`")
    means, squares = _zeros(), _zeros()

    def step(parameters: list[nn.Parameter], n: int, rate: float) -> None:
        my_adam(parameters, means, squares, n, rate)
        if n == 1 and not agree(_flat(parameters), _flat(_tensors(_STARTS))):
            _remembered(means, "means")
            _remembered(squares, "squares")

    path = _walk(step)
    flat = _flat(_tensors(_CURVATURES)) == 0
    if path[:, flat].isnan().any() and not path[:, ~flat].isnan().any():
        raise NotYet(
            "epsilon_missing",
            "A weight whose gradient is 0 became `nan`: 0 was divided by 0.",
        )
    if not path[0, ~flat].isfinite().all():
        raise NotYet(
            "divided_by_zero",
            "After the first step weights are infinite or `nan`. What is the correction's divisor "
            "when `n` is 1?",
        )
    _compare(path, _BY_ADAM, _ADAM_MISTAKES, "optim.Adam")
    return "After each of ten steps, the weights are where `optim.Adam` puts them."
