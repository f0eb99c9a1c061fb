"""One set-up at a time, even if the one before was killed."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

BUSY = "Another set-up is at work in this folder; waiting for it to end (Ctrl-C to leave)."


@contextmanager
def only_one(path: Path, say: Callable[[str], None] = print) -> Iterator[IO]:
    """Hold the lock file `path`; wait while another process holds it, and say so once.

    The system frees the lock when its holder ends, however it ends, so none is ever left over.

    Args:
        path: The lock file; made if need be, never deleted.
        say: Takes the one line that tells of the wait.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        if not _try(file):
            say(BUSY)
            while not _try(file):
                time.sleep(0.2)
        try:
            yield file
        finally:
            _free(file)


if os.name == "nt":
    import msvcrt

    def _try(file: IO) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _free(file: IO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try(file: IO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _free(file: IO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
