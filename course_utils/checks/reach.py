"""What an answer can reach, saved as it is, so that it can be put back.

That is the answer and its parts; what its functions refer to, through helpers, closures,
defaults, partials, methods and global names; and every tensor, network and optimizer among the
global names beside them.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from course_utils.checks.errors import is_learners, is_learners_module

MOST = 20_000  # things that are looked at, and entries of one container
PLAIN = (type(None), bool, int, float, str)
HOLDERS = (Tensor, nn.Module, torch.optim.Optimizer)

Named = tuple[str, object]


class Reach:
    """Everything that an answer can reach and change, as it is now.

    Args:
        answer: Whatever was handed in; none of its own code is run.
    """

    def __init__(self, answer: Any):
        self._undo: list[Callable[[], None]] = []
        self._kept: list[tuple[str, object, list]] = []
        self._seen: dict[int, object] = {}  # holds each thing, so that its id stays its own
        queue: deque[Named] = deque([("", answer)])
        while queue and len(self._seen) < MOST:
            name, thing = queue.popleft()
            if id(thing) not in self._seen and type(thing) not in PLAIN:
                self._seen[id(thing)] = thing
                with suppress(Exception):  # what will not be read cannot be put back either
                    queue.extend(self._save(name, thing))

    def put_back(self) -> None:
        """Make everything as it was."""
        refills = [partial(refill, container, before) for _, container, before in self._kept]
        for undo in (*self._undo, *refills):
            with suppress(Exception):  # a hostile thing may refuse; the rest is put back
                undo()

    def changed(self) -> list[str]:
        """The names, as the learner wrote them, of lists, counters and the like that changed."""
        names: list[str] = []
        for name, container, before in self._kept:
            now = contents(container)
            if not _is_same(now, before):
                names += [name] if name else _changed_keys(now, before)
        return list(dict.fromkeys(filter(None, names)))

    def _save(self, name: str, thing: Any) -> list[Named]:
        """Remember one thing, and return what is inside."""
        kind = type(thing)
        if issubclass(kind, Tensor):
            self._undo.append(_tensor_undo(thing))
        elif issubclass(kind, dict | list | set | CellType):
            self._kept.append((name, thing, before := contents(thing)))
            return [(name, entry) for entry in before[:MOST]]
        elif kind is FunctionType and is_learners(thing.__code__.co_filename):
            return self._save_function(thing)
        elif issubclass(kind, tuple | MethodType | partial):
            return [(name, part) for part in _parts(thing)]
        elif issubclass(kind, type) and is_learners_module(thing.__module__):
            return [(key, getattr(part, "__func__", part)) for key, part in vars(thing).items()]
        elif issubclass(kind, HOLDERS) or is_learners_module(kind.__module__):
            self._undo.append(lambda: _set_class(thing, kind))
            return [(name, kind), (name, object.__getattribute__(thing, "__dict__"))]
        return []

    def _save_function(self, function: FunctionType) -> list[Named]:
        code, names = function.__code__, function.__globals__
        if id(names) not in self._seen:
            self._seen[id(names)] = names
            self._kept.append(("", names, contents(names)))
        used = set(_names(code))
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        return [
            *(entry for entry in names.items() if entry[0] in used or _holds_tensors(entry[1])),
            *zip(code.co_freevars, function.__closure__ or (), strict=True),
            *(("a default argument", value) for value in defaults),
            (function.__name__, vars(function)),
        ]


def _parts(thing) -> list[object]:
    if isinstance(thing, partial):
        return [thing.func, thing.args, thing.keywords]
    return [thing.__self__, thing.__func__] if isinstance(thing, MethodType) else thing[:MOST]


def _names(code: CodeType) -> Iterator[str]:
    """Names that a function and the functions inside it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _holds_tensors(value: Any) -> bool:
    entries = list(value.values()) if type(value) is dict else value
    some = entries[:MOST] if type(entries) in (list, tuple) else [value]
    return any(issubclass(type(entry), HOLDERS) for entry in some)


def contents(container) -> list:
    """What a container holds: of a dictionary the keys, then the values."""
    if isinstance(container, CellType):
        return [container.cell_contents]
    return [*container, *(container.values() if isinstance(container, dict) else ())]


def _is_same(now: list, before: list) -> bool:
    return len(now) == len(before) and all(map(lambda a, b: a is b, now, before))


def _as_dict(contents: list) -> dict:
    half = len(contents) // 2
    return dict(zip(contents[:half], contents[half:], strict=True))


def _changed_keys(now: list, before: list) -> list[str]:
    new, old = _as_dict(now), _as_dict(before)
    keys = [key for key in (new | old) if type(key) is str]
    return [key for key in keys if new.get(key, keys) is not old.get(key, keys)]


def refill(container, before: list) -> None:
    """Make a container hold what it held, in the old order."""
    if _is_same(contents(container), before):
        return
    if isinstance(container, CellType):
        container.cell_contents = before[0]
    elif isinstance(container, dict):
        old = _as_dict(before)
        for key in [key for key in container if key not in old]:
            del container[key]
        for key, value in old.items():  # one by one, in the old order; never empty in between
            container.pop(key, None)
            container[key] = value
    elif isinstance(container, set):
        container.clear()
        container.update(before)
    else:
        container[:] = before


def _set_class(thing: Any, kind: type) -> None:
    if type(thing) is not kind:  # a lazy layer has got its size
        thing.__class__ = kind


def _tensor_undo(tensor: Tensor) -> Callable[[], None]:
    kind, lazy = type(tensor), is_lazy(tensor)
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        memory, values = tensor.detach(), None if lazy else tensor.detach().clone()
        requires, grad = tensor.requires_grad, tensor.grad if tensor.is_leaf else None
        grad_values = None if grad is None else grad.detach().clone()

    def put_back() -> None:
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
            if tensor.data_ptr() != memory.data_ptr() or tensor.shape != memory.shape:
                tensor.data = memory
            _set_class(tensor, kind)
            if values is not None:
                _refill_tensor(tensor, values)
            if grad is not None and grad_values is not None:
                _refill_tensor(grad, grad_values)
            if tensor.is_leaf:
                tensor.requires_grad_(requires)
                tensor.grad = grad

    return put_back


def _refill_tensor(tensor: Tensor, values: Tensor) -> None:
    if not torch.equal(tensor, values):
        tensor.data.copy_(values)  # through `data`, which autograd does not count as a change
