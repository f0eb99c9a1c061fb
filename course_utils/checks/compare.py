"""What an answer does, beside what is wanted and beside well-known mistakes.

`check_agreement` is the heart of most checks: it calls the answer with every input, lets a right
answer pass, names a mistake only where the answer is that mistake on every input, and otherwise
shows the first input where the answer differs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from course_utils.checks.calls import Given, call, copied
from course_utils.checks.convert import NotYet, as_differentiable, as_number, shown

TOLERANCE = 1e-5
FEW = 4  # numbers of a tensor that are shown
SIGNS = 2  # inputs on which a mistake must differ from the right answer and all other mistakes


@dataclass(frozen=True)
class Mistake:
    """A well-known way to go wrong, once for the check and for its tests.

    Attributes:
        code: Names it: `halved`.
        sentence: What the answer does, true of every answer that computes as `function` does.
        function: A whole wrong answer, as a learner would hand it in.
    """

    code: str
    sentence: str
    function: Any


def agree(one: Any, other: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether numbers, tensors or sequences of them are equal up to rounding; NaN never is."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(lambda a, b: agree(a, b, tolerance), one, other))
    try:
        one, other = (torch.as_tensor(value, dtype=torch.float64) for value in (one, other))
    except (TypeError, ValueError, RuntimeError):
        return False
    return one.shape == other.shape and torch.allclose(one, other, rtol=tolerance, atol=tolerance)


def check_agreement(
    answer: Callable,
    right: Callable,
    inputs: Sequence[Given],
    mistakes: Sequence[Mistake] = (),
    *,
    name: str,
    pytorch: str = "",
    show_wanted: bool = False,
    read: Callable[[object, str], object] = as_number,
    observe: Callable[..., object] = call,
) -> None:
    """Let an answer pass that does what `right` does, up to rounding, for every input.

    Args:
        inputs: The first is the smallest: it is shown first.
        mistakes: Named if the answer agrees with one on every input, and at least two inputs
            tell that one apart from the right answer and from every other mistake.
        name: The learner's name for the answer.
        pytorch: `nn.MSELoss()`, if its number may be shown beside the answer's.
        show_wanted: Whether what is wanted may be shown, without a name.
        read: Makes a plain value of a result, or raises `NotYet`; as the `as_…` functions.
        observe: Called as `observe(answer, *arguments)`; what it returns is read and compared.
            By default the answer's result, and an input that was changed is named.

    Raises:
        NotYet: With the mistake's code, or `differs`.
    """
    # Before the answer runs, which might give one of PyTorch's names another meaning.
    wanted = [_value(right, given, read, observe) for given in inputs]
    came = [
        read(observe(answer, *given.args, **given.keywords), f"The result for {given.words(name)}")
        for given in inputs
    ]
    same = list(map(agree, came, wanted))
    if all(same):
        return
    known = {m: [_value(m.function, given, read, observe) for given in inputs] for m in mistakes}
    if mistake := recognise(came, wanted, known):
        raise NotYet(mistake.code, mistake.sentence)
    first = same.index(False)
    holds = f"It is right for {sum(same)} of {len(same)} inputs tried. " if any(same) else ""
    if not holds and _shapes(came) == _shapes(wanted) != [()] * len(came):
        holds = "The shapes are right. "
    mine, theirs = _difference(came[first], wanted[first])
    beside = f"`{pytorch}` gives {theirs}" if pytorch else "another result is wanted"
    if show_wanted:
        beside = f"wanted is {theirs}"
    raise NotYet("differs", f"{holds}For {inputs[first].words(name)} it {mine}; {beside}.")


def check_gradient(answer: Callable, right: Callable, at: Given, *, name: str) -> None:
    """Let an answer pass whose result sends the right gradient back to the first input.

    Raises:
        NotYet: No gradient can go back (`no_gradient`), or another does (`other_gradient`).
    """
    gradients: list[Tensor] = []
    for function in (answer, right):
        start = copied(at.args[0]).requires_grad_()
        result = function(start, *at.args[1:], **at.keywords)
        loss = as_differentiable(result, f"The result of `{name}`")
        (gradient,) = torch.autograd.grad(loss.sum(), start, allow_unused=True)
        gradients.append(torch.zeros_like(start) if gradient is None else gradient)
    if not agree(gradients[0], gradients[1]):
        raise NotYet(
            "other_gradient",
            f"The result of `{name}` has the right value, but another gradient goes back through "
            "it than through PyTorch's own. A `detach()`, or a copy by `torch.tensor(…)`, would "
            "make it so.",
        )


def recognise(came: list, wanted: list, known: dict[Mistake, list]) -> Mistake | None:
    """The mistake that explains every result, if enough of them point to it alone, else None."""
    for mistake, values in known.items():
        if not all(map(agree, came, values)):
            continue
        others = [wanted, *(other for one, other in known.items() if one is not mistake)]
        alone = [
            not any(agree(value, other[i]) for other in others) for i, value in enumerate(values)
        ]
        return mistake if sum(alone) >= SIGNS else None
    return None


def _value(function: Callable, given: Given, read: Callable, observe: Callable) -> object:
    """What one of our own functions gives; None, which agrees with nothing, where it fails."""
    try:
        return read(observe(function, *given.args, **given.keywords), "")
    except Exception:
        return None


def _difference(came: Any, wanted: Any) -> tuple[str, str]:
    """What came and what is wanted, in words, at the first place where they differ."""
    if isinstance(came, list | tuple) and isinstance(wanted, list | tuple):
        pairs = list(zip(came, wanted, strict=False))
        at = next((i for i, pair in enumerate(pairs) if not agree(*pair)), None)
        if at is None or len(came) != len(wanted):
            return f"returned {len(came)} result(s)", f"{len(wanted)}"
        mine, theirs = _difference(*pairs[at])
        return f"{mine} as result {at + 1}", theirs
    if not (isinstance(came, Tensor) and isinstance(wanted, Tensor)):
        return f"returned {shown(came)}", shown(wanted)
    if came.shape != wanted.shape:
        return f"returned the shape {tuple(came.shape)}", f"{tuple(wanted.shape)}"
    if came.numel() <= FEW:
        return f"returned {_listed(came)}", _listed(wanted)
    apart = ~torch.isclose(came.double(), wanted.double(), rtol=TOLERANCE, atol=TOLERANCE)
    place = tuple(apart.nonzero()[0].tolist())
    where = ", ".join(map(str, place))
    return f"has {came[place]:.6g} at [{where}]", f"{wanted[place]:.6g} there"


def _shapes(results: list) -> list[tuple]:
    return [tuple(getattr(result, "shape", ())) for result in results]


def _listed(tensor: Tensor) -> str:
    numbers = [f"{number:.6g}" for number in tensor.flatten().tolist()]
    return numbers[0] if tensor.dim() == 0 else f"[{', '.join(numbers)}]"


def name_mistake(value: float, mistakes: Sequence[Mistake], tolerance: float = TOLERANCE) -> None:
    """Raise `NotYet` if a lone number is a mistake's; one number may have been found in any way.

    So the mistake's sentence has to be true of the number alone.
    """
    for mistake in mistakes:
        if agree(value, mistake.function, tolerance):
            raise NotYet(mistake.code, mistake.sentence)
