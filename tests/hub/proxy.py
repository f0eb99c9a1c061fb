"""The proxy in front of a JupyterHub, configurable-http-proxy: found, or fetched from npm."""

import shutil
import subprocess
from pathlib import Path

from course_utils.command.project import HERE
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble

VERSION = "5.2.0"
SECONDS = 180


def proxy_command(places: Places = HERE) -> list[str]:
    """Return the command that starts the proxy; the first time, fetch it (9 MB) into the cache.

    Raises:
        Trouble: Node.js or npm is missing, or npm could not fetch the proxy.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Trouble(
            "JupyterHub's proxy needs Node.js 20 or newer with npm, and there is none on PATH.\n"
            "Install it (Debian, Ubuntu: apt-get install nodejs npm); then type the same command "
            "again."
        )
    folder = places.cache / f"proxy-{VERSION}"
    script = folder / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
    if not script.exists():
        _fetch(npm, folder)
    return [node, str(script)]


def _fetch(npm: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    print("Fetching JupyterHub's proxy from npm, 9 MB, into the folder .cache.", flush=True)
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    command = [npm, "install", *options, f"configurable-http-proxy@{VERSION}"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        shutil.rmtree(folder, ignore_errors=True)
        raise Trouble(f"npm did not fetch the proxy within {SECONDS} s. Try again.") from None
    if run.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise Trouble(
            "npm could not fetch configurable-http-proxy; it said last:\n"
            f"{run.stderr.strip()[-500:]}\nCheck the network; then type the same command again."
        )
