"""The last exercise of lesson 06: a network and a recipe that beat the lesson's.

The answer is examined by training it, so it must not know the digits of its examination. They are
public, and a learner's notebook holds them all, so hiding them is no use. Instead, nothing of the
answer's own takes part: what it hands in is read as a *plan*, the layers of PyTorch with the
arguments of their constructors, and as the numbers of a recipe. The check builds that network
anew, with first weights of its own, trains it with the lesson's loop, and examines it on two
splits that are not the lesson's. A plan has no room for digits. Refused by name: code of one's own
in the network, hooks, networks that can read before they are trained, and recipes over the budget.

Limits: layers are those of `_LAYERS`, in a row; first weights of one's own are lost, and a layer
that stands there twice becomes two. Who tries many plans on these two splits chooses with the test
in view, as the lesson says of itself. Digits that were exchanged are noticed; but who rewrites
PyTorch or the course in memory can make anything look right, and that is no answer any more.

Training runs in 64 bits, as in the lesson, so that another processor comes to the same verdict.
"""

import hashlib
import inspect
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

from course_utils.exercises.compare import a_function, shown
from course_utils.exercises.exercise import NotYet, exercise
from course_utils.lessons.train.evaluation import Evaluation, evaluate_net
from course_utils.lessons.train.training import Recipe, fit, split_digits
from course_utils.network.digits import Digits, load_digits
from course_utils.network.trace import trace

_SEEDS = (5, 6)  # of the splits, the first weights and the order; the lesson's seed is 0
_TRAIN, _TEST = 1437, 360  # digits in each part of a split
_LESSON = 354  # test digits that the lesson's network reads
_EPOCHS, _UPDATES, _PARAMETERS = 10, 900, 61_706  # those of the lesson
_WORK = 5 * 416_520  # multiplications for an image, five times those of the lesson's network

# SHA-256 of all images and labels.
_DIGEST = "68ca2e47659d845dc451ca3687e3154e19a0f4669a63fbe4dda452c909f4abe8"

_LAYERS = (
    *(nn.Conv2d, nn.Linear, nn.Flatten, nn.Identity),
    *(nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d, nn.ZeroPad2d),
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm, nn.Dropout, nn.Dropout2d),
    *(nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Tanh, nn.Sigmoid, nn.Softmax),
)
# Arguments of constructors that change no result.
_LEFT_OUT = {"self", "device", "dtype", "inplace", "args", "kwargs"}

Plan = tuple[tuple[type[nn.Module], tuple[tuple[str, object], ...]], ...]


def _in_a_row(net: nn.Module) -> Iterator[nn.Module]:
    """The layers of nested Sequentials, in order; each is exactly one of PyTorch's own."""
    if type(net) is nn.Sequential:
        _unhooked(net)
        for layer in vars(net)["_modules"].values():
            yield from _in_a_row(layer)
    elif type(net) in _LAYERS:
        _unhooked(net)
        yield net
    else:
        raise NotYet(
            "own_code",
            f"In the network is {shown(net)}. The check builds it anew from PyTorch's usual "
            "layers, in an `nn.Sequential`: code of another kind could look the digits up.",
        )


def _unhooked(layer: nn.Module) -> None:
    own = [name for name, value in vars(layer).items() if callable(value)]
    hooks = [name for name, value in vars(layer).items() if "hooks" in name and value]
    if own or hooks:
        raise NotYet(
            "hooked",
            f"A layer, `{type(layer).__name__}`, carries a function of its own (`{(own + hooks)[0]}"
            "`), which the training knows nothing of.",
        )


def _plan(net: nn.Module) -> Plan:
    return tuple((type(layer), tuple(_arguments(layer))) for layer in _in_a_row(net))


def _arguments(layer: nn.Module) -> Iterator[tuple[str, object]]:
    """What the layer's constructor was given: plain numbers, words and truth values alone."""
    for name in inspect.signature(type(layer).__init__).parameters:
        if name == "bias":
            yield name, getattr(layer, "bias", None) is not None
        elif name not in _LEFT_OUT:
            value = vars(layer).get(name)
            if not _is_plain(value):
                raise NotYet(
                    "odd_argument",
                    f"`{name}` of a `{type(layer).__name__}` is {shown(value)}; a plan consists of "
                    "plain numbers.",
                )
            yield name, tuple(value) if type(value) is list else value


