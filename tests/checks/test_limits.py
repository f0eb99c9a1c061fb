"""An answer that does not end is ended; a slow machine and an import are not held against it."""

import re
import signal
import sys
import threading
import time

import pytest
import torch

from course_utils.checks import limits
from course_utils.checks.exercise import exercise
from course_utils.checks.feedback import CORRECT, STOPPED
from tests.support.exercises import calling

posix = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer signal")


def _loop(x):
    while True:
        pass


def _prints(x):
    while True:
        print("again")


def _loops_in_torch(x):
    while True:
        x = (x + 1).relu()


def _swallows(x):
    try:
        _loop(x)
    except:  # noqa: E722
        _loop(x)


class _Busy:
    def __del__(self):
        until = time.perf_counter() + 0.3
        while time.perf_counter() < until:
            pass


def _meets_the_alarm_where_python_drops_it(x):
    _Busy()
    _loop(x)


@posix
@pytest.mark.parametrize(
    "work",
    [_loop, _prints, _loops_in_torch, _swallows, _meets_the_alarm_where_python_drops_it],
)
def test_an_endless_answer_ends_in_a_verdict_that_names_its_line(work, capfd):
    began = time.perf_counter()
    feedback = calling(torch.ones(3), seconds=0.2).check(work)
    assert time.perf_counter() - began < 3
    assert (feedback.status, feedback.code) == (STOPPED, "TooLong")
    assert re.match(r"Line \d+, `.*`. Still running after 0.2 seconds", feedback.message)
    assert capfd.readouterr() == ("", "")


@posix
def test_a_verdict_is_given_even_if_the_exception_cannot_be_read():
    class Endless(Exception):
        def __str__(self):
            _loop(self)

    def work(x):
        raise Endless

    assert calling(1, seconds=0.2).check(work).status == STOPPED


@posix
def test_no_alarm_is_left_behind():
    before = signal.getsignal(signal.SIGALRM)
    hook = sys.unraisablehook
    calling(1, seconds=0.1).check(_loop)
    assert sys.unraisablehook is hook
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_in_another_thread_a_check_works_without_the_alarm():
    found = []
    thread = threading.Thread(target=lambda: found.append(calling(1).check(lambda x: x)))
    thread.start()
    thread.join()
    assert found[0].status == CORRECT


@pytest.mark.parametrize("module", [None, object()], ids=["no signals", "signals without a timer"])
def test_without_a_timer_an_answer_runs_without_a_limit(monkeypatch, module):
    monkeypatch.setattr(limits, "signal", module)
    assert calling(1, seconds=1e-6).check(lambda x: time.sleep(0.01) or x)


SLOW = "import time\n\ndef work(x):\n    time.sleep(0.1)\n    return x"


@posix
def test_on_a_slow_machine_an_answer_has_as_much_more_time_as_the_solution_needs():
    @exercise("def work(x): ...", (), SLOW, "", seconds=0.05, walks=1)
    def slow(work):
        work(1)
        return "It came back."

    assert slow.check(lambda x: time.sleep(0.5))
    told = slow.check(_loop)
    seconds = float(re.search(r"Still running after ([\d.]+) seconds", told.message)[1])
    assert 2 <= seconds < 4


@posix
def test_an_import_is_not_interrupted_and_does_not_count(tmp_path, monkeypatch):
    (tmp_path / "loads_slowly.py").write_text("import time\ntime.sleep(0.3)\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def work(x):
        import loads_slowly

        time.sleep(0.1)
        return loads_slowly

    assert calling(1, seconds=0.2).check(work)
    del sys.modules["loads_slowly"]
