"""A real JupyterHub on this computer, for as long as a class lasts.

Whoever gives a name is let in, and every server runs as the user who started this: a hub to
measure with, never one to teach on. It listens on 127.0.0.1 only, and nothing of it remains.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from course_utils.command.project import HERE
from course_utils.command.project import UserError as Trouble
from tests.hub.memory import marked
from tests.hub.proxy import proxy_command

START_SECONDS = 90
SERVER_SECONDS = 180  # for a learner's server to start, when twenty start at once
SCOPES = ["admin:users", "admin:servers", "tokens", "access:servers"]
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Hub:
    """A running JupyterHub.

    Attributes:
        url: Where it answers, `/` at the end.
        token: Lets its holder add learners and start their servers.
        mark: The variable that all its processes carry.
        log: What it wrote.
    """

    url: str
    token: str
    mark: str
    log: Path

    def last_words(self, length: int = 1500) -> str:
        """Return the end of the log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-length:]


@contextlib.contextmanager
def running_hub(names: Sequence[str], lesson: Path) -> Iterator[Hub]:
    """Run a hub in which each of `names` has a copy of the lesson; end all of it afterwards.

    Raises:
        Trouble: The proxy is missing, or the hub did not start.
    """
    proxy = proxy_command()
    mark = f"COURSE_HUB_{secrets.token_hex(8).upper()}"
    with tempfile.TemporaryDirectory(prefix="course-hub-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        for name in names:
            (folder / "learners" / name / "notebooks").mkdir(parents=True)
            shutil.copy(lesson, folder / "learners" / name / "notebooks")
        ports = free_ports(3)
        hub = Hub(f"http://{HOST}:{ports[0]}/", secrets.token_hex(16), mark, folder / "hub.log")
        settings = configuration(folder, ports, hub, proxy)
        (folder / "hub.json").write_text(json.dumps(settings), encoding="utf-8")
        process = _started(folder, hub)
        try:
            _wait_until_it_answers(hub, process)
            yield hub
        finally:
            end_all(mark)
            process.wait()


def configuration(folder: Path, ports: Sequence[int], hub: Hub, proxy: Sequence[str]) -> dict:
    """Return the settings of the hub: everything under `folder`, everything on loopback."""
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {
        "JupyterHub": {
            "bind_url": hub.url,
            "hub_bind_url": f"http://{HOST}:{ports[1]}",
            "spawner_class": "simple",
            "authenticator_class": "dummy",
            "db_url": f"sqlite:///{folder / 'hub.sqlite'}",
            "cookie_secret_file": str(folder / "cookie_secret"),
            "services": [{"name": "class", "api_token": hub.token}],
            "load_roles": [{"name": "class", "services": ["class"], "scopes": SCOPES}],
        },
        "ConfigurableHTTPProxy": {
            "command": [*proxy, f"--ip={HOST}"],
            "api_url": f"http://{HOST}:{ports[2]}",
            "pid_file": str(folder / "proxy.pid"),
        },
        "SimpleLocalProcessSpawner": {
            "home_dir_template": str(folder / "learners" / "{username}"),
            "cmd": [sys.executable, "-m", "jupyterhub.singleuser"],
            "args": root,
            "ip": HOST,
            "start_timeout": SERVER_SECONDS,
            "http_timeout": SERVER_SECONDS,
            "environment": {"PYTHONPATH": str(HERE.root), hub.mark: "1"},
        },
    }


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]


def end_all(mark: str) -> None:
    """End every process that carries the mark: the hub's kindly, what is then left with force."""
    hubs = [process for process, _ in marked(mark) if _is_hub(process)]
    _end(hubs, psutil.Process.terminate, 20)  # the hub ends its servers and its proxy
    for end in (psutil.Process.terminate, psutil.Process.kill, psutil.Process.kill):
        _end([process for process, _ in marked(mark)], end, 5)


def _is_hub(process: psutil.Process) -> bool:
    try:
        return "jupyterhub" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _end(processes: Sequence[psutil.Process], end, seconds: float) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            end(process)
    psutil.wait_procs(processes, timeout=seconds)


def _started(folder: Path, hub: Hub) -> subprocess.Popen:
    with hub.log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", f"--config={folder / 'hub.json'}"],
            cwd=folder,
            env=os.environ | {hub.mark: "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C is for us: we end the hub, in order
        )


def _wait_until_it_answers(hub: Hub, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(hub.url + "hub/api", timeout=5):
            return
        time.sleep(0.1)
    raise Trouble(
        f"JupyterHub did not start within {START_SECONDS} s. Its log ends:\n{hub.last_words()}"
    )
