"""Opens JupyterLab on the working copy, and closes it again."""

import contextlib
import html
import json
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import webbrowser
from pathlib import Path

from course_utils.command.environment.variables import child_environment, private_folder
from course_utils.command.project import HERE, Project, read_json, replace_text

START_SECONDS = 120  # a first start, which compiles every module, on a slow disk
END_SECONDS = 20  # for its kernels, on a busy machine
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def open_lab(
    python: Path, lesson: str, port: int | None, browser: bool, project: Project = HERE
) -> int:
    """Run JupyterLab until it is closed or Ctrl-C is pressed; return the exit code.

    Args:
        python: The Python that has the packages.
        lesson: The notebook to open, a name in the working copy.
        port: Where to listen; else on a free port.
        browser: Whether to open one. The address is printed either way.
    """
    write_settings(project)
    # A token of ours, so that the address is known; not an argument, which everybody may read.
    environment = child_environment(python, project, JUPYTER_TOKEN=secrets.token_hex(16))
    child = subprocess.Popen(lab_command(python, port, project), env=environment)
    with contextlib.suppress(ValueError, AttributeError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        if server := _wait_for_server(child, project):
            print("JupyterLab runs until you press Ctrl-C in this window.")
            open_lesson(server, lesson, browser, project)
        elif child.poll() is None:
            print(f"JupyterLab does not answer after {START_SECONDS} seconds. Ctrl-C ends it.")
        code = child.wait()
    except KeyboardInterrupt:
        print("\nClosing JupyterLab …", flush=True)
        _wait_for_end(child)
        code = 0
    if code in (0, -signal.SIGTERM):
        folder = project.workspace.name
        print(f"JupyterLab is closed; your work is in the folder {folder}. See you soon!")
        return 0
    print(f"JupyterLab ended with code {code}; what it wrote above says why.")
    print("To see whether all is as it should be: python3 -m course_utils check")
    return 1


def lab_command(python: Path, port: int | None, project: Project = HERE) -> list[str]:
    """Return the command that starts JupyterLab with the settings of `lab_config.py`."""
    return [
        str(python),
        "-m",
        "jupyterlab",
        f"--config={Path(__file__).with_name('lab_config.py')}",
        f"--ServerApp.root_dir={project.workspace}",
        f"--ServerApp.port={port or _free_port()}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.allow_root={hasattr(os, 'geteuid') and os.geteuid() == 0}",  # their choice
    ]


def _free_port() -> int:
    """A free port, another one at nearly every call: a class on one machine may start at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def write_settings(project: Project = HERE) -> None:
    """Switch off JupyterLab's news, for which it asks at its first start."""
    folder = project.cache / "jupyter" / "config" / "labconfig"
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / "page_config.json", json.dumps(NO_NEWS))


def running_server(project: Project = HERE) -> dict | None:
    """Return what Jupyter records of a server on this working copy that answers, or None."""
    for file in sorted(private_folder(project).glob("jpserver-*.json")):
        server = read_json(file)
        if server.get("root_dir") == str(project.workspace) and _answers(server):
            return server
    return None


def open_lesson(server: dict, lesson: str, browser: bool, project: Project = HERE) -> None:
    """Print a lesson's address on a server, and open it in a browser where there is a screen."""
    address = f"{server['url']}lab/tree/{urllib.parse.quote(lesson)}?token={server['token']}"
    print(f"The address of {lesson}:\n    {address}", flush=True)
    if not browser or not _has_screen():
        return
    if "microsoft" not in platform.release().lower():  # a browser of Windows cannot read our files
        # Through a file, so that no list of processes shows the token.
        page = private_folder(project) / "open.html"
        target = html.escape(address)
        replace_text(page, f'<meta http-equiv="refresh" content="0; url={target}">\n')
        address = page.as_uri()
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _wait_for_server(child: subprocess.Popen, project: Project) -> dict | None:
    """Return the server once it answers; None if it ends before, or takes too long."""
    end = time.monotonic() + START_SECONDS
    while child.poll() is None and time.monotonic() < end:
        if server := running_server(project):
            return server
        time.sleep(0.1)
    return None


def _wait_for_end(child: subprocess.Popen) -> None:
    """Give the child, which got the Ctrl-C too, time to end its kernels; then insist."""
    for end in (lambda: None, child.terminate, child.kill):
        end()
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            child.wait(END_SECONDS)
            return


def _answers(server: dict) -> bool:
    """Tell whether this very server answers on its port, asked past any proxy."""
    request = urllib.request.Request(
        f"{server.get('url')}api/status", headers={"Authorization": f"token {server.get('token')}"}
    )
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    try:
        with ask(request, timeout=3) as reply:
            return reply.status == 200
    except (OSError, ValueError):
        return False


def _has_screen() -> bool:
    """Tell whether a browser with windows can open; one in the terminal would block it."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    return any(os.environ.get(name) for name in names)