def _is_plain(value: object) -> bool:
    if type(value) in (tuple, list):
        return len(value) <= 4 and all(map(_is_plain, value))
    return value is None or type(value) in (bool, int, float, str)


def _build(plan: Plan) -> nn.Sequential:
    return nn.Sequential(*(kind(**dict(arguments)) for kind, arguments in plan))


def _fits(net: nn.Sequential) -> None:
    """It reads digits, and costs no more than it may."""
    count = sum(parameter.numel() for parameter in net.parameters())
    if count > _PARAMETERS:
        raise NotYet(
            "too_many_parameters",
            f"The network has {count:,} parameters; the lesson's has {_PARAMETERS:,}, and no more "
            "are allowed.",
        )
    if not count:
        raise NotYet("no_parameters", "The network has no parameters, so it cannot learn.")
    passed = trace(net.eval(), torch.zeros(1, 1, 32, 32))
    if passed.refusal:
        raise NotYet(
            "no_fit",
            f"Layer {passed.refusal.name}, counted from 0, was given {passed.refusal.given} for "
            f"one digit. It takes {passed.refusal.wanted}.",
        )
    shape = tuple(passed.operations[-1].shape_out)
    if shape != (1, 10):
        raise NotYet(
            "other_scores",
            f"For one digit the network gives the shape {shape}; (1, 10) is wanted, a score for "
            "each class.",
        )
    if passed.multiply_adds > _WORK:
        raise NotYet(
            "too_much_work",
            f"One digit takes {passed.multiply_adds:,} multiplications. The check trains up to "
            f"{_WORK:,}; smaller images or fewer channels take fewer.",
        )


_RANGES = {  # of the numbers in a recipe: their type, the least and the most
    "epochs": ((int,), 1, math.inf),
    "learning_rate": ((int, float), 1e-9, 1e9),
    "momentum": ((int, float), 0, 1),
    "batch_size": ((int,), 1, _TRAIN),
    "fade": ((bool,), False, True),
    "reach": ((int,), 0, 31),
}


def _in_budget(recipe: object) -> Recipe:
    """The recipe, built anew from its numbers."""
    if type(recipe) is not Recipe:
        raise NotYet("no_recipe", f"The second thing is a `Recipe`; this is {shown(recipe)}.")
    numbers = {name: getattr(recipe, name) for name in _RANGES}
    for name, (kinds, least, most) in _RANGES.items():
        value = numbers[name]
        if type(value) not in kinds or not least <= value <= most:
            limits = f"{least} to {most}" if most < 1e9 else "above 0"
            raise NotYet(
                "impossible", f"`{name}` of the recipe is {shown(value)}; possible: {limits}."
            )
    if numbers["epochs"] > _EPOCHS:
        raise NotYet(
            "too_many_epochs",
            f"The recipe has {numbers['epochs']:,} epochs; the lesson had {_EPOCHS}, and no more "
            "are allowed.",
        )
    updates = numbers["epochs"] * math.ceil(_TRAIN / numbers["batch_size"])
    if updates > _UPDATES:
        raise NotYet(
            "over_budget",
            f"The recipe makes {updates:,} updates; the lesson made {_UPDATES}, and no more are "
            "allowed.",
        )
    return Recipe(**numbers)


def _digits() -> Digits:
    """The lesson's digits in 64 bits, and no others."""
    digits = load_digits()
    held = digits.images.numpy().tobytes() + digits.labels.numpy().tobytes()
    if hashlib.sha256(held).hexdigest() != _DIGEST:
        raise NotYet(
            "other_digits",
            "`load_digits()` does not give the lesson's digits any more: something has exchanged "
            "them. Restart the kernel, and leave the data as they are.",
        )
    return Digits(digits.images.double(), digits.labels)


