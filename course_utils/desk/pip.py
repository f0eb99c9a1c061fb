"""Runs pip, and turns what it says into one message."""

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from course_utils.desk.trouble import FullDisk, NoNetwork, Trouble

# What pip prints -> what to tell the learner. The first that is found counts.
FULL_DISK = re.compile(r"No space left on device|Errno 28|Errno 122|WinError 112|not enough space")
NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|ProxyError|SSLError"
    r"|Network is unreachable|Temporary failure in name resolution|Connection (refused|reset)"
)
NO_VERSION = re.compile(r"No matching distribution found for (\S+)")
NOT_ALLOWED = re.compile(r"Permission denied|Errno 13|WinError 5\b|Access is denied")
CHANGES_BEGIN = "Installing collected packages:"  # until it says so, pip changed nothing
BIG_DOWNLOAD = re.compile(r"Downloading (\S+?)-(\d\S*?)-\S+ \((\d+(?:\.\d+)? (?:MB|GB))\)")

Runner = Callable[[Sequence[str], Path], None]


def run_logged(command: Sequence[str], log: Path, keep: Sequence[int] = ()) -> None:
    """Run `command`, add what it prints to the file `log`, and tell of large downloads.

    Args:
        command: A program and its arguments.
        log: A text file; added to.
        keep: File numbers that the child inherits: the lock, which it then holds to its end.

    Raises:
        Trouble: The command failed; the message says why, and what to do next.
    """
    said = []
    with log.open("a", encoding="utf-8") as file:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=tuple(keep),
        )
        try:
            for line in process.stdout:
                said.append(line)
                file.write(line)
                tell_progress(line)
            code = process.wait()
        finally:
            _end(process)
    if code:
        raise failure("".join(said), log)


def tell_progress(line: str, say: Callable[[str], None] = print) -> None:
    """Pass on a download of 10 MB or more, and the start of unpacking; keep quiet on the rest.

    Example:
        >>> tell_progress("  Downloading torch-2.13.0+cpu-cp311-cp311-linux.whl (189.3 MB)")
          downloading torch 2.13.0+cpu (189.3 MB)
    """
    if found := BIG_DOWNLOAD.search(line):
        name, version, size = found.groups()
        if size.endswith("GB") or float(size.split()[0]) >= 10:
            say(f"  downloading {name} {version} ({size})")
    elif line.startswith(CHANGES_BEGIN) and "," in line:
        say(f"  unpacking {line.count(',') + 1} packages")


def failure(said: str, log: Path) -> Trouble:
    """Say in one message why pip failed, from all that it printed."""
    details = f"Details: {'/'.join(log.parts[-2:])}"
    if FULL_DISK.search(said):
        return FullDisk()
    if NO_NETWORK.search(said):
        return NoNetwork(
            "The packages could not be downloaded: the package index did not answer.\n"
            "Check the network connection (and the proxy, if you need one), then type the same "
            f"command again. {details}"
        )
    if NOT_ALLOWED.search(said):
        return Trouble(
            "The packages could not be written: the system does not allow it.\n"
            "Check that this folder is yours and that JupyterLab is closed, then type the same "
            f"command again. {details}"
        )
    if found := NO_VERSION.search(said):
        return Trouble(
            f"The package index has no {found[1]} for this system and this Python.\n"
            "Update the course (git pull) and type the same command again, or take the conda way: "
            f"conda env create. {details}"
        )
    return Trouble(
        f"The packages could not be installed: {_last_error(said)}\n"
        "Type the same command again; if it fails again, take the conda way: conda env create. "
        f"{details}"
    )


def _last_error(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason was given."])[-1]


def _end(process: subprocess.Popen) -> None:
    """Leave no pip behind that would go on writing after an interruption."""
    process.stdout.close()
    if process.poll() is None:
        process.terminate()
        process.wait()
