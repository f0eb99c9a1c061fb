"""What an answer can reach, saved as it is, so that it can be put back.

That is the answer and its parts; what its functions refer to, through helpers, closures,
defaults, partials, methods and global names; and every tensor, network and optimizer among
the global names beside them.
"""

import operator
import random
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from types import BuiltinMethodType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from course_utils.checks.errors import is_learners, is_learners_module

MOST = 20_000  # things that are looked at, and entries of one container
PLAIN = (type(None), bool, int, float, str, ModuleType)
CONTAINERS = (dict, list, set, deque, CellType, type)
GENERATORS = (torch.Generator, random.Random)
HOLDERS = (Tensor, nn.Module, torch.optim.Optimizer, *GENERATORS)

Named = tuple[str, object]


class Reach:
    """Everything that an answer can reach and change, as it is now.

    Args:
        answer: Whatever was handed in; none of its own code is run.
    """

    def __init__(self, answer: Any):
        self._undo: list[Callable[[], object]] = []
        self._kept: list[tuple[str, object, Any]] = []
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
            if name and not _is_same(now, before):
                names.append(name)
            elif not name and isinstance(before, dict):  # global names
                names += [key for key in now | before if now.get(key, 0) is not before.get(key, 0)]
        return list(dict.fromkeys(filter(None, names)))

    def _save(self, name: str, thing: Any) -> list[Named]:
        """Remember one thing, and return what is inside."""
        kind = type(thing)
        if issubclass(kind, Tensor):
            self._undo.append(_tensor_undo(thing))
            return [("", object.__getattribute__(thing, "__dict__"))]
        if issubclass(kind, GENERATORS) or kind.__module__ == "numpy":
            self._undo += _state_undo(thing)
        elif issubclass(kind, type) and not is_learners_module(thing.__module__):
            return []
        elif issubclass(kind, CONTAINERS):
            self._kept.append((name, thing, before := contents(thing)))
            inside = list(before.values()) if isinstance(before, dict) else before
            return [(name, getattr(entry, "__func__", entry)) for entry in inside[:MOST]]
        elif kind is FunctionType:
            return self._save_function(thing) if is_learners(thing.__code__.co_filename) else []
        elif issubclass(kind, tuple | MethodType | BuiltinMethodType | partial):
            return [(name, part) for part in _parts(thing)]
        else:
            held = object.__getattribute__(
                thing, "__dict__"
            )  # where there is none, nothing is held
            self._undo.append(partial(_set_class, thing, kind))
            return [(name, kind), (name, held)]
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
    if isinstance(thing, tuple):
        return list(thing[:MOST])
    return [thing.__self__, getattr(thing, "__func__", None)]


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


def contents(container) -> Any:
    """What a container holds, in a copy: of a dictionary or a class the values by name."""
    if isinstance(container, CellType):
        return [container.cell_contents]
    held = vars(container) if issubclass(type(container), type) else container
    return dict(held) if hasattr(held, "values") else list(held)


def _is_same(now, before) -> bool:
    if len(now) == len(before) and isinstance(before, dict):
        return all(now.get(key, before) is value for key, value in before.items())
    return len(now) == len(before) and all(map(operator.is_, now, before))


def refill(container, before) -> None:
    """Make a container hold what it held, in the old order."""
    if _is_same(contents(container), before):
        return
    if isinstance(container, CellType):
        container.cell_contents = before[0]
    elif issubclass(type(container), type):
        put_back_names(container, before)
    elif isinstance(container, dict):
        for key in [key for key in container if key not in before]:
            if not str(key).startswith("__"):  # by those a compiled network finds its parts
                del container[key]
        for key, value in before.items():  # one by one, in the old order; never empty in between
            container.pop(key, None)
            container[key] = value
    elif isinstance(container, list):
        container[:] = before
    else:
        container.clear()
        (container.update if isinstance(container, set) else container.extend)(before)


def put_back_names(home: Any, before: dict[str, Any]) -> None:
    """Give the names in a module or a class their meaning again; a module loaded since stays."""
    now = dict(vars(home))
    for name in now.keys() - before.keys():
        if not isinstance(now[name], ModuleType):
            with suppress(Exception):
                delattr(home, name)
    for name, value in before.items():
        if now.get(name, before) is not value:
            with suppress(Exception):
                setattr(home, name, value)


def _set_class(thing: Any, kind: type) -> None:
    if type(thing) is not kind:  # a lazy layer has got its size
        thing.__class__ = kind


def _state_undo(thing: Any) -> list[Callable[[], object]]:
    """How to put back numpy's arrays, and what draws random numbers."""
    if isinstance(thing, torch.Generator):
        return [partial(thing.set_state, thing.get_state())]
    if isinstance(thing, random.Random):
        return [partial(thing.setstate, thing.getstate())]
    return [partial(thing.__setitem__, ..., thing.copy())] if hasattr(thing, "copy") else []


def _tensor_undo(tensor: Tensor) -> Callable[[], None]:
    kind, lazy = type(tensor), is_lazy(tensor)
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        memory, values = tensor.detach(), None if lazy else tensor.detach().clone()
        requires, grad = tensor.requires_grad, tensor.grad if tensor.is_leaf else None
        undo_grad = None if grad is None else _tensor_undo(grad)

    def put_back() -> None:
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
            if tensor.data_ptr() != memory.data_ptr() or tensor.shape != memory.shape:
                tensor.data = memory
            _set_class(tensor, kind)
            if values is not None and not torch.equal(tensor, values):
                tensor.data.copy_(values)  # through `data`, which autograd does not count
            if undo_grad:
                undo_grad()
            if tensor.is_leaf:
                tensor.requires_grad_(requires)
                tensor.grad = grad

    return put_back
