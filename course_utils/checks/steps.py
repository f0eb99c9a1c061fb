"""Whether a learner's step of an optimizer moves parameters as PyTorch's own does."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn, optim

from course_utils.checks.compare import TOLERANCE, Mistake, agree, recognise
from course_utils.checks.convert import NotYet
from course_utils.checks.trainings import BOTTOM, Path, Step, Training, in_a_row, train, trainings

Arguments = Callable[[Step], tuple]
IN_PLACE = (
    "Bring each tensor of the list up to date in place, by `*=` and `+=` or `mul_` and `add_`; "
    "`x = …` would make a new tensor."
)
Optimizer = Callable[[list[nn.Parameter], float], optim.Optimizer]


def check_steps(
    answer: Callable,
    arguments: Arguments,
    optimizer: Optimizer,
    mistakes: Sequence[Mistake],
    *,
    pytorch: str,
    lists: tuple[str, ...] = (),
) -> None:
    """Let a step pass that moves all parameters to where PyTorch's optimizer moves them.

    Args:
        answer: The learner's function.
        arguments: What it is called with, in its order.
        optimizer: Makes PyTorch's own, of parameters and momentum; its rate is set step by step.
        mistakes: As for `check_agreement`.
        pytorch: For a message: "`optim.SGD` with momentum {momentum:g}".
        lists: The names of what the function keeps up to date from step to step.
    """
    wanted = [_by_torch(optimizer, training) for training in trainings()]
    first, again = (_train(answer, arguments, trainings()[0], lists) for _ in range(2))
    if agree(first.comparable, wanted[0]) and not agree(again.comparable, wanted[0]):
        raise NotYet(
            "keeps_memory",
            "Right in a first training, but not in a second one that begins the same: your code "
            "keeps something of its own between calls. Let it depend on its arguments alone.",
        )
    paths = [first, *(_train(answer, arguments, one, lists) for one in trainings()[1:])]
    if any(path.zeros for path in paths):
        _require_movement(paths, wanted)
    came = [path.comparable for path in paths]
    same = list(map(agree, came, wanted))
    if all(same):
        return
    known: dict[Mistake, list[object]] = {
        mistake: [_by_mistake(mistake, arguments, one, lists) for one in trainings()]
        for mistake in mistakes
    }
    if mistake := recognise(came, wanted, known):
        raise NotYet(mistake.code, mistake.sentence)
    _require_movement(paths, wanted)
    at = same.index(False)
    holds = f"Right in {sum(same)} of {len(same)} trainings. " if any(same) else ""
    came, right = _difference(paths[at], wanted[at], trainings()[at])
    pytorch = pytorch.format(momentum=trainings()[at].momentum)
    raise NotYet("differs", f"{holds}In training {at + 1}, {came}; {pytorch} moves it to {right}.")


def _train(answer: Any, arguments: Arguments, training: Training, lists: tuple[str, ...]) -> Path:
    return train(lambda step: answer(*arguments(step)), training, lists)


@cache
def _by_torch(optimizer: Optimizer, training: Training) -> Tensor:
    """Where PyTorch's optimizer leads. The first one of a session takes a second to load."""
    made: list[optim.Optimizer] = []

    def take(step: Step) -> None:
        if not made:
            made.append(optimizer(step.parameters, step.momentum))
        made[0].param_groups[0]["lr"] = step.rate
        made[0].step()

    return train(take, training).comparable


@cache
def _by_mistake(
    mistake: Mistake, arguments: Arguments, training: Training, lists: tuple[str, ...]
) -> Tensor:
    return _train(mistake.function, arguments, training, lists).comparable


def _require_movement(paths: Sequence[Path], wanted: Sequence[Tensor]) -> None:
    """Raise `NotYet` where tensors are as they were that should have changed."""
    halves = [path.moved for path in paths if any(path.moved) and not all(path.moved)]
    if halves and all(map(_is_right_where_it_moved, paths, wanted)):
        unmoved = [str(at) for at, moved in enumerate(halves[0], 1) if not moved]
        raise NotYet(
            "not_all",
            f"Of {len(halves[0])} parameters, number {' and '.join(unmoved)} of the list stayed "
            f"where {'they were' if unmoved[1:] else 'it was'}; the rest is right. Does the loop "
            "reach them all? `return` or `break` inside would end it early.",
        )
    is_still = not any(any(path.moved) for path in paths)
    zeros = list(dict.fromkeys(name for path in paths for name in path.zeros))
    names = " and ".join(f"`{name}`" for name in zeros)
    holds = f"After a step {names} still {'hold' if zeros[1:] else 'holds'} zeros"
    if zeros and is_still:
        raise NotYet("nothing_kept", f"{holds}, and no parameter has moved. {IN_PLACE}")
    if zeros and not halves:
        raise NotYet("not_kept", f"{holds}, so the next step begins from nothing. {IN_PLACE}")
    if is_still:
        raise NotYet(
            "not_moved",
            "After the step every parameter is where it was. The tensors of the list have to move "
            "themselves, as by `-=` or `add_`; `x = …` would make a new tensor.",
        )


def _is_right_where_it_moved(path: Path, wanted: Tensor) -> bool:
    moved = torch.tensor(path.moved).repeat_interleave(torch.tensor(path.sizes))
    return agree(path.comparable[:, moved], wanted[:, moved])


def _difference(path: Path, wanted: Tensor, training: Training) -> tuple[str, str]:
    """A weight that is elsewhere after the first step that differs, and where it should be."""
    came = path.comparable
    row = int((~torch.isclose(came, wanted, TOLERANCE, TOLERANCE)).any(dim=1).nonzero()[0])
    at = int(((came[row] - wanted[row]).abs() / (1 + wanted[row].abs())).argmax())
    before, after = path.weights[row, at], path.weights[row + 1, at]
    gradient = in_a_row(training.curvatures)[at] * (before - BOTTOM)
    return (
        f"step {row + 1}, at the rate {training.rates[row]:g}, a weight of {before:.5g} with the "
        f"gradient {gradient:.5g} comes to {after:.7g}",
        f"{wanted[row, at]:.7g}",
    )
