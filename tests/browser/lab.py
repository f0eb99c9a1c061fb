"""Real JupyterLab in a real Chromium: serve a folder, open a notebook, run it, look at it.

For authors: pictures of whole notebooks, in pieces that a person can look at.

    python tests/browser/lab.py shots notebooks/01_define.ipynb --out screenshots --theme both

Chromium is the system's (or the one that the variable CHROMIUM names); nothing is downloaded.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this computer
]
START_SECONDS = 90
RUN_SECONDS = 300
WAIT = 15_000  # milliseconds for anything that should come at once
PIECE_HEIGHT = 1400


@dataclass(frozen=True)
class Server:
    """A running JupyterLab and the folder it serves."""

    url: str
    token: str
    folder: Path


def find_chromium() -> str | None:
    """Return the path of Chromium: CHROMIUM if it is set, else the first one on PATH."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else CHROMIUM_NAMES
    return next((path for name in names if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Say what has to be installed before a browser can be used; None if nothing."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed: python -m pip install playwright"
    if find_chromium() is None and (named := os.environ.get("CHROMIUM")):
        return f"CHROMIUM is set to {named!r}, and no program is there: correct or unset it"
    if find_chromium() is None:
        return (
            f"no Chromium: none of {', '.join(CHROMIUM_NAMES)} is on PATH. Install one "
            "(Debian, Ubuntu: apt-get install chromium) or set CHROMIUM to its path"
        )
    return None


# ------------------------------------------------------------------------------ JupyterLab


@contextlib.contextmanager
def serve(folder: Path, theme: str = "light") -> Iterator[Server]:
    """Serve `folder` in JupyterLab on a free local port, with a configuration of its own."""
    with tempfile.TemporaryDirectory(prefix="course-lab-", ignore_cleanup_errors=True) as temporary:
        home = Path(temporary)
        _write_settings(home / "settings", theme)
        server = Server(f"http://127.0.0.1:{_free_port()}", secrets.token_hex(16), Path(folder))
        log = home / "lab.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                _command(server),
                env=_environment(home, server.token),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_it_answers(server, process, log)
            yield server
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _write_settings(root: Path, theme: str) -> None:
    settings = {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "apputils-extension/themes": {"theme": THEMES[theme]},
        "notebook-extension/tracker": {"windowingMode": "none", "autoStartDefaultKernel": True},
        "docmanager-extension/plugin": {"autosave": False},
    }
    for plugin, values in settings.items():
        path = root / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


def _command(server: Server) -> list[str]:
    port = server.url.rsplit(":", 1)[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={server.folder}",
        "--LabApp.expose_app_in_browser=True",  # window.jupyterapp, which the functions below use
        "--LabApp.extension_manager=readonly",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _environment(home: Path, token: str) -> dict[str, str]:
    """Return our environment with private Jupyter folders, and `course_utils` importable."""
    search = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_TOKEN": token,
        "PYTHONPATH": os.pathsep.join(filter(None, search)),
    }


def _wait_until_it_answers(server: Server, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            address = f"{server.url}/api/status?token={server.token}"
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
            return
        time.sleep(0.1)
    tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise RuntimeError(f"JupyterLab did not start within {START_SECONDS} s. Its log ends:\n{tail}")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()  # JupyterLab then stops its kernels too
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def fresh_copy(notebook: Path, folder: Path) -> str:
    """Copy a notebook under a new name: the same path again would get its running kernel."""
    target = Path(folder) / f"{Path(notebook).stem}-{secrets.token_hex(4)}.ipynb"
    shutil.copyfile(notebook, target)
    return target.name


# -------------------------------------------------------------------------------- Chromium


@contextlib.contextmanager
def browser():
    """Start Chromium without a window."""
    if reason := missing():
        raise RuntimeError(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), headless=True, args=CHROMIUM_FLAGS
        )
        try:
            yield chromium
        finally:
            chromium.close()


@contextlib.contextmanager
def new_page(chromium, width: int = 1280, height: int = 1000):
    """Open a page in a fresh profile.

    `page.problems` collects what the browser's console calls an error and exceptions nobody
    caught; `page.outside` the addresses requested that are not on this computer (none answers).
    """
    context = chromium.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.problems, page.outside = [], []
    page.on("console", lambda message: _note_console(page, message))
    page.on("pageerror", lambda error: page.problems.append(f"uncaught: {error}"))
    page.on("request", lambda request: _note_outside(page, request.url))
    page.on("websocket", lambda socket: _note_outside(page, socket.url))
    try:
        yield page
    finally:
        context.close()


def _note_console(page, message) -> None:
    if message.type == "error":
        page.problems.append(f"{message.text} ({message.location.get('url', '')})")


def _note_outside(page, url: str) -> None:
    address = urllib.parse.urlsplit(url)
    if address.scheme not in ("data", "blob", "about") and address.hostname != "127.0.0.1":
        page.outside.append(url)


def open_notebook(page, server: Server, name: str) -> None:
    """Open a notebook and wait for its kernel.

    The indicator reads "idle" before there is a kernel, and running then asks for one in a
    dialog; `sessionContext.ready` is the fact to wait for.
    """
    address = f"{server.url}/doc/tree/{urllib.parse.quote(name)}?token={server.token}&reset"
    page.goto(address, timeout=60_000)
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
    page.evaluate(
        """async () => {
            const panel = window.jupyterapp.shell.currentWidget;
            await panel.context.ready;
            await panel.revealed;
            await panel.sessionContext.ready;
            await panel.sessionContext.session.kernel.info;
        }"""
    )


def run_all(page) -> list[dict]:
    """Run every cell, wait until all outputs stand, return the cells with their outputs."""
    page.evaluate(
        """seconds => Promise.race([
            window.jupyterapp.commands.execute('notebook:run-all-cells').then(() =>
                // That was the first error, where one teaches; the cells after it are queued, and
                // so is this request.
                window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
                    .requestExecute({code: '', silent: true}).done),
            new Promise((_, stop) => setTimeout(
                () => stop(new Error(`The cells still run after ${seconds} s`)), 1000 * seconds)),
        ])""",
        RUN_SECONDS,
    )
    settle(page)
    return cells(page)


def cells(page) -> list[dict]:
    """Return the notebook's cells as they would be saved now."""
    return page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells")


def settle(page) -> None:
    """Wait until widgets are drawn, pictures loaded and formulas set."""
    page.wait_for_function(
        """() => {
            const panel = document.querySelector('.jp-NotebookPanel');
            const pictures = [...panel.querySelectorAll('img')];
            const size = panel.querySelectorAll('*').length;
            const still = window.courseSize === size;
            window.courseSize = size;
            return still
                && !panel.innerText.includes('Loading widget...')
                && pictures.every(picture => picture.complete);
        }""",
        polling=150,
        timeout=60_000,
    )


def errors_in(cells: list[dict]) -> list[str]:
    """List the errors in the outputs, those of cells tagged `raises-exception` excepted."""
    return [
        f"cell {cell['id']}: {output['ename']}: {output['evalue']}"
        for cell in cells
        if "raises-exception" not in cell["metadata"].get("tags", [])
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]


def set_theme(page, theme: str) -> None:
    """Change to the light or the dark theme and wait until it is there."""
    page.evaluate(
        "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
        THEMES[theme],
    )
    page.wait_for_function(
        "name => document.body.dataset.jpThemeName === name", arg=THEMES[theme], timeout=30_000
    )
    settle(page)


# ----------------------------------------------------------------------- pictures for authors


def shots(page, stem: str, out: Path) -> list[Path]:
    """Write pictures of the whole open notebook, from its top to its end."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (top, bottom) in enumerate(pieces(*_cell_positions(page)), start=1):
        path = out / f"{stem}_{number:02}.png"
        page.screenshot(path=path, clip=_scroll_to(page, top, bottom), animations="disabled")
        written.append(path)
    return written


def pieces(tops: list[float], end: float, limit: float = PIECE_HEIGHT) -> list[tuple]:
    """Cut the height `end` into pieces of at most `limit`, between cells wherever possible."""
    cuts = [0.0]
    while cuts[-1] < end:
        start = cuts[-1]
        possible = [top for top in [*tops, end] if start < top <= start + limit]
        cuts.append(max(possible, default=start + limit))
    return list(itertools.pairwise(cuts))


def _cell_positions(page) -> tuple[list[float], float]:
    """Return the upper edge of every cell and the lower edge of the last one."""
    return page.evaluate(
        """() => {
            const panel = document.querySelector('.jp-NotebookPanel-notebook');
            const view = panel.querySelector('.jp-WindowedPanel-outer') ?? panel;
            const zero = view.getBoundingClientRect().top - view.scrollTop;
            const edges = [...panel.querySelectorAll('.jp-Cell')]
                .map(cell => cell.getBoundingClientRect());
            return [edges.map(e => e.top - zero), edges.at(-1).bottom - zero + 8];
        }"""
    )


def _scroll_to(page, top: float, bottom: float) -> dict:
    """Scroll the notebook so that `top` to `bottom` can be seen; return where that is."""
    return page.evaluate(
        """async ([top, bottom]) => {
            const panel = document.querySelector('.jp-NotebookPanel-notebook');
            const view = panel.querySelector('.jp-WindowedPanel-outer') ?? panel;
            view.scrollTop = top;
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            const box = view.getBoundingClientRect();
            return {x: box.left, y: box.top + top - view.scrollTop,
                    width: view.clientWidth, height: Math.max(1, bottom - top)};
        }""",
        [top, bottom],
    )


def take_shots(notebooks: list[Path], out: Path, themes: list[str]) -> bool:
    """Open and run each notebook, write its pictures; return whether all ran without errors."""
    clean = True
    with (
        tempfile.TemporaryDirectory(prefix="course-shots-") as folder,
        serve(Path(folder), themes[0]) as server,
        browser() as chromium,
    ):
        for notebook in notebooks:
            with new_page(chromium, width=1100, height=PIECE_HEIGHT + 200) as page:
                open_notebook(page, server, fresh_copy(notebook, server.folder))
                faults = errors_in(run_all(page))
                for theme in themes:
                    set_theme(page, theme)
                    for path in shots(page, f"{notebook.stem}_{theme}", out):
                        print(path)
                faults += page.problems + [f"request left this computer: {u}" for u in page.outside]
                for fault in faults:
                    print(f"{notebook.name}: {fault}", file=sys.stderr)
                clean = clean and not faults
    return clean


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Pictures of notebooks in real JupyterLab.")
    commands = parser.add_subparsers(dest="command", required=True)
    shots_parser = commands.add_parser("shots", help="run notebooks and write their pictures")
    shots_parser.add_argument("notebooks", nargs="+", type=Path)
    shots_parser.add_argument("--out", type=Path, default=Path("screenshots"))
    shots_parser.add_argument("--theme", choices=[*THEMES, "both"], default="light")
    options = parser.parse_args(arguments)
    if reason := missing():
        parser.error(reason)
    themes = list(THEMES) if options.theme == "both" else [options.theme]
    return 0 if take_shots(options.notebooks, options.out, themes) else 1


if __name__ == "__main__":
    sys.exit(main())
