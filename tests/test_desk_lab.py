"""JupyterLab is opened where it can be, and closed without noise."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_utils.desk import lab
from course_utils.desk.places import ROOT, Places, child_environment
from course_utils.desk.trouble import Trouble


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_refused_with_the_next_step(taken):
    with pytest.raises(Trouble, match=rf"^Port {taken} cannot be opened: another program uses it"):
        lab.free_port(taken)
    with pytest.raises(Trouble, match="start --port 8899\nWithout --port, the first free one"):
        lab.free_port(taken)


def test_a_port_that_the_system_keeps_is_refused(monkeypatch):
    class Kept(socket.socket):
        def bind(self, address):
            raise PermissionError

    monkeypatch.setattr(lab.socket, "socket", Kept)
    with pytest.raises(Trouble, match=r"^Port 80 cannot be opened: this system keeps it"):
        lab.free_port(80)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(Trouble, match=rf"^A port is a number from 1 to 65535, not {port}\."):
        lab.free_port(port)


def test_without_a_port_the_first_free_one_is_taken(taken):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
    assert lab.free_port(None, [taken, free]) == free
    with pytest.raises(Trouble, match=rf"^No port from {taken} to {taken} can be opened"):
        lab.free_port(None, [taken])


def test_the_lesson_opens_in_the_working_copy():
    command = lab.lab_command(Path("python"), "01_define.ipynb", 8899, False)
    assert command[:3] == ["python", "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={ROOT / 'workspace'}" in command
    assert "--LabApp.default_url=/lab/tree/01_define.ipynb" in command
    assert {"--ServerApp.port=8899", "--ServerApp.port_retries=0"} <= set(command)
    assert "--ServerApp.open_browser=False" in command


def test_every_option_is_one_that_jupyterlab_knows():
    from jupyterlab.labapp import LabApp

    known = set(LabApp.class_trait_names()) | set(LabApp.serverapp_class.class_trait_names())
    options = [word for word in lab.lab_command(Path("p"), "x", 1, True) if word.startswith("--")]
    assert {option.split(".")[1].split("=")[0] for option in options} <= known


def test_jupyterlab_is_kept_from_asking_about_news(tmp_path):
    folder = lab.lab_configuration(Places(tmp_path))
    assert "announcements" in (folder / "labconfig" / "page_config.json").read_text()


def test_children_find_the_package_first(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    path = child_environment(Path("here"))["PYTHONPATH"]
    assert path.split(os.pathsep) == ["here", "elsewhere"]


def test_a_child_that_fails_is_reported(tmp_path, capsys):
    assert lab.run_until_stopped([sys.executable, "-c", "raise SystemExit(3)"], Places(tmp_path))
    assert "JupyterLab ended with code 3" in capsys.readouterr().out


PARENT = '''
import sys
from pathlib import Path
from course_utils.desk.lab import run_until_stopped
from course_utils.desk.places import Places
child = """
import os, time
print(os.getpid(), flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.3)
    print("saved", flush=True)
"""
sys.exit(run_until_stopped([sys.executable, "-c", child], Places(Path(sys.argv[1]))))
'''


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way there")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_closes_jupyterlab_and_says_so(tmp_path, monkeypatch, number):
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    child = int(process.stdout.readline())
    time.sleep(0.1)
    if number == "SIGINT":
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to both
    else:
        process.terminate()
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "JupyterLab is closed; your work is in the folder workspace." in out
    if number == "SIGINT":
        assert out.index("Closing JupyterLab") < out.index("saved") < out.index("is closed")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