def _untaught(layers: list[nn.Module], digits: Digits) -> None:
    """As handed in, the network cannot read."""
    with torch.no_grad():
        handed_in = nn.Sequential(*layers).double()
        share = _answers(handed_in, digits).accuracy
    if share > 0.5:
        raise NotYet(
            "taught_before",
            f"Before any training the network reads {share:.0%} of the digits: somebody has taught "
            "it. Hand it in as `nn` makes it.",
        )


@dataclass(frozen=True)
class _Result:
    """How a training ended: right answers to test digits, the share of right training digits."""

    test: int
    train: float


@cache  # of a plan and numbers alone: nothing else of the answer takes part
def _trained(plan: Plan, recipe: Recipe, seed: int) -> _Result:
    split = split_digits(_digits(), seed=seed)
    torch.manual_seed(seed)
    net = _build(plan)
    for _ in fit(net, split.train, recipe, seed):
        if not all(bool(parameter.isfinite().all()) for parameter in net.parameters()):
            raise NotYet(
                "diverged",
                "The weights have become infinite or `nan`: with these steps the loss grows "
                "without end.",
            )
    return _Result(_answers(net, split.test).right, _answers(net, split.train).accuracy)


def _answers(net: nn.Module, digits: Digits) -> Evaluation:
    return evaluate_net(net, digits.images, digits.labels)


def _beaten(plan: Plan, recipe: Recipe) -> str:
    """Train on one split after the other, as long as the bar can be reached."""
    most = _TEST * len(_SEEDS)
    right = 0
    for done, seed in enumerate(_SEEDS, 1):
        result = _trained(plan, recipe, seed)
        right += result.test
        says = f"{right} of {_TEST * done} digits that it had not seen are right, "
        if right + most - _TEST * done <= _LESSON * len(_SEEDS):
            raise _missed(result, says + f"{right / done / _TEST:.1%}. ")
    return says + f"{right / most:.1%}; the lesson reached {_LESSON / _TEST:.1%}."


def _missed(result: _Result, says: str) -> NotYet:
    if result.test < _TEST / 2:
        return NotYet(
            "guessing",
            says + "Has the loss fallen at all? Look at the step size, and at what the last layer "
            "returns.",
        )
    if result.train <= _LESSON / _TEST:
        return NotYet(
            "unfinished",
            says + f"Of its training digits it reads {result.train:.1%}: it has not finished "
            "learning those.",
        )
    return NotYet(
        "not_better",
        says + "That is no more than the lesson's 354 of 360. Of its training digits it reads "
        f"{result.train:.1%}: what could make it rely less on those?",
    )


@exercise(
    starter="""
def challenger():
    net = nn.Sequential(
        ...
    )
    return net, Recipe()
""",
    hints=(
        "Begin with what you know: the layers of `Net` in an `nn.Sequential`, with `nn.ReLU()`, "
        "`nn.MaxPool2d(2)` and `nn.Flatten()`, and the lesson's `Recipe()`.",
        "Each block of 4 by 4 pixels has one shade. `nn.AvgPool2d(4)` in front leaves 8×8 of "
        "them, so small kernels reach far, and there is room for more channels.",
        "`nn.BatchNorm2d(channels)` after a convolution keeps its numbers on one scale, and "
        "training gets off the flat start at once.",
    ),
    seconds=120,
)
def beat_it(challenger):
    challenger = a_function(challenger, "`challenger`")
    handed_in = challenger()
    if type(handed_in) not in (tuple, list) or len(handed_in) != 2:
        raise NotYet(
            "no_pair",
            f"`challenger()` returns two things, a network and a recipe; this is "
            f"{shown(handed_in)}.",
        )
    with torch.inference_mode(False), torch.enable_grad(), torch.device("cpu"):
        torch.set_default_dtype(torch.float64)
        return _examined(*handed_in)


def _examined(net: object, recipe: object) -> str:
    plan, recipe = _plan(net), _in_budget(recipe)
    _fits(_build(plan))
    _untaught(list(_in_a_row(net)), _digits())
    return _beaten(plan, recipe)
