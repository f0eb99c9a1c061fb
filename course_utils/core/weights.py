"""A network's weights in a file: written whole or not at all, read without running its code."""

import os
import pickle
import tempfile
from pathlib import Path
from zipfile import is_zipfile

import torch
from torch import Tensor, nn


def save_weights(net: nn.Module, path: str | Path) -> None:
    """Write the weights and buffers of `net` to a file.

    They go to a temporary file beside it first, which then takes its place in one step: whoever
    reads finds the old weights or the new ones, and an interruption leaves the old ones whole.

    Args:
        net: Left as it is.
        path: The file; an existing one is replaced.

    Raises:
        FileNotFoundError: The folder does not exist.
        IsADirectoryError: The path is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"`{path}` is a folder: give a file in it, {path / 'net.pt'}.")
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder `{path.parent}` to save `{path.name}` in: make it first."
        )
    handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save(net.state_dict(), file)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def load_weights(net: nn.Module, path: str | Path) -> None:
    """Give `net` the weights in a file that `save_weights` or `torch.save` wrote.

    Only tensors are read (`weights_only=True`): a file of unknown origin cannot run code. The
    network changes when everything has been checked, otherwise it stays as it was.

    Args:
        net: Of the class the weights were saved from; weights and buffers change, nothing else.
        path: The file, written from `net.state_dict()`.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is damaged, holds something else than weights, or another network's.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file `{path}` to load weights from.")
    found = _read(path)
    _check(found, net.state_dict(), path.name)
    net.load_state_dict(found)


def _read(path: Path) -> object:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        if is_zipfile(path):
            raise ValueError(
                f"`{path.name}` holds more than weights, and reading the rest could run its code, "
                "so nothing was read. Save net.state_dict(), not the network."
            ) from None
        raise _damaged(path) from None
    except Exception:  # whatever a reader of broken bytes stumbles over
        raise _damaged(path) from None


def _damaged(path: Path) -> ValueError:
    return ValueError(
        f"`{path.name}` cannot be read as weights: it is damaged, incomplete or another kind of "
        f"file ({path.stat().st_size:,} bytes). Save the weights again; the network is unchanged."
    )


def _check(found: object, wanted: dict[str, Tensor], name: str) -> None:
    if not isinstance(found, dict) or not all(isinstance(v, Tensor) for v in found.values()):
        raise ValueError(
            f"`{name}` holds no weights by name, but {type(found).__name__}: save net.state_dict()."
        )
    missing = [key for key in wanted if key not in found]
    surplus = [key for key in found if key not in wanted]
    if missing or surplus:
        lacks = f"it lacks {_listed(missing)}" if missing else ""
        has = f"it has {_listed(surplus)}, which the network lacks" if surplus else ""
        differs = " and ".join(filter(None, [lacks, has]))
        raise ValueError(
            f"`{name}` holds the weights of another network: {differs}. "
            "Load it into a network of the class it was saved from."
        )
    for key, tensor in wanted.items():
        if found[key].shape != tensor.shape:
            raise ValueError(
                f"`{name}` holds the weights of another network: {key} has the shape "
                f"{tuple(found[key].shape)} there and {tuple(tensor.shape)} here. "
                "Load it into a network of the same sizes."
            )


def _listed(keys: list) -> str:
    shown = ", ".join(map(str, keys[:3]))
    return shown if len(keys) <= 3 else f"{shown} and {len(keys) - 3} more"
