"""Runs pip, whatever the user's own settings say, and tells what takes time."""

import ast
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from course_utils.command.environment import obstacles
from course_utils.command.environment.variables import SETTINGS, without

# What somebody needs to reach an index. All other settings are left out: what moves packages
# elsewhere (user, target, prefix, root), picks others (constraint, pre, no-deps) or refuses.
KEPT = {
    *("index-url", "extra-index-url", "find-links", "no-index", "keyring-provider"),
    *("proxy", "cert", "client-cert", "trusted-host", "use-feature"),
    *("timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir"),
}
SETTING = re.compile(r"^(global|install)\.([a-z-]+)=(.*)$", re.MULTILINE)
SECTIONS = ("global", "install")  # the later one wins
BIG_DOWNLOAD = re.compile(r"Downloading (\S+?)-(\d\S*?)-\S+ \((\d+(?:\.\d+)? (?:MB|GB))\)")

Runner = Callable[..., None]  # `run_logged`, its log given


def network_settings(listed: str) -> dict[str, str]:
    """Return what `pip config list` printed about reaching an index, as variables for pip.

    Example:
        >>> network_settings("global.user='true'\\nglobal.index-url='https://index.example'")
        {'PIP_INDEX_URL': 'https://index.example'}
    """
    found = sorted(SETTING.findall(listed), key=lambda setting: SECTIONS.index(setting[0]))
    return {
        _variable(name): str(ast.literal_eval(value)) for _, name, value in found if name in KEPT
    }


def pip_environment(python: Path) -> dict[str, str]:
    """Return the variables for a pip of `python` that heeds no setting but those of `KEPT`."""
    file = {name: os.environ[name] for name in ("PIP_CONFIG_FILE",) if name in os.environ}
    listed = subprocess.run(
        [str(python), "-m", "pip", "config", "list"],
        # Where PIP_USER is on, as a setting may have it, the user's own file alone is listed.
        env={**plain_environment(), **file, "PIP_USER": "0", "PIP_QUIET": "0"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    own = {name: os.environ[name] for name in map(_variable, KEPT) if name in os.environ}
    fixed = {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**plain_environment(), **network_settings(listed.stdout), **own, **fixed}


def plain_environment() -> dict[str, str]:
    """Return the variables without those that change what pip, Python or a package do."""
    fixed = {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "PYTHONSAFEPATH": "1"}
    return {**without("PIP_", *SETTINGS), **fixed}


def run_logged(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    keep: Sequence[int] = (),
) -> None:
    """Run `command`, add what it prints to the file `log`, and tell of large downloads.

    Args:
        command: A program and its arguments.
        log: A text file; added to.
        environment: The child's variables; else ours.
        keep: Numbers of files that the child holds open too, until it ends.

    Raises:
        UserError: The command failed; the message says why, and what to do next.
    """
    said = []
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        pass_fds=tuple(keep),
    )
    try:
        with log.open("a", encoding="utf-8") as file:
            for line in process.stdout or ():
                said.append(line)
                file.write(line)
                tell_progress(line)
        code = process.wait()
    finally:
        _end(process)
    if code:
        raise obstacles.explain("".join(said), "/".join(log.parts[-2:]))


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
    elif line.startswith("Installing collected packages:") and "," in line:
        say(f"  unpacking {line.count(',') + 1} packages")


def _variable(setting: str) -> str:
    return "PIP_" + setting.upper().replace("-", "_")


def _end(process: subprocess.Popen) -> None:
    """Leave no pip behind that would go on writing after an interruption."""
    if process.stdout:
        process.stdout.close()
    if process.poll() is None:
        process.terminate()
        process.wait()
