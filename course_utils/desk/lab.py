"""Opens JupyterLab on the working copy, and closes it again."""

import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from course_utils.desk.files import replace_text
from course_utils.desk.places import HERE, Places, child_environment
from course_utils.desk.trouble import Trouble

PORTS = range(8888, 8988)  # tried in turn where none is asked for
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def open_lab(python: Path, lesson: str, port: int, browser: bool, places: Places = HERE) -> int:
    """Run JupyterLab until it is closed or Ctrl-C is pressed; return the exit code.

    Args:
        python: The Python that has the packages.
        lesson: The notebook to open, a name in the working copy.
        port: Where to listen; see `free_port`.
        browser: Whether to open one. The address is printed either way.
        places: The checkout.
    """
    print(f"JupyterLab opens {lesson}. It runs until you press Ctrl-C in this window.", flush=True)
    return run_until_stopped(lab_command(python, lesson, port, browser, places), places)


def lab_command(
    python: Path, lesson: str, port: int, browser: bool, places: Places = HERE
) -> list[str]:
    """Return the command that starts JupyterLab: quiet, on one port, and stopped by one Ctrl-C."""
    return [
        str(python),
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={places.workspace}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.open_browser={browser}",
        "--ServerApp.answer_yes=True",
        f"--ServerApp.allow_root={_is_root()}",  # as in a container; it is their choice
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        f"--LabApp.default_url=/lab/tree/{lesson}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def free_port(asked: int | None, ports: Sequence[int] = PORTS) -> int:
    """Return the port to use: the one asked for, or the first that can be opened.

    Raises:
        Trouble: The port is taken, or may not be opened; the message says what to do.
    """
    if asked is None:
        for port in ports:
            if not _refusal(port):
                return port
        raise Trouble(
            f"No port from {ports[0]} to {ports[-1]} can be opened.\n"
            "Close other programs such as JupyterLab, or name a port: start --port 9999"
        )
    if not 1 <= asked <= 65535:
        raise Trouble(f"A port is a number from 1 to 65535, not {asked}. Try: start --port 8899")
    if why := _refusal(asked):
        raise Trouble(
            f"Port {asked} cannot be opened: {why}.\n"
            "Close the program that uses it, or take another: start --port 8899\n"
            "Without --port, the first free one is taken."
        )
    return asked


def run_until_stopped(command: Sequence[str], places: Places = HERE) -> int:
    """Run a child in the foreground; Ctrl-C, or the end of this process, ends it kindly."""
    configuration = lab_configuration(places)
    paths = [str(configuration), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    found = os.pathsep.join(path for path in paths if path)
    environment = child_environment(places.root, JUPYTER_CONFIG_PATH=found)
    child = subprocess.Popen(command, env=environment)
    with contextlib.suppress(ValueError, AttributeError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        code = child.wait()
    except KeyboardInterrupt:
        print("\nClosing JupyterLab …", flush=True)
        _wait_for_end(child)
        code = 0
    if code in (0, -signal.SIGTERM):
        print("JupyterLab is closed; your work is in the folder workspace. See you soon!")
        return 0
    print(f"JupyterLab ended with code {code}; what it wrote above says why.")
    print("To see whether all packages are as they should be: python3 -m course_utils check")
    return 1


def lab_configuration(places: Places = HERE) -> Path:
    """Write the setting that keeps JupyterLab from asking about news; return its folder."""
    folder = places.cache / "jupyter"
    (folder / "labconfig").mkdir(parents=True, exist_ok=True)
    replace_text(folder / "labconfig" / "page_config.json", json.dumps(NO_NEWS))
    return folder


def _wait_for_end(child: subprocess.Popen) -> None:
    """Give the child, which got the Ctrl-C too, some seconds; then insist."""
    for end in (lambda: None, child.terminate, child.kill):
        end()
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            child.wait(5)
            return


def _refusal(port: int) -> str:
    """Say why a port cannot be opened on this machine, or "" if it can."""
    with socket.socket() as trial:
        if os.name != "nt":  # there it would allow what is taken; here, one closed a moment ago
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except PermissionError:
            return "this system keeps it for itself"
        except OSError:
            return "another program uses it"
    return ""


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
