"""What can keep a set-up from succeeding: looked at beforehand, or recognised in what pip says."""

import os
import platform
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from course_utils.command.project import UserError

ROOM = 2_000_000_000  # bytes: the environment, and the downloads on their way into it
DEEPEST = len(r"\.venv\Lib\site-packages") + 1 + 167  # a licence file in PyTorch's package
LONGEST = 259  # letters in a path, for Windows without long paths
AGAIN = "Then type the same command again."


class Cause(NamedTuple):
    """A reason for failures: how to recognise it, what it is, and what to do about it."""

    pattern: str
    what: str
    advice: str


FULL_DISK = Cause(
    r"No space left|Errno (28|122)\b|WinError 112\b|not enough space|Disk quota exceeded",
    "The disk is full: the course needs about 2 GB, also where temporary files go.",
    "Free some space.",
)
LONG_PATH = Cause(
    r"WinError 206\b|file ?name (or extension )?(is )?too long|Windows Long Path support",
    "The path of the course's folder is too long for Windows, which allows 260 letters in all.",
    "Move the course to a short path such as C:\\course, or switch on long paths in Windows.",
)
CAUSES = (  # the first that is found counts
    FULL_DISK,
    LONG_PATH,
    Cause(
        r"WinError (32|33|362|389|395)\b|used by another process|[Cc]loud file provider",
        "Another program holds files in the folder of the course.",
        "Close JupyterLab; if the folder is synchronised (OneDrive, Dropbox), pause that, or copy "
        "the course to a folder that is not.",
    ),
    Cause(
        r"(?i)certificate_?\s?verify_?\s?failed|SSLCertVerificationError|self.signed certificate",
        "The package index showed a certificate that this computer does not trust: a company's "
        "proxy or a virus scanner reads along, or the computer's clock is wrong.",
        "Ask those who look after the network for their certificate file, and set the variable "
        "PIP_CERT to its path; or use another network.",
    ),
    Cause(
        r"ProxyError|Tunnel connection failed|Cannot connect to proxy|\b407\b.*[Pp]roxy",
        "The proxy of this network did not let the download through.",
        "Check the variable HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT, or none without a proxy.",
    ),
    Cause(
        r"NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|SSLError|IncompleteRead"
        r"|Network is unreachable|name resolution|Connection (refused|reset|broken)",
        "The packages could not be downloaded: the package index did not answer.",
        "Check the network connection.",
    ),
    Cause(
        r"WinError (126|127|1114)\b|DLL load failed|vcruntime|msvcp140",
        "PyTorch does not start: Windows lacks the Microsoft Visual C++ Redistributable (x64).",
        "Install it (search microsoft.com for vc_redist.x64.exe).",
    ),
    Cause(
        r"failed to map segment from shared object",
        "The drive of the course does not let programs run from it (it is mounted noexec).",
        "Copy the course to your home folder.",
    ),
    Cause(
        r"(Errno (1|38|45|95)\b|Operation not (permitted|supported)).*lib64|WinError 1314\b",
        "The drive of the course cannot hold symbolic links (exFAT and network drives cannot).",
        "Copy the course to your home folder.",
    ),
    Cause(
        r"ensurepip is not available|No module named '?(ensurepip|venv)\b",
        "This Python cannot make environments: its module venv or ensurepip is missing.",
        "On Debian and Ubuntu: sudo apt install python3-venv.",
    ),
    Cause(
        r"Permission denied|Errno (13|30)\b|WinError 5\b|Access is denied|Read-only file system",
        "The system does not allow writing into the folder of the course.",
        "Close JupyterLab; if the folder is not yours, copy the course to one that is.",
    ),
    Cause(
        r"(No matching distribution found for|ERROR: Cannot install) (?P<named>[\w.-]+)",
        "The package index has no {named} that fits the course, this system and this Python.",
        "Update the course, or take the conda way: conda env create.",
    ),
)


def explain(said: str, details: str = "") -> UserError:
    """Say in one message why a set-up failed, from all that was printed on the way."""
    where = f" Details: {details}" if details else ""
    for cause in CAUSES:
        if found := re.search(cause.pattern, said):
            what = cause.what.format(**found.groupdict())
            return UserError(f"{what}\n{cause.advice} {AGAIN}{where}")
    return UserError(
        f"The packages could not be installed: {_last_error(said)}\n"
        "Type the same command again; if it fails again, take the conda way: conda env create."
        f"{where}"
    )


def check_path(root: Path) -> None:
    """Raise `UserError` where no Python can find modules in this folder."""
    if os.pathsep in str(root):
        raise UserError(
            f"The path of the course's folder contains “{os.pathsep}”, which separates paths for "
            f"Python.\nRename or move the folder. {AGAIN}"
        )


def check_system(root: Path) -> None:
    """Raise `UserError` where the packages cannot be installed at all."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise UserError(
            "PyTorch has no pip package for Macs with an Intel chip.\n"
            "Take the conda way: conda env create, conda activate nn-course, then the same "
            "command.\n(On a Mac with an Apple chip: this Python was made for Intel; install "
            "the one from python.org.)"
        )
    if sys.maxsize < 2**32:
        raise UserError(
            "This is a 32-bit Python, for which PyTorch has no package.\n"
            f"Install the 64-bit Python from python.org. {AGAIN}"
        )
    if os.name == "nt" and not long_paths_allowed():
        check_length(str(root))
    if shutil.disk_usage(root).free < ROOM:
        raise UserError(f"{FULL_DISK.what}\n{FULL_DISK.advice} {AGAIN}")


def check_length(root: str) -> None:
    """Raise `UserError` where paths below `root` would be longer than Windows allows."""
    most = LONGEST - DEEPEST
    if len(root) > most:
        raise UserError(
            f"{LONG_PATH.what}\n"
            f"It has {len(root)} letters; PyTorch's files leave room for {most}.\n"
            f"{LONG_PATH.advice} {AGAIN}"
        )


def long_paths_allowed() -> bool:
    """Tell whether this Windows was told to allow paths of more than 260 letters."""
    if sys.platform != "win32":
        return True
    import winreg

    key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
            return winreg.QueryValueEx(opened, "LongPathsEnabled")[0] == 1
    except OSError:
        return False


def _last_error(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason was given."])[-1]
