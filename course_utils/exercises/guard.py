"""Runs a learner's code so that it cannot take the kernel down.

Limits, where the platform allows them:

- Time: a timer signal stops the code, on Linux and macOS, in the main thread, where notebooks
  run their cells. A single call into C that never looks at signals, such as
  `sum(range(10**12))`, is not stopped; nor is anything on Windows. There, restart the kernel.
- Memory: on Linux without a GPU, the address space may grow by `MEMORY` bytes, after which
  Python and PyTorch refuse to allocate and say so. Elsewhere the system's own limit holds.
- A thread that the answer starts is not waited for.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

try:
    import resource
except ImportError:  # Windows
    resource = None

Result = TypeVar("Result")

MEMORY = 2**30
AGAIN = 0.05  # seconds until the next alarm, in case a bare `except:` swallowed the first
PATIENCE, RAPID = 3, 1e-5  # after some alarms so fast that one hits the `except:` itself


class TooLong(BaseException):
    """The answer ran longer than it may. No `Exception`, so that `except Exception` lets it by."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what `work` returns, or stop it after some seconds or when it takes too much memory.

    Raises:
        TooLong: The time was up.
        MemoryError: Or PyTorch's own words for it.
    """
    with _memory_limit(MEMORY):
        main = threading.current_thread() is threading.main_thread()
        if main and hasattr(signal, "setitimer"):
            return _in_time(seconds, work)
        return work()


def _in_time(seconds: float, work: Callable[[], Result]) -> Result:
    armed, strikes = True, 0

    def strike(number, frame):
        nonlocal strikes
        if armed:
            strikes += 1
            if strikes == PATIENCE:
                signal.setitimer(signal.ITIMER_REAL, RAPID, RAPID)
            raise TooLong

    handler = signal.signal(signal.SIGALRM, strike)
    began = time.monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    # No context manager here: a strike may hit any call, so disarming must not need one.
    try:
        try:
            return work()
        finally:
            armed = False
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        if strikes:
            time.sleep(0.01)  # an alarm on its way still finds this handler
        signal.signal(signal.SIGALRM, handler)
        if left:  # somebody else's alarm goes on
            left = max(left - (time.monotonic() - began), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


@contextmanager
def _memory_limit(growth: int) -> Iterator[None]:
    size = _address_space()
    if resource is None or size is None or torch.cuda.is_available():
        yield  # a GPU's driver reserves far more addresses than it uses
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceilings = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([size + growth, *ceilings]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    """Bytes of address space this process has, where Linux tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
