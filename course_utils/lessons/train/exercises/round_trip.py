"""Exercise: what a network has learnt goes into a file, and comes back from it."""

# The check tells apart, and the networks are chosen for it:
# - the file that was named from another, none, several: the folder is looked at afterwards
# - weights out of the file from weights out of `net`: when the file is opened for reading, another
#   network's weights are put into it first, whatever reads it
# - weights alone from objects that run code when they are read: such a one is saved, for a trial
# - the whole state from the parameters without buffers: batch norm; names from places: two kinds
# - `fresh` itself from another network of that name, two networks from two names for one

import builtins
import io
import os
import pickle
from collections.abc import Callable, Generator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import torch
import torch.nn.functional as F  # noqa: F401, for the learner
from torch import Tensor, nn

from course_utils.checks.convert import NotYet, as_function
from course_utils.checks.exercise import exercise

State = dict[str, object]  # for each name in a `state_dict`, what can be compared
READ: list[str] = []  # what was run by reading


def run_by_reading() -> None:
    READ.append("code")


class Loaded(Tensor):
    """Saved as an object that runs code when it is read without `weights_only`."""

    __copy__ = Tensor.clone

    def __reduce_ex__(self, proto):
        return run_by_reading, ()


def _network(convolution: bool = False) -> nn.Sequential:
    """A network whose weights and buffers are all drawn by chance."""
    net = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6))
    if convolution:
        net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.BatchNorm2d(2), nn.ReLU()))
    for buffer in net.buffers():
        buffer.add_(torch.randint(1, 1000, buffer.shape))
    return net


def _state(net: nn.Module) -> State:
    return {name: (tensor.dtype, tensor.tolist()) for name, tensor in net.state_dict().items()}


def _unequal(one: State, other: State) -> list[str]:
    """The names under which two states do not have the same."""
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]


@contextmanager
def _exchanged(path: Path, content: bytes) -> Generator[list[str]]:
    """Put `content` into the file whenever it is opened for reading; lists the modes of opening."""
    modes, really_open = [], open

    def opens(file, mode="r", *args, **kwargs):
        if isinstance(file, str | os.PathLike) and Path(file).resolve() == path:
            modes.append(mode)
            if mode.startswith("r") and path.exists():
                path.write_bytes(content)
        return really_open(file, mode, *args, **kwargs)

    with patch.object(builtins, "open", opens), patch.object(io, "open", opens):
        yield modes


def _require_safety(by_file: Callable, path: Path) -> None:
    """Reading runs no code that stands in the file; whatever else happens is of no interest."""
    READ.clear()
    net = _network()
    net[0].weight = nn.Parameter(torch.randn(6, 5).as_subclass(Loaded))
    with suppress(Exception):
        by_file(net, _network(), path)
    path.unlink(missing_ok=True)
    if READ:
        raise NotYet(
            "unsafe",
            "Reading ran code that stood in the file. Save `net.state_dict()`, weights by name, "
            "and read with `weights_only=True`, which refuses everything else.",
        )


def _require_file(path: Path) -> None:
    names = sorted(file.name for file in path.parent.iterdir())
    if names != [path.name]:
        raise NotYet(
            "other_files",
            f"`path` names the file `{path.name}`; after the call there is "
            f"{' and '.join(f'`{name}`' for name in names) or 'no file'}.",
        )


def _require_arrival(came: State, before: State, net: nn.Module, fresh: nn.Module) -> None:
    now = _state(fresh)
    wrong = _unequal(now, came)
    if _unequal(_state(net), came):
        raise NotYet("net_changed", "The weights of `net` are no longer those it had.")
    if not _unequal(now, before):
        raise NotYet(
            "not_loaded",
            "`fresh` has the weights with which it came. Save those of `net`, and let "
            "`fresh.load_state_dict(…)` take in what was read; `fresh = …` only gives the name to "
            "something else.",
        )
    if wrong and {*wrong} <= {name for name, _ in fresh.named_buffers()}:
        raise NotYet(
            "buffers_forgotten",
            "The parameters have arrived, the buffers have not: a buffer is not learnt, but it "
            "belongs to the state.",
        )
    if wrong:
        raise NotYet("other_weights", f"`{wrong[0]}` of `fresh` is not that of `net`.")
    tensors = [{t.data_ptr() for t in one.state_dict().values()} for one in (net, fresh)]
    if not all(parameter.requires_grad for one in (net, fresh) for parameter in one.parameters()):
        raise NotYet("frozen", "Not all parameters require a gradient now: they cannot be trained.")
    if tensors[0] & tensors[1]:
        raise NotYet(
            "shared",
            "`net` and `fresh` share their tensors now: to train one would change the other.",
        )


def _require_saving(by_file: Callable, path: Path, convolution: bool) -> tuple[State, bytes]:
    """The file is written, `fresh` gets everything; returns what was saved, and the file."""
    net, fresh = _network(convolution), _network(convolution)
    came, before = _state(net), _state(fresh)
    try:
        by_file(net, fresh, path)
    except pickle.UnpicklingError as error:
        raise NotYet(
            "not_weights",
            "The file was refused when it was read: something else than weights stands in it. What "
            "goes into it is `net.state_dict()`, with its brackets.",
        ) from error
    except FileNotFoundError as error:
        _require_file(path)
        raise NotYet(
            "other_read", f"The file `{path.name}` was written, and another is looked for."
        ) from error
    _require_file(path)
    _require_arrival(came, before, net, fresh)
    content = path.read_bytes()
    path.unlink()
    return came, content


def _require_reading(by_file: Callable, path: Path, other: State, content: bytes) -> None:
    """With another network's weights in the file, those arrive."""
    net, fresh = _network(), _network()
    came = _state(net)
    with suppress(Exception), _exchanged(path, content) as modes:
        by_file(net, fresh, path)
    now = _state(fresh)
    from_net = set(_unequal(came, other)) - set(_unequal(now, came))
    if from_net and not any("+" in mode for mode in modes):  # a file that was never closed
        raise NotYet(
            "from_net",
            "`fresh` gets its weights from `net`, and not from the file: with other weights in "
            "the file, it has those of `net` all the same.",
        )


@exercise(
    starter="""
def by_file(net, fresh, path):
    ...
""",
    hints=(
        "Two lines, one each way. What goes into the file is `net.state_dict()`.",
        "`torch.load` gives back what was saved, a dictionary; `fresh.load_state_dict(…)` copies "
        "it into the tensors of `fresh`.",
    ),
    solution="""
import torch


def by_file(net, fresh, path):
    torch.save(net.state_dict(), path)
    fresh.load_state_dict(torch.load(path, weights_only=True))
""",
    why="A `state_dict` holds weights and buffers by name, so any network with the same names can "
    "take it. `load_state_dict` copies numbers, so `net` and `fresh` can be trained apart.",
)
def round_trip(by_file):
    by_file = as_function(by_file, "`by_file`")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, chdir(folder):
        path = Path(folder).resolve() / "learnt.pt"  # a name that nobody writes by himself
        _require_safety(by_file, path)
        _require_saving(by_file, path, convolution=True)
        _require_reading(by_file, path, *_require_saving(by_file, path, convolution=False))
    return "The weights come back through the file, and the two networks stay apart."
