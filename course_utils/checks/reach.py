"""What an answer can reach, saved as it is, so that it can be put back.

Tensors, networks and optimizers are found in the answer, in what its functions refer to (also
through helpers, closures, defaults, partials and methods), and among all global names beside
them. Lists, dictionaries, counters and attributes are found where the functions refer to them.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from types import CodeType, FunctionType, MethodType

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from course_utils.checks.errors import is_learners, is_learners_module

MOST = 20_000  # things that are looked at, and entries of one container
HOLDERS = (Tensor, nn.Module, torch.optim.Optimizer)
NOTHING = object()

Named = tuple[str, object]


class Reach:
    """Everything that an answer can reach and change, as it is now.

    Args:
        answer: Whatever was handed in; none of its own code is run.
    """

    def __init__(self, answer: object):
        self.undo: list[Callable[[], None]] = []
        self._kept: list[tuple[str, Callable[[], list], list]] = []
        seen: dict[int, object] = {}  # holds each thing, so that its id stays its own
        queue: deque[Named] = deque([("", answer)])
        while queue and len(seen) < MOST:
            name, thing = queue.popleft()
            if id(thing) not in seen:
                seen[id(thing)] = thing
                with suppress(Exception):  # what will not be read cannot be put back either
                    queue.extend(self._save(name, thing))

    def changed(self) -> list[str]:
        """The names, as the learner wrote them, of plain Python things that are not as before."""
        names = [name for name, read, before in self._kept if not _is_same(read(), before)]
        return [name for name in dict.fromkeys(names) if name]

    def _save(self, name: str, thing: object) -> list[Named]:
        """Remember one thing, and return what is inside."""
        kind = type(thing)
        if issubclass(kind, Tensor):
            self.undo.append(_tensor_undo(thing))
            return []
        if issubclass(kind, dict | list | set | deque):
            return self._save_container(name, thing)
        if kind is tuple:
            return [(name, entry) for entry in thing[:MOST]]
        if kind is FunctionType and is_learners(thing.__code__.co_filename):
            return self._save_function(thing)
        if kind is MethodType:
            return [(name, thing.__self__), (name, thing.__func__)]
        if kind is partial:
            return [(name, part) for part in (thing.func, thing.args, thing.keywords)]
        if issubclass(kind, type):
            return self._save_class(thing) if is_learners_module(thing.__module__) else []
        if issubclass(kind, nn.Module | torch.optim.Optimizer) or is_learners_module(
            kind.__module__
        ):
            self._keep("", lambda: [thing.__class__], lambda to: _set_class(thing, to[0]))
            return [
                (name, kind),
                *self._save_container(name, object.__getattribute__(thing, "__dict__")),
            ]
        return []

    def _keep(self, name: str, read: Callable[[], list], write: Callable[[list], object]) -> None:
        before = read()
        self._kept.append((name, read, before))
        self.undo.append(lambda: None if _is_same(read(), before) else write(before))

    def _save_container(self, name: str, thing) -> list[Named]:
        if issubclass(type(thing), dict):
            self._keep(name, lambda: [*thing, *thing.values()], partial(_refill_dict, thing))
            return [(name, value) for value in list(thing.values())[:MOST]]
        self._keep(name, lambda: list(thing), partial(_refill, thing))
        return [(name, entry) for entry in list(thing)[:MOST]]

    def _save_function(self, function: FunctionType) -> list[Named]:
        code, names = function.__code__, function.__globals__
        used = sorted(set(_names(code)))
        self._keep_names(names, used)
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            self._keep(name, partial(_cell, cell), lambda to, cell=cell: _set_cell(cell, *to))
        cells = [_cell(cell)[0] for cell in function.__closure__ or ()]
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        return [
            *((name, names[name]) for name in used if name in names),
            *((name, value) for name, value in list(names.items()) if _holds_tensors(value)),
            *zip(code.co_freevars, cells, strict=True),
            *(("a default argument", value) for value in defaults),
            (function.__name__, function.__dict__),
        ]

    def _keep_names(self, names: dict[str, object], used: list[str]) -> None:
        def write(before: list) -> None:
            for name, value in zip(used, before, strict=True):
                if value is NOTHING:
                    names.pop(name, None)
                else:
                    names[name] = value

        def read() -> list:
            return [names.get(name, NOTHING) for name in used]

        before = read()
        self.undo.append(lambda: write(before))
        for i, name in enumerate(used):
            self._kept.append(
                (name, lambda name=name: [names.get(name, NOTHING)], before[i : i + 1])
            )

    def _save_class(self, kind: type) -> list[Named]:
        entries = {k: v for k, v in vars(kind).items() if not k.startswith("__") or k == "__init__"}
        for key in entries:
            read = lambda key=key: [vars(kind).get(key, NOTHING)]  # noqa: E731
            self._keep(key, read, lambda to, key=key: setattr(kind, key, to[0]))
        return [(key, getattr(value, "__func__", value)) for key, value in entries.items()]


def _is_same(now: list, before: list) -> bool:
    return len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True))


def _names(code: CodeType) -> Iterator[str]:
    """Names that a function and the functions inside it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _holds_tensors(value: object) -> bool:
    if issubclass(type(value), HOLDERS):
        return True
    entries = list(value.values()) if type(value) is dict else value
    is_container = type(entries) in (list, tuple)
    return is_container and any(issubclass(type(entry), HOLDERS) for entry in entries[:MOST])


def _refill(thing, before: list) -> None:
    thing.clear()
    thing.update(before) if issubclass(type(thing), set) else thing.extend(before)


def _refill_dict(thing: dict, before: list) -> None:
    thing.clear()
    thing.update(zip(before[: len(before) // 2], before[len(before) // 2 :], strict=True))


def _cell(cell) -> list:
    try:
        return [cell.cell_contents]
    except ValueError:
        return [NOTHING]


def _set_cell(cell, value: object) -> None:
    if value is not NOTHING:
        cell.cell_contents = value


def _set_class(thing: object, kind: type) -> None:
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
            if type(tensor) is not kind:  # a lazy layer has got its size
                tensor.__class__ = kind
            if values is not None:
                _refill_tensor(tensor, values)
            if grad is not None:
                _refill_tensor(grad, grad_values)
            if tensor.is_leaf:
                tensor.requires_grad_(requires)
                tensor.grad = grad

    return put_back


def _refill_tensor(tensor: Tensor, values: Tensor) -> None:
    if not torch.equal(tensor, values):
        tensor.data.copy_(values)  # through `data`, which autograd does not count as a change
