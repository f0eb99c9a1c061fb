"""What has to hold before a set-up begins, and what is said about it beforehand."""

import importlib.util
import platform
import shutil
import sys
import urllib.request
from pathlib import Path

from course_utils.desk.trouble import FullDisk, Trouble

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
ROOM = 2_000_000_000  # bytes: the environment, and the downloads on their way into it


def check_system() -> None:
    """Raise `Trouble` where the packages cannot be installed at all."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise Trouble(
            "PyTorch 2.13 has no pip package for Macs with an Intel chip.\n"
            "Take the conda way: conda env create, conda activate nn-course, then the same "
            "command.\n(On a Mac with an Apple chip: this Python was made for Intel; install "
            "the one from python.org.)"
        )
    if sys.maxsize < 2**32:
        raise Trouble(
            "This is a 32-bit Python, for which PyTorch has no package.\n"
            "Install the 64-bit Python from python.org, then type the same command again."
        )
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Trouble(
            "This Python cannot make environments: its modules venv or ensurepip are missing.\n"
            "On Debian and Ubuntu: sudo apt install python3-venv. Then type the same command again."
        )


def check_room(folder: Path) -> None:
    """Raise `FullDisk` where the disk that holds `folder` is plainly too small."""
    if shutil.disk_usage(folder).free < ROOM:
        raise FullDisk()


def announce(update: bool, small_torch: bool) -> None:
    """Say what will be done and how large the download is, before anything is done."""
    if update:
        print("The course asks for other packages than .venv holds; updating it.")
        return
    size = "about 0.4 GB"
    if sys.platform == "linux" and not small_torch:
        size += " (up to 3 GB if only PyTorch's build for graphics cards can be had)"
    print(
        "First set-up: Python packages go into the folder .venv of this course, nowhere else.\n"
        f"The download is {size} and takes some minutes.\n"
        "You may stop it with Ctrl-C and start again at any time. After it, the course needs no "
        "network."
    )


def small_torch_offered(url: str = CPU_INDEX + "/torch/", seconds: float = 4) -> bool:
    """Tell whether PyTorch's index of CPU builds, which are 2 GB smaller, answers in time.

    Only Linux is asked: elsewhere the usual index holds the CPU build.
    """
    if sys.platform != "linux":
        return False
    try:
        with urllib.request.urlopen(url, timeout=seconds) as reply:
            return reply.status == 200
    except (OSError, ValueError):
        return False
