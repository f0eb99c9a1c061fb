"""Leaves everything as it was: what the answer can reach, PyTorch's settings, the random state."""

import io
import random
import sys
import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any

import torch

from course_utils.checks.convert import NotYet
from course_utils.checks.reach import Reach
from course_utils.checks.settings import remember_settings


@contextmanager
def leave_no_trace(answer: Any) -> Generator[Reach]:
    """Put back whatever is changed inside: what the answer can reach, and global settings.

    Inside, settings and the random state are always the same, nothing is printed or displayed,
    and warnings are not shown.
    """
    reach, undo = Reach(answer), remember_settings()
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


def settle(seed: int = 0) -> None:
    """Begin as every check begins: the same settings, the same random numbers."""
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch.random.default_generator.manual_seed(seed)
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed)


def require_settled(seed: int) -> None:
    """Raise `NotYet` where the dtype or the random numbers are not those that `settle` began."""
    if torch.get_default_dtype() != torch.float32:
        raise NotYet(
            "dtype_left",
            "All else is right, but from now on every new tensor is a "
            f"`{torch.get_default_dtype()}`: `torch.set_default_dtype(…)` stays. Name the dtype "
            "where you need it, as in `torch.zeros(2, dtype=torch.float64)`.",
        )
    if torch.initial_seed() != seed:
        raise NotYet(
            "seed_left",
            "All else is right, but afterwards PyTorch's random numbers go on from the seed "
            f"{torch.initial_seed()}: `torch.manual_seed(…)` decides what everybody else draws. "
            "Leave it to whoever calls your code.",
        )
