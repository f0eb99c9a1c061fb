"""Times two functions by turns, so that a busy moment of the machine meets both."""

import statistics
import time
from collections.abc import Callable


def ratio(ours: Callable[[], object], theirs: Callable[[], object], turns: int = 60) -> float:
    """Median time of `ours` over median time of `theirs`; one warm-up turn is not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns + 1):
        for function, measured in zip((ours, theirs), times, strict=True):
            began = time.perf_counter()
            function()
            measured.append(time.perf_counter() - began)
    first, second = (statistics.median(measured[1:]) for measured in times)
    return first / second
