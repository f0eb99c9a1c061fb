"""The course's JupyterLab in a real Chromium: serve, open a notebook, run it.

Chromium is the system's (or the one that the variable CHROMIUM names); nothing is downloaded.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_utils.command.environment.variables import child_environment
from course_utils.command.learner.jupyterlab import lab_command, running_server, write_settings
from course_utils.command.project import Project

EXPOSE = "LabApp.expose_app_in_browser"
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
def serve(theme: str = "light") -> Iterator[Server]:
    """Run the JupyterLab of `start` on an empty working copy, with its command and variables."""
    with tempfile.TemporaryDirectory(prefix="course-lab-", ignore_cleanup_errors=True) as root:
        project = Project(Path(root))
        project.workspace.mkdir()
        token = secrets.token_hex(16)
        environment = child_environment(None, project, JUPYTER_TOKEN=token)
        write_settings(project)
        _choose(project, theme)
        log = project.root / "lab.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                # window.jupyterapp, which the functions below use
                [*lab_command(Path(sys.executable), None, project), f"--{EXPOSE}=True"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Server(_wait_for_address(process, project, log), token, project.workspace)
        finally:
            _stop(process)


def _choose(project: Project, theme: str) -> None:
    """Write a user's settings: a theme, and nothing that happens later by itself."""
    settings = {
        "apputils-extension/themes": {"theme": THEMES[theme]},
        "notebook-extension/tracker": {"windowingMode": "none", "autoStartDefaultKernel": True},
        "docmanager-extension/plugin": {"autosave": False},
    }
    folder = project.cache / "jupyter" / "config" / "lab" / "user-settings" / "@jupyterlab"
    for plugin, values in settings.items():
        path = folder / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


def _wait_for_address(process: subprocess.Popen, project: Project, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if server := running_server(project):
            return server["url"].rstrip("/")
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


def box_of(picture) -> dict:
    """Scroll to a picture and return where it is, once it is drawn: an update replaces it."""
    picture.evaluate("image => image.decode()")
    picture.scroll_into_view_if_needed()
    return picture.bounding_box()


def described(place, words: str) -> str:
    """Wait until the description of a place's picture has the words, a pattern; return it."""
    from playwright.sync_api import expect

    picture = place.locator("figure > img")
    expect(picture).to_have_attribute("alt", re.compile(words), timeout=WAIT)
    return picture.get_attribute("alt")
