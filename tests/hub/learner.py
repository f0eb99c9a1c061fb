"""One simulated learner: starts a server, opens the lesson, runs its cells, as JupyterLab would."""

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest
from tornado.websocket import websocket_connect

from tests.hub.server import SERVER_SECONDS, Hub

CELL_SECONDS = 300
REQUEST_SECONDS = 120
LARGEST = 64_000_000  # bytes in one message from the kernel


@dataclass
class Visit:
    """What a learner met.

    Attributes:
        name: The learner.
        start: Seconds from the request until the server was ready.
        lesson: Seconds from opening the lesson until its last cell was done.
        cells: How many code cells were run.
        faults: Sentences; none if all went as it should.
    """

    name: str
    start: float = 0.0
    lesson: float = 0.0
    cells: int = 0
    faults: list[str] = field(default_factory=list)


def outcome(cell: dict, error: str) -> str:
    """Say what is wrong with how a cell ended; "" if nothing.

    Args:
        cell: As the contents API returns it.
        error: `NameError: …`, or "" where the cell raised nothing.

    Example:
        >>> outcome({"id": "first", "metadata": {}}, "NameError: name 'net' is not defined")
        "cell first: NameError: name 'net' is not defined"
    """
    expected = "raises-exception" in cell["metadata"].get("tags", [])
    if error and not expected:
        return f"cell {cell['id']}: {error}"
    if expected and not error:
        return f"cell {cell['id']}: the error that it teaches did not come"
    return ""


class Learner:
    """One learner of a class; what goes wrong is written down in `visit`, never raised."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.visit = hub, Visit(name)
        self.server: Server | None = None

    async def arrive(self) -> None:
        """Start a server and wait until it is ready."""
        with self._noting_faults():
            began = time.monotonic()
            self.server = await _server(self.hub, self.visit.name)
            self.visit.start = time.monotonic() - began

    async def study(self, path: str) -> None:
        """Open a lesson and run it to its last cell; the kernel stays."""
        if self.server:
            with self._noting_faults():
                began = time.monotonic()
                await _lesson(self.server, path, self.visit)
                self.visit.lesson = time.monotonic() - began

    @contextlib.contextmanager
    def _noting_faults(self) -> Iterator[None]:
        try:
            yield
        except (HTTPError, OSError, TimeoutError, RuntimeError) as error:
            self.visit.faults.append(f"{self.visit.name}: {type(error).__name__}: {error}")


@dataclass(frozen=True)
class Server:
    """A learner's server, and the token that opens it."""

    url: str
    token: str

    async def ask(self, path: str, method: str = "GET", content: object = None) -> dict:
        """Send one request; return what came, {} if it is no JSON."""
        reply = await AsyncHTTPClient().fetch(self.request(path, method, content))
        return json.loads(reply.body) if "json" in reply.headers.get("Content-Type", "") else {}

    def request(self, path: str, method: str = "GET", content: object = None) -> HTTPRequest:
        return HTTPRequest(
            self.url + path,
            method=method,
            body=None if method == "GET" else json.dumps(content or {}),
            headers={"Authorization": f"token {self.token}"},
            request_timeout=REQUEST_SECONDS,
        )


async def _server(hub: Hub, name: str) -> Server:
    """Start the learner's server, as the button of the hub does, and wait until it is ready."""
    api = Server(f"{hub.url}hub/api/", hub.token)
    await api.ask(f"users/{name}", "POST")
    token = await api.ask(f"users/{name}/tokens", "POST")
    await api.ask(f"users/{name}/server", "POST")
    deadline = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < deadline:
        state = (await api.ask(f"users/{name}"))["servers"].get("")
        if state and state["ready"]:
            return Server(f"{hub.url}user/{name}/", token["token"])
        if not state:
            raise RuntimeError(f"the server did not start. The hub's log ends:\n{hub.last_words()}")
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the server was not ready after {SERVER_SECONDS} s")


async def _lesson(server: Server, path: str, visit: Visit) -> None:
    """Open the lesson with a kernel of its own and run every code cell."""
    await server.ask(f"lab/tree/{quote(path)}")
    notebook = await server.ask(f"api/contents/{quote(path)}")
    wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    session = await server.ask("api/sessions", "POST", wanted)
    kernel = await Kernel.connected(server, session["kernel"]["id"])
    try:
        for cell in notebook["content"]["cells"]:
            if cell["cell_type"] == "code" and cell["source"].strip():
                error = await kernel.run("".join(cell["source"]))
                visit.cells += 1
                if fault := outcome(cell, error):
                    visit.faults.append(f"{visit.name}: {fault}")
    finally:
        kernel.socket.close()


class Kernel:
    """A connection to a kernel: JupyterLab's, without the drawing."""

    def __init__(self, socket, session: str) -> None:
        self.socket, self.session = socket, session

    @classmethod
    async def connected(cls, server: Server, kernel: str) -> "Kernel":
        """Connect, and wait until the kernel answers."""
        session = uuid.uuid4().hex
        request = server.request(f"api/kernels/{kernel}/channels?session_id={session}")
        request.url = request.url.replace("http://", "ws://", 1)
        socket = await websocket_connect(request, max_message_size=LARGEST)
        kernel = cls(socket, session)
        await kernel._ask("kernel_info_request", {})
        return kernel

    async def run(self, code: str) -> str:
        """Run one cell to its end; return its error, or ""."""
        return await self._ask(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": False,
            },
        )

    async def _ask(self, kind: str, content: dict) -> str:
        """Send a request; wait until it was answered and the kernel rests; return its error."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "session": self.session}
        header |= {"username": "", "version": "5.4", "date": ""}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
        await self.socket.write_message(json.dumps({**message, "content": content}))
        return await asyncio.wait_for(self._answer(number), CELL_SECONDS)

    async def _answer(self, number: str) -> str:
        error, waiting = "", {"reply", "rest"}
        while waiting:
            message = await self._next()
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind.endswith("_reply"):
                waiting.discard("reply")
            elif kind == "status" and content["execution_state"] == "idle":
                waiting.discard("rest")
        return error

    async def _next(self) -> dict:
        frame = await self.socket.read_message()
        if frame is None:
            raise RuntimeError("the connection to the kernel was closed: did it run out of memory?")
        return deserialize_binary_message(frame) if isinstance(frame, bytes) else json.loads(frame)
