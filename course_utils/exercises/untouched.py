"""Leaves everything as it was: the learner's answer, PyTorch's settings, the random state."""

import io
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress

import torch
from torch import Tensor, nn

DEPTH = 3  # of lists, dictionaries and functions that are searched for tensors and modules


@contextmanager
def untouched(*answers: object) -> Iterator[None]:
    """Put back whatever is changed inside: the answers' tensors and modules, and the globals.

    Inside, the random state, the default type and the gradient mode are always the same, there
    is one thread, nothing is printed, and warnings are not shown.
    """
    restore = [_global_state(), *map(_snapshot, _things(answers))]
    try:
        with ExitStack() as stack:
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            stack.enter_context(redirect_stdout(_Nowhere()))
            stack.enter_context(redirect_stderr(_Nowhere()))
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(torch.enable_grad())
            _settle()
            if torch.get_default_device().type != "cpu":
                stack.enter_context(torch.device("cpu"))
            yield
    finally:
        for put_back in restore:
            with suppress(Exception):  # a hostile answer may refuse; the rest is put back
                put_back()


class _Nowhere(io.TextIOBase):
    """Takes what is printed, and keeps nothing: an endless loop may print for seconds."""

    def write(self, text: str) -> int:
        return len(text)


def _settle() -> None:
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(1)  # small tensors; and no new threads under a memory limit
    torch.random.default_generator.manual_seed(0)
    random.seed(0)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(0)


def _global_state():
    pairs = [
        (torch.get_default_dtype, torch.set_default_dtype),
        (torch.get_num_threads, torch.set_num_threads),
        (torch.is_grad_enabled, torch.set_grad_enabled),
        (torch.get_rng_state, torch.set_rng_state),
        (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
        (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
        (random.getstate, random.setstate),
        (sys.getrecursionlimit, sys.setrecursionlimit),
        (sys.gettrace, sys.settrace),
    ]
    if torch.cuda.is_initialized():
        pairs.append((torch.cuda.get_rng_state_all, torch.cuda.set_rng_state_all))
    if numpy := sys.modules.get("numpy"):
        pairs.append((numpy.random.get_state, numpy.random.set_state))
    saved = [(get, put, get()) for get, put in pairs]

    def put_back():
        for get, put, value in saved:
            now = get()
            if isinstance(value, Tensor | tuple | list) or now != value:
                put(value)

    return put_back


def _things(roots: tuple[object, ...]) -> list[Tensor | nn.Module]:
    """Tensors and modules among the answers, in their lists, and in what functions refer to."""
    found: dict[int, Tensor | nn.Module] = {}
    level = list(roots)
    for _ in range(DEPTH):
        below = []
        for thing in level:
            if issubclass(type(thing), Tensor | nn.Module):
                found[id(thing)] = thing
            else:
                below += _inside(thing)
        level = below
    return list(found.values())


def _inside(thing: object) -> list[object]:
    if type(thing) in (list, tuple):
        return list(thing[:1000])
    if type(thing) is dict:
        return list(thing.values())[:1000]
    if issubclass(type(thing), type):
        return [value for value in vars(thing).values() if callable(value)]
    code = getattr(thing, "__code__", None) if type(thing) is type(_inside) else None
    if code is None:
        return []
    cells = [cell.cell_contents for cell in thing.__closure__ or () if _filled(cell)]
    names = [thing.__globals__[name] for name in code.co_names if name in thing.__globals__]
    held = [value for value in names if issubclass(type(value), Tensor | nn.Module)]
    return [*cells, *held, *(thing.__defaults__ or ())]


def _filled(cell) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _snapshot(thing: Tensor | nn.Module):
    try:
        return _of_module(thing) if issubclass(type(thing), nn.Module) else _of_tensor(thing)
    except Exception:  # an object that will not be read cannot be put back either
        return lambda: None


def _of_module(net: nn.Module):
    modules = list(net.modules())
    tables = [
        (table, dict(table))
        for module in modules
        for table in map(vars(module).get, _TABLES)
        if table is not None
    ]
    modes = [(module, module.training) for module in modules]
    tensors = [_of_tensor(tensor) for tensor in {*net.parameters(), *net.buffers()}]

    def put_back():
        for table, entries in tables:
            if [*map(id, table.values())] != [*map(id, entries.values())]:
                table.clear()
                table.update(entries)
        for module, mode in modes:
            module.training = mode
        for back in tensors:
            back()

    return put_back


_TABLES = (
    "_parameters",
    "_buffers",
    "_modules",
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
)


def _of_tensor(tensor: Tensor):
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        memory, values = tensor.detach(), tensor.detach().clone()
        requires, grad = tensor.requires_grad, tensor.grad if tensor.is_leaf else None
        grad_values = None if grad is None else grad.detach().clone()

    def put_back():
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
            if tensor.data_ptr() != memory.data_ptr() or tensor.shape != memory.shape:
                tensor.data = memory
            _refill(tensor, values)
            if grad is not None:
                _refill(grad, grad_values)
            if tensor.is_leaf:
                tensor.requires_grad_(requires)
                tensor.grad = grad

    return put_back


def _refill(tensor: Tensor, values: Tensor) -> None:
    if not torch.equal(tensor, values):
        tensor.data.copy_(values)  # through `data`, which autograd does not count as a change
