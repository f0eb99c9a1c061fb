"""Keeps a process that runs a stranger's code within limits, and leaves nothing of it running.

What holds where:

- Linux: limits on time, memory and the size of files; every process that the code has started
  is ended with it, also one that left its session and its parent. Where the system allows it, the
  code runs in a process namespace of its own: it can then neither see nor signal any other.
- macOS: the same limits but memory's, and its own process group is ended; one that has left the
  group can outlive it.
- Windows: none of this. `course_utils.desk.rerun` ends the process when its time is up.

This keeps mistakes and bad jokes away from other submissions. It is no sandbox: the code can read,
write and delete whatever the user who runs it can, and can use the network.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

try:
    import resource
except ImportError:  # Windows
    resource = None

MEMORY = 2 * 2**30  # bytes beyond what the process has when the code begins
FILE = 16 * 2**20  # bytes of one file
PROCESSES = 64  # at once, where the namespace counts them

_SUBREAPER, _DEATH_SIGNAL = 36, 1  # of prctl(2)
_NEW_USER, _NEW_PROCESSES = 0x10000000, 0x20000000  # of unshare(2)


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent ends (Linux)."""
    if sys.platform == "linux":
        _libc().prctl(_SUBREAPER, 1, 0, 0, 0)


def start_apart(work: Callable[[], None], namespace: bool = True) -> int:
    """Run `work` in a forked process that leads a session of its own; return its number.

    Args:
        work: The process ends when it returns.
        namespace: Whether to try for a process namespace.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        if namespace and sys.platform == "linux" and _enter_namespace():
            _only_wait_for(os.fork())
        work()
    finally:
        os._exit(0)


def set_limits(seconds: float, memory: int = MEMORY) -> None:
    """Bound processor time, memory and file size of this process and of those it starts."""
    cpu = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


def end_all(leader: int) -> None:
    """End every descendant of this process, and the process group of `leader`."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    while _reap() and sys.platform == "linux":
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)
    if sys.platform != "linux":
        with contextlib.suppress(ChildProcessError):
            os.waitpid(leader, 0)


def end_marked(mark: str) -> None:
    """End every process whose environment bears a mark: what a killed parent has left (Linux)."""
    if sys.platform != "linux":
        return
    while marked := list(_marked(mark.encode())):
        for pid in marked:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)


def _enter_namespace() -> bool:
    """Have the next child be the first process of a new namespace; False if that is forbidden."""
    if os.getuid() == 0:
        return _libc().unshare(_NEW_PROCESSES) == 0
    if _libc().unshare(_NEW_USER | _NEW_PROCESSES) != 0:
        return False
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    return True


def _only_wait_for(first: int) -> None:
    """Go on as an ordinary process of the namespace; its first process and we only wait.

    The first process of a namespace ignores most signals, so it must not run the code itself;
    when it ends, the system ends all others.
    """
    if first:
        os.waitpid(first, 0)
        os._exit(0)
    _libc().prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    code = os.fork()
    if not code:
        return
    while os.waitpid(-1, 0)[0] != code:
        pass
    os._exit(0)


def _reap() -> bool:
    """Take leave of children that have ended; tell whether others are left."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    return False


def _descendants(top: int) -> Iterator[int]:
    parents = dict(_parents())
    for pid in parents:
        above, steps = parents.get(pid), 0
        while above and above != top and steps < len(parents):
            above, steps = parents.get(above), steps + 1
        if above == top:
            yield pid


def _parents() -> Iterator[tuple[int, int]]:
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            yield int(name), int(file.read().rpartition(b")")[2].split()[1])


def _marked(mark: bytes) -> Iterator[int]:
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as file:
            if mark in file.read() and int(name) != os.getpid():
                yield int(name)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
