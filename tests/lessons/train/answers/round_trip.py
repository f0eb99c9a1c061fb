"""Answers to `round_trip`."""

import pickle
import tempfile
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import torch
from torch import nn

from course_utils.lessons.train.exercises.round_trip import READ, Loaded

SAVE = "torch.save(net.state_dict(), path)"
LOAD = "fresh.load_state_dict(torch.load(path, weights_only=True))"


def save(new, load=LOAD):
    return f"def by_file(net, fresh, path):\n    {new}\n    {load}\n"


def load(new):
    return save(SAVE, new)


RIGHT = {
    "one tensor at a time, inside more than the weights": """
def by_file(net, fresh, path):
    torch.save({"epoch": 3, "weights": net.state_dict()}, path)
    read = torch.load(path)["weights"]
    with torch.no_grad():
        for name, tensor in fresh.state_dict().items():
            tensor.copy_(read[name])
    return fresh
""",
    "open files, and names of one's own": """
from torch import load, save as write

def by_file(net, fresh, path):
    with open(path, "wb") as file:
        write(net.state_dict(), file)
    with open(path, "rb") as file:
        state = load(file, map_location="cpu", weights_only=True)
    fresh.load_state_dict(state, assign=True)
""",
    "one file, written and read again without being closed": """
def by_file(net, fresh, path):
    with open(path, "w+b") as file:
        torch.save(net.state_dict(), file)
        file.seek(0)
        fresh.load_state_dict(torch.load(file))
""",
    "a partial": """
from functools import partial

read = partial(torch.load, weights_only=True)

def by_file(net, fresh, path, save=torch.save):
    save(net.state_dict(), str(path))
    fresh.load_state_dict(read(str(path)))
    assert torch.equal(net[0].weight, fresh[0].weight)
""",
    "through bytes, and a class": """
import io

class Reader:
    def __call__(self, path):
        return torch.serialization.load(io.BytesIO(path.read_bytes()))

def by_file(net, fresh, path):
    buffer = io.BytesIO()
    torch.save(net.state_dict(), buffer)
    path.write_bytes(buffer.getvalue())
    fresh.load_state_dict({"load": Reader()}["load"](path))
""",
    "NumPy": """
import numpy as np

def by_file(net, fresh, path):
    with open(path, "wb") as file:
        np.savez(file, **{name: t.numpy() for name, t in net.state_dict().items()})
    with np.load(path, allow_pickle=False) as read:
        fresh.load_state_dict({name: torch.from_numpy(read[name]) for name in read})
""",
    "written beside it and renamed": save(
        "temporary = path.with_suffix('.tmp'); torch.save(net.state_dict(), temporary); "
        "temporary.replace(path)"
    ),
}


def _ran(answer, load=torch.load):
    """The folder's files, both networks, and their weights of before, after a call."""
    net, fresh = (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)) for _ in range(2))
    net[1].running_mean.fill_(3)
    before = [one[0].weight.detach().clone() for one in (net, fresh)]
    with tempfile.TemporaryDirectory() as folder, patch("torch.load", load):
        with suppress(Exception):
            answer(net, fresh, Path(folder) / "net.pt")
        files = [path.name for path in Path(folder).iterdir()]
    return files, net, fresh, before


def _raises(kind):
    def is_true(answer):
        net, fresh = nn.Linear(1, 1), nn.Linear(1, 1)
        with tempfile.TemporaryDirectory() as folder, suppress(kind):
            answer(net, fresh, Path(folder) / "net.pt")
            return False
        return True

    return is_true


def _runs_what_it_reads(answer):
    READ.clear()
    net, fresh = nn.Sequential(nn.Linear(1, 1)), nn.Sequential(nn.Linear(1, 1))
    net[0].weight = nn.Parameter(torch.ones(1, 1).as_subclass(Loaded))
    with tempfile.TemporaryDirectory() as folder, suppress(Exception):
        answer(net, fresh, Path(folder) / "net.pt")
    return bool(READ)


def _arrives_otherwise(answer):
    _, net, fresh, _ = _ran(answer)
    return repr(net.state_dict()) != repr(fresh.state_dict())


def _left_in_folder(*names):
    return lambda answer: sorted(_ran(answer)[0]) == sorted(names)


def _is_as_it_came(answer):
    _, _, fresh, before = _ran(answer)
    return torch.equal(fresh[0].weight, before[1])


def _changes_net(answer):
    _, net, _, before = _ran(answer)
    return not torch.equal(net[0].weight, before[0])


def _reads_nothing(answer):
    """Other weights in the file make no difference."""

    def other(*args, real=torch.load, **kwargs):
        return {name: tensor + 1 for name, tensor in real(*args, **kwargs).items()}

    _, net, fresh, _ = _ran(answer, load=other)
    return torch.equal(net[0].weight, fresh[0].weight)


def _forgets_buffers(answer):
    _, net, fresh, _ = _ran(answer)
    return not torch.equal(fresh[1].running_mean, net[1].running_mean)


def _shares(answer):
    _, net, fresh, _ = _ran(answer)
    return net[0].weight.data_ptr() == fresh[0].weight.data_ptr()


