"""Ends an answer that does not end, where the platform has a timer signal.

That is on Linux and macOS, in the main thread, where notebooks run their cells. Elsewhere an
answer runs without a limit, and JupyterLab's stop button ends it. A single call into C that never
looks at signals, such as `sum(range(10**12))`, is not stopped either.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

try:
    import signal
except ImportError:  # a Python in the browser may have none
    signal = None

Result = TypeVar("Result")

AGAIN = 0.05  # seconds until the next alarm: an import was running, or an `except:` took the first


class TooLong(BaseException):
    """The answer ran longer than it may. No `Exception`, so that `except Exception` lets it by."""


def run_with_limit(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what `work` returns, or stop it after some seconds; an import is never cut short.

    Raises:
        TooLong: The time was up.
    """
    armed = True

    def stop(number: int, frame: FrameType | None) -> None:
        if armed and not _is_importing(frame):
            raise TooLong

    def report_others(lost: Any) -> None:
        # Python drops what is raised in `__del__` and tells of it. The next alarm stops the answer.
        if not isinstance(lost.exc_value, TooLong):
            report(lost)

    if not hasattr(signal, "setitimer"):
        return work()
    try:
        handler = signal.signal(signal.SIGALRM, stop)
    except ValueError:  # not the main thread
        return work()
    report, sys.unraisablehook = sys.unraisablehook, report_others
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    # No context manager: an alarm may hit any call, so disarming must not need one.
    try:
        try:
            return work()
        finally:
            armed = False
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        sys.unraisablehook = report


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code is not run_with_limit.__code__:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
