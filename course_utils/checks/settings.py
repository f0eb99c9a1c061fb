"""Global settings of Python, PyTorch and numpy: read as they are, to be put back."""

import builtins
import decimal
import math
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from types import ModuleType
from typing import Any

import torch
from torch.nn.modules import module as layers
from torch.optim import optimizer as optimizers

from course_utils.checks.reach import contents, put_back_names, refill

Undo = Callable[[], object]

PAIRS: tuple[tuple[Callable, Callable], ...] = (  # what reads a setting, and what writes it
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch._tensor_str.get_printoptions, lambda options: torch.set_printoptions(**options)),
    (lambda: bool(torch.tensor(1e-40) * 1 == 0), torch.set_flush_denormal),
    (random.getstate, random.setstate),
    (lambda: decimal.getcontext().copy(), decimal.setcontext),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (os.getcwd, os.chdir),
)


def remember_settings() -> list[Undo]:
    """How to put back each global setting; each part may fail without the others."""
    undo: list[Undo] = [_keep_device(), partial(torch.set_rng_state, torch.get_rng_state())]
    undo += [_keep(read, write, read()) for read, write in PAIRS]
    undo.append(partial(_put_back_environment, dict(os.environ)))
    undo += [partial(refill, kept, contents(kept)) for kept in _containers()]
    courses = [module for name, module in sys.modules.items() if name.startswith("course_utils")]
    homes = [*_homes(), *(home for module in courses for home in (module, *_classes(module)))]
    undo.append(partial(_put_back_names, [(home, vars(home).copy()) for home in homes]))
    return undo + list(_loaded_libraries())


def _loaded_libraries() -> Iterator[Undo]:
    """The settings of what this session has loaded."""
    if torch.cuda.is_initialized():
        yield partial(torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all())
    if numpy := sys.modules.get("numpy"):
        yield partial(numpy.random.set_state, numpy.random.get_state())
        yield partial(numpy.set_printoptions, **numpy.get_printoptions())
        yield partial(numpy.seterr, **numpy.geterr())


def _keep_device() -> Undo:
    """The default device, and the modes that change what every call does."""
    device, modes = torch.get_default_device(), torch._C._len_torch_function_stack()

    def put_back() -> None:
        torch.set_default_device(None if device == torch.device("cpu") else device)
        while torch._C._len_torch_function_stack() > modes:
            torch._C._pop_torch_function_stack()

    return put_back


def _keep(read: Callable, write: Callable, before: Any) -> Undo:
    return lambda: read() == before or write(before)  # some are slow to write


def _containers() -> list[Any]:
    """Lists and dictionaries that change what happens everywhere."""
    hooks = (*vars(layers).items(), *vars(optimizers).items())
    return [
        *(held for name, held in hooks if name.startswith("_global_") and isinstance(held, dict)),
        sys.path,
    ]


@cache
def _homes() -> list[Any]:
    """Modules and classes in which an answer could give a name another meaning."""
    homes = [torch, torch.nn, torch.optim, torch.utils.data]
    classes = dict.fromkeys(kind for home in homes for kind in _classes(home))
    others = [builtins, math, random, sys, torch.nn.functional, torch.nn.init, torch.autograd]
    return [*homes, *classes, *others]


@cache
def _classes(module: ModuleType) -> list[type]:
    """The classes of the same package that a module knows by name."""
    package = module.__name__.partition(".")[0]
    kinds = [value for value in vars(module).values() if issubclass(type(value), type)]
    return [kind for kind in kinds if kind.__module__.startswith(package)]


def _put_back_names(homes: list[tuple[Any, dict[str, Any]]]) -> None:
    for home, before in homes:
        with suppress(Exception):
            if vars(home) == before:  # the same objects: the quick way
                continue
        put_back_names(home, before)


def _put_back_environment(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