WRONG = {
    "unsafe": [
        (
            save("torch.save(net, path)", "fresh = torch.load(path, weights_only=False)"),
            _runs_what_it_reads,
        ),
        (load("fresh.load_state_dict(torch.load(path, weights_only=False))"), _runs_what_it_reads),
        (load("fresh.load_state_dict(torch.load(path, weights_only=0))"), _runs_what_it_reads),
        "import pickle\n"
        + save(
            "path.write_bytes(pickle.dumps(net.state_dict()))",
            "fresh.load_state_dict(pickle.loads(path.read_bytes()))",
        ),
    ],
    "not_weights": [
        (save("torch.save(net, path)"), _raises(pickle.UnpicklingError)),
        (save("torch.save(net.state_dict, path)"), _raises(pickle.UnpicklingError)),
        (save("path.write_text('weights')"), _raises(pickle.UnpicklingError)),
    ],
    "other_files": [
        (save("pass", "fresh.load_state_dict(net.state_dict())"), _left_in_folder()),
        ("def by_file(net, fresh, path): return net", _left_in_folder()),
        "import io\n" + save("torch.save(net.state_dict(), path := io.BytesIO()); path.seek(0)"),
        (save(SAVE, LOAD + "; path.unlink()"), _left_in_folder()),
        (save("path = path.with_suffix('.bin'); " + SAVE), _left_in_folder("net.bin")),
        *(
            save(SAVE.replace("path", name), LOAD.replace("path", name))
            for name in ("'net.pt'", "'weights.pt'")
        ),
        save("torch.save(net.state_dict(), path.with_suffix('.bin'))"),
        (
            save(SAVE, LOAD + "; torch.save(net.state_dict(), path.with_name('copy.pt'))"),
            _left_in_folder("copy.pt", "net.pt"),
        ),
    ],
    "other_read": (
        load("fresh.load_state_dict(torch.load(path.with_name('other.pt')))"),
        _raises(FileNotFoundError),
    ),
    "not_loaded": [
        (load("torch.load(path, weights_only=True)"), _is_as_it_came),
        (load("fresh = torch.load(path, weights_only=True)"), _is_as_it_came),
        (load("fresh.state_dict().update(torch.load(path))"), _is_as_it_came),
        (load("net.load_state_dict(torch.load(path)); fresh = net"), _is_as_it_came),
        (load("pass"), _is_as_it_came),
        (
            "import copy\n"
            + load("fresh = copy.deepcopy(fresh); fresh.load_state_dict(torch.load(path))"),
            _is_as_it_came,
        ),
    ],
    "from_net": [
        (load("fresh.load_state_dict(net.state_dict())"), _reads_nothing),
        (load("torch.load(path); fresh.load_state_dict(net.state_dict())"), _reads_nothing),
        "import io\n"
        + load(
            "torch.save(net.state_dict(), other := io.BytesIO()); other.seek(0)\n"
            "    fresh.load_state_dict(torch.load(other))"
        ),
        load(LOAD + "; fresh[0].load_state_dict(net[0].state_dict())"),
    ],
    "buffers_forgotten": [
        (
            save(
                "torch.save(dict(net.named_parameters()), path)",
                "fresh.load_state_dict(torch.load(path), strict=False)",
            ),
            _forgets_buffers,
        ),
        (
            """
def by_file(net, fresh, path):
    torch.save(list(net.parameters()), path)
    with torch.no_grad():
        for mine, read in zip(fresh.parameters(), torch.load(path)):
            mine.copy_(read)
""",
            _forgets_buffers,
        ),
        load(
            "state = {k: t for k, t in torch.load(path).items() if not k.endswith('tracked')}\n"
            "    fresh.load_state_dict(state, strict=False)"
        ),
    ],
    "shared": [
        (
            load(
                "state = torch.load(path); fresh.load_state_dict(state, assign=True)\n"
                "    net.load_state_dict(state, assign=True)"
            ),
            _shares,
        ),
        (load("torch.load(path); fresh.load_state_dict(net.state_dict(), assign=True)"), _shares),
    ],
    "net_changed": [
        (load(LOAD + "; nn.init.zeros_(net[0].weight)"), _changes_net),
        (save("net[0].reset_parameters(); " + SAVE), _changes_net),
    ],
    "frozen": (
        load(LOAD + "; fresh.requires_grad_(False)"),
        lambda answer: not _ran(answer)[2][0].weight.requires_grad,
    ),
    "other_weights": [
        (
            load(
                "fresh[0].load_state_dict({'weight': torch.load(path)['0.weight']}, strict=False)"
            ),
            _arrives_otherwise,
        ),
        (
            load("fresh.load_state_dict({n: t / 2 for n, t in torch.load(path).items()})"),
            _arrives_otherwise,
        ),
        (load(LOAD + "; fresh.half()"), _arrives_otherwise),
        (load(LOAD + "; fresh.append(nn.Linear(3, 3))"), _arrives_otherwise),
        (load(LOAD + "; fresh[0].reset_parameters()"), _arrives_otherwise),
    ],
    "not_a_function": "by_file = nn.Module",
}

STOPPED = {
    "TypeError": f"def by_file(net, path):\n    {SAVE}",
    "RuntimeError": load("fresh[0].load_state_dict(torch.load(path, weights_only=True))"),
}

EQUAL = {
    "6: torch.load(path, weights_only=True) -> torch.load(path)": (
        "reading weights alone is the default of today's PyTorch"
    ),
}
