"""The exercise of lesson 06 on files: what was learnt goes into one, and comes back from it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor, nn

from course_utils.exercises.compare import a_function
from course_utils.exercises.exercise import NotYet, exercise


@dataclass
class _Log:
    """What went through `torch.save` and `torch.load`.

    Attributes:
        path: Where the answer is to write.
        saved: The objects.
        read: Whether that file was read.
        unsafe: Whether a file was read with `weights_only=False`.
    """

    path: Path
    saved: list[object] = field(default_factory=list)
    read: bool = False
    unsafe: bool = False


def _file(where: object) -> Path | None:
    """The file behind a path or an open file; None for a buffer in memory."""
    where = getattr(where, "name", where) if hasattr(where, "read") else where
    return Path(where).absolute() if isinstance(where, str | os.PathLike) else None


@contextmanager
def _watched(names: dict[str, object], path: Path) -> Iterator[_Log]:
    """Keep a log of saving and loading, mark what is read, write to no other folder.

    Args:
        names: The answer's globals, where `load` may be known by a name of its own.
        path: Where the answer is to write.
    """
    log, save, load = _Log(path), torch.save, torch.load

    def saves(thing, f, *args, **kinds):
        place = _file(f)
        if place is not None and place.parent != path.parent:
            raise NotYet(
                "written_elsewhere",
                f"The file was to be written to another folder, as `{place.name}`; `path` says "
                "where.",
            )
        log.saved.append(thing)
        return save(thing, f, *args, **kinds)

    def loads(f, *args, **kinds):
        found = load(f, *args, **kinds)
        log.unsafe |= kinds.get("weights_only") not in (None, True)
        log.read |= _file(f) == path
        _mark(found)
        return found

    here = {
        name: saves if value is save else loads
        for name, value in names.items()
        if value is save or value is load
    }
    with patch.dict(names, here), patch.multiple(torch, save=saves, load=loads):
        yield log


def _mark(found: object) -> None:
    """Add 1 to every number that was read: so it shows where weights come from."""
    if isinstance(found, nn.Module):
        found = found.state_dict()
    if isinstance(found, Tensor) and found.is_floating_point():
        found.data.add_(1)
    for part in found.values() if isinstance(found, dict) else ():
        _mark(part)
    for part in found if isinstance(found, list | tuple) else ():
        _mark(part)


def _network(seed: int, batches: int) -> nn.Module:
    """A network whose batch norm has taken notes, so that its buffers count."""
    torch.manual_seed(seed)
    layers = [nn.Linear(5, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 3)]
    net = nn.Sequential(*layers)
    for _ in range(batches):
        net(2 * torch.randn(20, 5) + 1)
    return net.eval()


_BUFFERS = ("1.running_mean", "1.running_var", "1.num_batches_tracked")


def _state(net: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}


def _same(one: dict[str, Tensor], other: dict[str, Tensor], buffers: bool | None = None) -> bool:
    """Whether two states are equal; in their buffers alone, or all but those, if asked."""
    names = [name for name in one if buffers is None or buffers == (name in _BUFFERS)]
    return all(torch.equal(one[name], other[name]) for name in names)


def _ran(by_file: Callable, net: nn.Module, fresh: nn.Module, log: _Log) -> None:
    """Call the answer; a mistake that explains its exception goes first."""
    try:
        by_file(net, fresh, log.path)
    except NotYet:
        raise
    except FileNotFoundError:
        _written(log)
        _read(log)
        raise
    except Exception:
        _weights_alone(log)
        raise
    _weights_alone(log)
    _written(log)
    _read(log)


def _weights_alone(log: _Log) -> None:
    if any(isinstance(thing, nn.Module) for thing in log.saved):
        raise NotYet(
            "network_saved",
            "The network itself was saved, with the name and place of its class; its weights by "
            "name are enough, and safe to read.",
        )


def _written(log: _Log) -> None:
    others = sorted({path.name for path in log.path.parent.iterdir()} - {log.path.name})
    if log.path.is_file() and others:
        raise NotYet(
            "more_files",
            f"Beside `{log.path.name}` there is `{others[-1]}` now; one file is enough.",
        )
    if log.path.is_file():
        return
    if others:
        raise NotYet(
            "other_name",
            f"There is no file `{log.path.name}`, but `{others[-1]}`; `path` is the whole name.",
        )
    raise NotYet("no_file", f"Nothing was saved: there is no file `{log.path.name}`.")


def _read(log: _Log) -> None:
    if not log.read:
        raise NotYet(
            "not_read",
            "The file was written, but `torch.load` has not read it. Tomorrow `net` will be gone, "
            "and the file will be all there is.",
        )
    if log.unsafe:
        raise NotYet(
            "unsafe",
            "With `weights_only=False` any Python object is read, and reading one may run its "
            "code.",
        )


def _independent(net: nn.Module, fresh: nn.Module) -> None:
    """No tensor of the one lies in the memory of the other."""
    places = {tensor.data_ptr() for tensor in net.state_dict().values()}
    if any(tensor.data_ptr() in places for tensor in fresh.state_dict().values()):
        raise NotYet(
            "shared",
            "Both networks use the same tensors now: whatever changes one changes the other.",
        )


def _arrived(came: dict[str, Tensor], before: dict[str, Tensor], net, fresh) -> None:
    """`fresh` has all that was read, and `net` what it came with.

    Args:
        came: The state of `net` before.
        before: That of `fresh`.
        net: As it is now.
        fresh: Likewise.
    """
    read = {name: tensor.clone() for name, tensor in came.items()}
    _mark(read)
    now = fresh.state_dict()
    if list(now) != list(read):
        raise NotYet("other_layers", "`fresh` no longer has the layers with which it came.")
    if _same(net.state_dict(), read):
        raise NotYet("into_itself", "The file was read back into `net`; `fresh` is to get it.")
    if not _same(net.state_dict(), came):
        raise NotYet("net_changed", "The weights of `net` are no longer those it had.")
    if _same(now, before):
        raise NotYet(
            "not_loaded",
            "`fresh` has the weights with which it came. What was read has to go into it by "
            "`load_state_dict`; `fresh = …` only gives the name to something else.",
        )
    if _same(now, net.state_dict(), buffers=False):
        raise NotYet("from_net", "What `fresh` has now came from `net`, and not from the file.")
    if _same(now, read, buffers=False) and any(torch.equal(now[b], before[b]) for b in _BUFFERS):
        raise NotYet(
            "buffers_forgotten",
            "The parameters have arrived, the buffers have not: a buffer is not learnt, but it "
            "belongs to the state.",
        )
    if not _same(now, read):
        raise NotYet("other_weights", "`fresh` does not have the weights that `net` had.")


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
)
def round_trip(by_file):
    by_file = a_function(by_file, "`by_file`")
    with tempfile.TemporaryDirectory() as folder:
        for seed in (1, 2):
            net, fresh = _network(seed, batches=3), _network(seed + 10, batches=1)
            came, before = _state(net), _state(fresh)
            path = Path(folder).resolve() / f"weights-{seed}.pt"
            with _watched(getattr(by_file, "__globals__", {}), path) as log:
                _ran(by_file, net, fresh, log)
            _independent(net, fresh)
            _arrived(came, before, net, fresh)
            path.unlink()
    return "The answers come back through the file, and the two networks stay apart."
