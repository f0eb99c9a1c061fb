"""Leaves everything as it was: what the answer can reach, PyTorch's settings, the random state."""

import builtins
import decimal
import io
import math
import os
import random
import sys
import warnings
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checks.reach import Reach

# Whose names an answer might give another meaning, for the notebook too.
OWNERS = (builtins, math, torch, torch.nn, torch.nn.functional, torch.optim, Tensor, nn.Module)
GLOBAL_HOOKS = [
    value
    for name, value in vars(torch.nn.modules.module).items()
    if name.startswith("_global_") and isinstance(value, dict)
]


@contextmanager
def leave_no_trace(answer: Any) -> Generator[Reach]:
    """Put back whatever is changed inside: what the answer can reach, and global settings.

    Inside, settings and the random state are always the same, nothing is printed or displayed,
    and warnings are not shown.
    """
    reach, undo = Reach(answer), _settings()
    try:
        with ExitStack() as stack:
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            stack.enter_context(redirect_stdout(_Nowhere()))
            stack.enter_context(redirect_stderr(_Nowhere()))
            if "IPython" in sys.modules:
                from IPython.utils.capture import capture_output

                stack.enter_context(capture_output(stdout=False, stderr=False))
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(torch.enable_grad())
            settle()
            yield reach
    finally:
        for put_back in (*undo, reach.put_back):
            with suppress(Exception):
                put_back()


class _Nowhere(io.TextIOBase):
    """Takes what is printed, and keeps nothing: an endless loop may print for seconds."""

    def write(self, text: str) -> int:
        return len(text)


def settle() -> None:
    """Begin as every check begins: the same settings, the same random numbers."""
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch.random.default_generator.manual_seed(0)
    random.seed(0)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(0)


def _settings() -> list[Callable[[], object]]:
    """How to put back each global setting."""
    device = torch.get_default_device()
    undo: list[Callable[[], object]] = [
        partial(torch.set_default_device, None if device == torch.device("cpu") else device),
        partial(torch.set_default_dtype, torch.get_default_dtype()),
        partial(torch.set_num_threads, torch.get_num_threads()),
        partial(torch.set_rng_state, torch.get_rng_state()),
        partial(torch.set_deterministic_debug_mode, torch.get_deterministic_debug_mode()),
        partial(torch.autograd.set_detect_anomaly, torch.is_anomaly_enabled()),
        partial(torch.set_float32_matmul_precision, torch.get_float32_matmul_precision()),
        partial(torch.set_printoptions, **torch._tensor_str.get_printoptions()),
        partial(random.setstate, random.getstate()),
        partial(sys.setrecursionlimit, sys.getrecursionlimit()),
        partial(os.chdir, os.getcwd()),
        partial(_put_back_environment, dict(os.environ)),
        partial(sys.path.__setitem__, slice(None), [*sys.path]),
        partial(decimal.setcontext, decimal.getcontext().copy()),
        *map(_names_undo, OWNERS),
        *(partial(_refill_hooks, hooks, dict(hooks)) for hooks in GLOBAL_HOOKS),
    ]
    if torch.cuda.is_initialized():
        undo.append(partial(torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
    if numpy := sys.modules.get("numpy"):
        undo.append(partial(numpy.random.set_state, numpy.random.get_state()))
        undo.append(partial(numpy.set_printoptions, **numpy.get_printoptions()))
        undo.append(partial(numpy.seterr, **numpy.geterr()))
    return undo


def _names_undo(owner: Any) -> Callable[[], None]:
    """How to undo that a function of a module, or a method of a class, was replaced.

    Names that were added to a module stay: PyTorch adds some itself, when it loads a part.
    """
    before = dict(vars(owner))

    def put_back() -> None:
        now = dict(vars(owner))
        for name in [name for name in before if now.get(name) is not before[name]]:
            setattr(owner, name, before[name])
        if isinstance(owner, type):
            for name in now.keys() - before.keys():
                delattr(owner, name)

    return put_back


def _refill_hooks(hooks: dict, before: dict) -> None:
    hooks.clear()
    hooks.update(before)


def _put_back_environment(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
