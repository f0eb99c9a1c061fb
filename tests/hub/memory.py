"""How much memory the processes of a class take, read from Linux's own account of them.

RSS counts a page that processes share (torch's libraries, above all) once for each of them; PSS
gives each its share of it, so that the PSS of all processes adds up to what the machine gave.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psutil

KERNEL = "ipykernel_launcher"  # in the command of a kernel
LEARNER = "JUPYTERHUB_USER"  # the variable by which a server and its kernels know their learner


@dataclass(frozen=True)
class Memory:
    """What a process, or several together, take, in bytes."""

    rss: int = 0
    pss: int = 0

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, self.pss + other.pss)


@dataclass(frozen=True)
class Desk:
    """What one learner takes: the single-user server and the kernels it started."""

    server: Memory = Memory()
    kernel: Memory = Memory()


def parse_rollup(text: str) -> Memory:
    """Read the text of /proc/PID/smaps_rollup, in which sizes are in kB of 1,024 bytes."""
    fields = {name: rest.split() for name, _, rest in (x.partition(":") for x in text.splitlines())}
    try:
        sizes = [int(fields[name][0]) for name in ("Rss", "Pss")]
    except (KeyError, IndexError, ValueError):
        raise ValueError(
            f"expected lines such as 'Rss: 512 kB' and 'Pss: 256 kB', got {text[:60]!r}"
        ) from None
    return Memory(*(1024 * size for size in sizes))


def memory_of(process: psutil.Process) -> Memory:
    """Return what one process takes now."""
    return parse_rollup(Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8"))


def marked(mark: str) -> list[tuple[psutil.Process, dict[str, str]]]:
    """List the processes that carry the variable `mark`, each with its variables."""
    found = []
    for process in psutil.process_iter():
        try:
            variables = process.environ()
        except (psutil.Error, OSError):  # ended just now, or of another user
            continue
        if mark in variables:
            found.append((process, variables))
    return found


def desks(mark: str) -> dict[str, Desk]:
    """Return what each learner of the class takes, by name."""
    found: dict[str, dict[str, Memory]] = defaultdict(dict)
    for process, variables in marked(mark):
        if name := variables.get(LEARNER):
            kind = "kernel" if KERNEL in " ".join(process.cmdline()) else "server"
            found[name][kind] = found[name].get(kind, Memory()) + memory_of(process)
    return {name: Desk(**kinds) for name, kinds in found.items()}


def hub_memory(mark: str) -> Memory:
    """Return what is there once for the whole class: the hub and its proxy."""
    shared = [process for process, variables in marked(mark) if LEARNER not in variables]
    return sum(map(memory_of, shared), Memory())
