"""Measure a class on a JupyterHub: seconds and memory for each learner. Run by hand.

    python3 -m course_utils test load -- --learners 1 5 20

For each number a real JupyterHub starts on this computer, with its proxy from npm; that many
learners start a server each and run all cells of the lesson at the same moment. The hub lets
everybody in and runs every server as you, on 127.0.0.1 only; nothing of it is left. For Linux.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import psutil
from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PROXY = "configurable-http-proxy@5.2.0"  # npm fetches it the first time, 9 MB
START_SECONDS, CELL_SECONDS, CLASS_SECONDS = 180, 300, 1200
SCOPES = ["admin:users", "admin:servers", "tokens", "access:servers"]
COLUMNS = "learners|server ready, s|lesson run, s|server, MB|kernel, MB|hub, MB|all together, GB"


class Hub:
    """A running JupyterHub: `url`, a `token` that may do all, the `mark` of its processes."""

    def __init__(self, folder: Path, names: list[str], lesson: Path):
        for name in names:
            (folder / "learners" / name / "notebooks").mkdir(parents=True)
            shutil.copy(lesson, folder / "learners" / name / "notebooks")
        self.folder, self.ports = folder, free_ports(3)
        self.url = f"http://{HOST}:{self.ports[0]}/"
        self.token, self.mark = secrets.token_hex(16), f"COURSE_HUB_{secrets.token_hex(8).upper()}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = self.folder / "hub.json"
        settings.write_text(json.dumps(self._settings()), encoding="utf-8")
        with (self.folder / "hub.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", f"--config={settings}"],
                cwd=self.folder,
                env=os.environ | {self.mark: "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for this script, which ends the hub in order
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                return urllib.request.urlopen(self.url + "hub/api", timeout=5).close()
            time.sleep(0.1)
        words = (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")[-1500:]
        raise SystemExit(f"JupyterHub did not start. Its log ends:\n{words}")

    def _settings(self) -> dict:
        return {
            "JupyterHub": {
                "bind_url": self.url,
                "hub_bind_url": f"http://{HOST}:{self.ports[1]}",
                "spawner_class": "simple",
                "authenticator_class": "dummy",
                "services": [{"name": "class", "api_token": self.token}],
                "load_roles": [{"name": "class", "services": ["class"], "scopes": SCOPES}],
            },
            "ConfigurableHTTPProxy": {
                "command": ["npx", "--yes", PROXY, f"--ip={HOST}"],
                "api_url": f"http://{HOST}:{self.ports[2]}",
            },
            "SimpleLocalProcessSpawner": {
                "home_dir_template": str(self.folder / "learners" / "{username}"),
                "cmd": [sys.executable, "-m", "jupyterhub.singleuser"],
                "args": ["--allow-root"] if os.geteuid() == 0 else [],
                "start_timeout": START_SECONDS,
                "http_timeout": START_SECONDS,
                "environment": {"PYTHONPATH": str(ROOT), self.mark: "1"},
            },
        }

    def processes(self) -> list[tuple[psutil.Process, dict[str, str]]]:
        """All that belongs to it, servers and kernels included, with their variables."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if self.mark in (variables := process.environ()):
                    found.append((process, variables))
        return found

    def end(self) -> None:
        for finish in (psutil.Process.terminate, psutil.Process.kill):
            processes = [process for process, _ in self.processes()]
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    finish(process)
            psutil.wait_procs(processes, timeout=10)
        self.process.wait()


@contextlib.contextmanager
def running_hub(names: list[str], lesson: Path):
    """A hub in which each of `names` has a copy of the lesson; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="course-hub-", ignore_cleanup_errors=True) as folder:
        hub = Hub(Path(folder), names, lesson)
        try:
            hub.start()
            yield hub
        finally:
            hub.end()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in opened]


async def ask(hub: Hub, *asked) -> dict:
    """Send one request; return what came, {} if it is no JSON."""
    reply = await AsyncHTTPClient().fetch(request(hub, *asked))
    return json.loads(reply.body) if "json" in reply.headers.get("Content-Type", "") else {}


def request(hub: Hub, path: str, method: str = "GET", content: object = None) -> HTTPRequest:
    body = None if method == "GET" else json.dumps(content or {})
    headers = {"Authorization": f"token {hub.token}"}
    return HTTPRequest(hub.url + path, method, headers, body, request_timeout=120)


async def start_server(hub: Hub, name: str) -> float:
    """Start a learner's server; return the seconds until it was ready."""
    began, user = time.monotonic(), f"hub/api/users/{name}"
    await ask(hub, user, "POST")
    await ask(hub, f"{user}/server", "POST")
    while time.monotonic() - began < START_SECONDS:
        state = (await ask(hub, user))["servers"].get("")
        if state and state["ready"]:
            return time.monotonic() - began
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the server of {name} was not ready after {START_SECONDS} s")


