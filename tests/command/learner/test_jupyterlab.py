"""JupyterLab is opened where it can be, once, whatever the user's configuration, and closed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from course_utils.command.environment.variables import private_folder
from course_utils.command.learner import lab_config
from course_utils.command.learner.jupyterlab import lab_command, open_lesson, running_server
from course_utils.command.project import ROOT, Project

WAIT = 120  # seconds for a start or an end on a busy machine


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_every_option_and_setting_is_one_that_jupyterlab_knows():
    from jupyter_client import KernelManager
    from jupyter_server.services.contents.manager import ContentsManager
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    given = Config()
    text = Path(lab_config.__file__).read_text(encoding="utf-8")
    exec(compile(text, "lab_config.py", "exec"), {"get_config": lambda: given})
    settings = {f"{owner}.{name}" for owner in given for name in given[owner]}
    assert len(settings) == 9
    command = lab_command(Path("python"), 8899, Project(ROOT))
    assert command[:3] == ["python", "-m", "jupyterlab"]  # no script, which a renamed folder breaks
    options = {word.removeprefix("--").partition("=")[0] for word in command[3:]}
    classes = (LabApp, LabApp.serverapp_class, KernelManager, ContentsManager)
    assert settings | options <= {"config", *(name for one in classes for name in _traits(one))}


def _traits(app):
    return [f"{app.__name__}.{name}" for name in app.class_trait_names(config=True)]


def test_the_address_is_printed_also_where_no_browser_can_open(capsys, tmp_path, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("webbrowser.open", pytest.fail)
    server = {"url": "http://127.0.0.1:1/", "token": "secret"}
    open_lesson(server, "01 ü.ipynb", True, Project(tmp_path))
    assert "http://127.0.0.1:1/lab/tree/01%20%C3%BC.ipynb?token=secret" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("release", "opened"), [("6.1-generic", "open.html"), ("6.1-microsoft-standard-WSL2", "secret")]
)
def test_a_browser_gets_a_file_without_the_token_in_its_name_where_it_can_read_one(
    tmp_path, monkeypatch, release, opened
):
    seen = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("platform.release", lambda: release)
    monkeypatch.setattr("webbrowser.open", seen.append)
    project = Project(tmp_path)
    open_lesson({"url": "http://127.0.0.1:1/", "token": "secret"}, "01.ipynb", True, project)
    end = time.monotonic() + 5
    while not seen and time.monotonic() < end:
        time.sleep(0.01)
    assert seen[0].endswith(opened)
    if opened == "open.html":
        assert "token=secret" in (private_folder(project) / opened).read_text(encoding="utf-8")


def test_what_jupyter_left_of_a_server_that_ended_is_no_server(taken, tmp_path):
    project = Project(tmp_path)
    record = {"url": f"http://127.0.0.1:{taken}/", "token": "x", "root_dir": str(project.workspace)}
    file = private_folder(project) / "jpserver-1.json"
    for server in (record, {**record, "url": "http://127.0.0.1:9/"}, {}, {"url": 3}):
        file.write_text(json.dumps(server), encoding="utf-8")
        assert running_server(project) is None


START = """
import sys
from pathlib import Path
from course_utils.command.learner import jupyterlab
from course_utils.command.project import Project
project = Project(Path(sys.argv[1]))
project.workspace.mkdir(exist_ok=True)
port = int(sys.argv[2]) or None
sys.exit(jupyterlab.open_lab(Path(sys.executable), "a.ipynb", port, False, project))
"""


@pytest.fixture
def started(tmp_path):
    """JupyterLab, started under settings that it does not survive; and the lines it has said."""
    project = Project(tmp_path / "course")
    project.root.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(project.root), "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **_broken_settings(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    watch = threading.Timer(WAIT, lambda: os.killpg(process.pid, signal.SIGKILL))
    watch.start()
    yield project, process, [process.stdout.readline() for _ in range(3)]
    watch.cancel()
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way there")
@pytest.mark.parametrize("ends", ["SIGINT", "SIGTERM"])
def test_jupyterlab_starts_whatever_the_users_settings_and_one_signal_closes_it(started, ends):
    project, process, said = started
    server = running_server(project)
    assert said[2].strip() == f"{server['url']}lab/tree/a.ipynb?token={server['token']}"
    if ends == "SIGINT":
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all of them
    else:
        _start_kernel(server)
        process.terminate()
    rest, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 0
    last = "JupyterLab is closed; your work is in the folder workspace. See you soon!\n"
    assert rest.endswith(last)
    assert running_server(project) is None
    alarms = ("Traceback", "WARNING", "Bad config", "encryption")
    assert not [word for word in alarms if word in "".join(said) + rest]


def _start_kernel(server):
    """Start a kernel and wait until it shows that it lives."""
    begun = kernel = _ask(server, "api/kernels", b"{}")
    while kernel["last_activity"] == begun["last_activity"]:
        time.sleep(0.2)
        kernel = _ask(server, f"api/kernels/{begun['id']}")


def _ask(server, path, data=None):
    headers = {"Authorization": f"token {server['token']}"}
    request = urllib.request.Request(server["url"] + path, data, headers)
    with urllib.request.urlopen(request, timeout=WAIT) as reply:
        return json.load(reply)


def _broken_settings(folder):
    """A home that cannot be written, and a configuration that JupyterLab does not survive."""
    (folder / "home").write_text("no folder", encoding="utf-8")
    (folder / "jupyter_server_config.py").write_text(
        "c.ServerApp.contents_manager_class = 'absent.Manager'\n"
        "c.PasswordIdentityProvider.hashed_password = 'x'\n",
        encoding="utf-8",
    )
    return {
        "HOME": str(folder / "home"),
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_CONFIG_PATH": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder / "home"),
        "JUPYTER_TOKEN": "mine",
    }


def test_a_port_that_is_taken_is_told(tmp_path, taken):
    (tmp_path / "workspace").mkdir()
    start = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path), str(taken)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert start.returncode == 1
    assert f"port {taken} is not available" in start.stderr
    assert "JupyterLab ended with code 1; what it wrote above says why." in start.stdout


def test_without_a_port_each_start_gets_one_of_its_own():
    commands = [lab_command(Path("python"), None) for _ in range(8)]
    ports = [part for command in commands for part in command if "ServerApp.port=" in part]
    assert len(set(ports)) > 4  # they are drawn, and may once be the same
    assert "--ServerApp.port=8899" in lab_command(Path("python"), 8899)