async def run_lesson(hub: Hub, name: str, path: str) -> tuple[float, list[str]]:
    """Run every code cell; return the seconds it took, and the cells that ended otherwise."""
    began, faults, home = time.monotonic(), [], f"user/{name}/"
    await ask(hub, f"{home}lab/tree/{quote(path)}")
    notebook = await ask(hub, f"{home}api/contents/{quote(path)}")
    wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = (await ask(hub, f"{home}api/sessions", "POST", wanted))["kernel"]["id"]
    channels = request(hub, f"{home}api/kernels/{kernel}/channels?session_id=load")
    channels.url = channels.url.replace("http://", "ws://", 1)
    channel = await websocket_connect(channels, max_message_size=64_000_000)
    for cell in notebook["content"]["cells"]:
        if cell["cell_type"] == "code" and cell["source"].strip():
            error = await asyncio.wait_for(run_cell(channel, cell["source"]), CELL_SECONDS)
            if bool(error) != ("raises-exception" in cell["metadata"].get("tags", [])):
                faults.append(f"{name}, cell {cell['id']}: {error or 'its error is gone'}")
    channel.close()
    return time.monotonic() - began, faults


async def run_cell(channel, code: str) -> str:
    """Run one cell to its end; return its error, or ""."""
    number = secrets.token_hex(16)
    header = {"msg_id": number, "msg_type": "execute_request", "session": "load", "username": ""}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
    message["content"] = {"code": code, "store_history": True, "stop_on_error": False}
    await channel.write_message(json.dumps(message))
    error, waiting = "", {"execute_reply", "idle"}
    while waiting:
        frame = await channel.read_message()
        if frame is None:
            raise RuntimeError("the connection to the kernel was closed: out of memory?")
        came = deserialize_binary_message(frame) if isinstance(frame, bytes) else json.loads(frame)
        if came["parent_header"].get("msg_id") == number:
            kind, said = came["header"]["msg_type"], came["content"]
            if kind == "error":
                error = f"{said['ename']}: {said['evalue']}"
            waiting -= {kind, said.get("execution_state", "")}
    return error


def memory(hub: Hub) -> dict[str, list[tuple[int, int]]]:
    """(RSS, PSS) in bytes of each server, each kernel and the hub. PSS shares what is shared."""
    found: dict[str, list[tuple[int, int]]] = {"server": [], "kernel": [], "hub": []}
    for process, variables in hub.processes():
        used = process.memory_full_info()
        kind = "kernel" if "ipykernel_launcher" in " ".join(process.cmdline()) else "server"
        kind = kind if "JUPYTERHUB_USER" in variables else "hub"
        found[kind].append((used.rss, used.pss))
    return found


async def hold_class(hub: Hub, names: list[str], path: str) -> tuple[str, list[str]]:
    """Let all learners work; return a line of the table, and what went wrong."""
    AsyncHTTPClient.configure(None, max_clients=4 * len(names))
    starts = await asyncio.gather(*(start_server(hub, name) for name in names))
    runs = await asyncio.gather(*(run_lesson(hub, name, path) for name in names))
    used = memory(hub)
    used["hub"] = [tuple(map(sum, zip(*used["hub"], strict=True)))]
    total = sum(pss for some in used.values() for _, pss in some)
    cells = [str(len(names)), spread(starts), spread([seconds for seconds, _ in runs])]
    cells += map(megabytes, used.values())
    faults = [fault for _, found in runs for fault in found]
    return f"| {' | '.join(cells)} | {total / 1e9:.1f} |", faults


def spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} ({max(seconds):.1f})"


def megabytes(sizes: list[tuple[int, int]]) -> str:
    return " / ".join(f"{statistics.median(some) / 1e6:.0f}" for some in zip(*sizes, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m course_utils test load --")
    parser.add_argument("--learners", type=int, nargs="+", default=[1])
    parser.add_argument("--lesson", default="01", help="the number of a lesson")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: in order
    [lesson] = (ROOT / "notebooks").glob(f"{options.lesson}_*.ipynb")
    print(f"{lesson.stem}, {os.cpu_count()} cores. Seconds: median (largest). MB: RSS / PSS.")
    print(f"| {COLUMNS.replace('|', ' | ')} |\n|{'---|' * 7}", flush=True)
    for count in options.learners:
        names = [f"learner-{number:02}" for number in range(1, count + 1)]
        with running_hub(names, lesson) as hub:
            work = hold_class(hub, names, f"notebooks/{lesson.name}")
            line, faults = asyncio.run(asyncio.wait_for(work, CLASS_SECONDS))
        print("\n".join([line, *faults]), flush=True)


if __name__ == "__main__":
    main()
