"""The environment: made once, resumed when cut short, never half used. pip is a stand-in here."""

import json
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from course_utils.desk import lock, needs, setup, system
from course_utils.desk.places import ROOT, Places
from course_utils.desk.trouble import FullDisk, NoNetwork, Trouble


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A checkout of its own, in which the running Python lacks everything."""
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    monkeypatch.setattr(needs.metadata, "version", _absent)
    monkeypatch.setattr(system, "small_torch_offered", lambda: False)
    return Places(tmp_path)


def _absent(name):
    raise needs.metadata.PackageNotFoundError(name)


class Pip:
    """Makes an environment whose Python is the running one; can fail at the n-th command."""

    def __init__(self, places, fail_at=None, error=Trouble):
        self.places, self.fail_at, self.error = places, fail_at, error
        self.commands = []

    def __call__(self, command, log, keep=()):
        if self.fail_at == len(self.commands):
            raise self.error(*() if self.error is FullDisk else ("it failed",))
        self.commands.append(list(command))
        if "venv" in command:
            self.places.venv_python.parent.mkdir(parents=True)
            if os.name == "nt":
                subprocess.run([sys.executable, "-m", "venv", "--without-pip", command[-1]])
            else:
                self.places.venv_python.symlink_to(sys.executable)


def ready(places, pip, monkeypatch, extras=()):
    monkeypatch.setattr(setup, "run_logged", pip)
    return setup.ready_python(extras, places)


def test_first_set_up_pins_everything_and_a_second_does_nothing(places, monkeypatch, capsys):
    pip = Pip(places)
    assert ready(places, pip, monkeypatch) == places.venv_python
    venv, builder, packages, course, imports = pip.commands
    assert venv[1:] == ["-m", "venv", str(places.venv)]
    assert builder[-3:] == ["--constraint", str(places.constraints), "flit_core"]
    assert packages[packages.index("--constraint") + 1] == str(places.constraints)
    assert "torch>=2.13,<2.14" in packages
    assert not any(word.startswith("pytest") for word in packages)
    assert {"--no-build-isolation", "--no-deps"} <= set(course)
    assert "import torch" in imports[-1]
    printed = capsys.readouterr().out
    assert printed.startswith("First set-up: Python packages go into the folder .venv")
    assert "The download is about 0.4 GB" in printed

    assert ready(places, Pip(places, fail_at=0), monkeypatch) == places.venv_python
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("fail_at", range(5))
def test_whatever_step_fails_the_environment_is_not_used_and_made_anew(
    places, monkeypatch, fail_at
):
    with pytest.raises(Trouble, match="it failed"):
        ready(places, Pip(places, fail_at), monkeypatch)
    assert not setup.is_ready((), places)
    half_written = places.venv / "half-written"
    half_written.write_text("")
    pip = Pip(places)
    ready(places, pip, monkeypatch)
    assert len(pip.commands) == 5
    assert not half_written.exists()
    assert setup.is_ready((), places)


@pytest.mark.parametrize("fail_at", range(1, 5))
def test_an_environment_whose_update_failed_is_not_used(places, monkeypatch, fail_at):
    ready(places, Pip(places), monkeypatch)
    places.constraints.write_text(places.constraints.read_text() + "six==1.17.0\n")
    with pytest.raises(Trouble, match="it failed"):
        ready(places, Pip(places, fail_at - 1), monkeypatch)
    assert not setup.is_ready((), places)
    pip = Pip(places)
    ready(places, pip, monkeypatch)
    assert len(pip.commands) == 5  # made anew: pip may have left a package half written


def test_changed_versions_update_the_environment_in_place(places, monkeypatch, capsys):
    ready(places, Pip(places), monkeypatch)
    (places.venv / "kept").write_text("")
    places.constraints.write_text(places.constraints.read_text().replace("==", "==1"))
    assert not setup.is_ready((), places)
    pip = Pip(places)
    ready(places, pip, monkeypatch)
    assert len(pip.commands) == 4  # no venv
    assert (places.venv / "kept").exists()
    assert "updating it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("torch", "log", "goes_on"),
    [
        ("2.13.0", "", True),
        ("2.12.0", "", False),
        ("2.13.0", "Installing collected packages: flit_core\n", False),
    ],
)
def test_offline_an_update_is_put_off_if_nothing_changed_and_the_packages_will_do(
    places, monkeypatch, capsys, torch, log, goes_on
):
    ready(places, Pip(places), monkeypatch)
    stamp = (places.venv / setup.READY).read_text()
    places.constraints.write_text(places.constraints.read_text() + "six==1.17.0\n")
    monkeypatch.setattr(setup, "_installed_in", lambda python: _versions(torch).get)

    def offline(command, path, keep=()):
        path.write_text(log)
        raise NoNetwork("the package index did not answer")

    if goes_on:
        assert ready(places, offline, monkeypatch) == places.venv_python
        assert "going on with the packages that are here" in capsys.readouterr().out
        assert (places.venv / setup.READY).read_text() == stamp
    else:
        with pytest.raises(NoNetwork):
            ready(places, offline, monkeypatch)
    assert not setup.is_ready((), places)  # the next call tries the update again


def test_tests_add_their_packages_and_learners_keep_them(places, monkeypatch):
    ready(places, Pip(places), monkeypatch)
    assert not setup.is_ready(("test",), places)
    pip = Pip(places)
    ready(places, pip, monkeypatch, ("test",))
    assert any(word.startswith("nbval>=") for word in pip.commands[1])
    assert setup.is_ready((), places)
    assert setup.is_ready(("test",), places)


def test_another_python_under_the_environment_means_a_new_one(places, monkeypatch):
    ready(places, Pip(places), monkeypatch)
    stamp = json.loads((places.venv / setup.READY).read_text())
    (places.venv / setup.READY).write_text(json.dumps({**stamp, "python": "3.10"}))
    pip = Pip(places)
    ready(places, pip, monkeypatch)
    assert len(pip.commands) == 5


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_an_environment_that_no_longer_starts_is_made_anew(places, monkeypatch):
    ready(places, Pip(places), monkeypatch)
    places.venv_python.unlink()
    places.venv_python.symlink_to("/no/such/python")
    assert not setup.is_ready((), places)
    pip = Pip(places)
    ready(places, pip, monkeypatch)
    assert len(pip.commands) == 5


def test_packages_at_hand_are_used_in_place(tmp_path):
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    assert setup.ready_python((), Places(tmp_path)) == Path(sys.executable)
    assert not (tmp_path / ".venv").exists()


def test_a_half_made_environment_is_not_used_by_its_own_python_either(places, monkeypatch):
    monkeypatch.setattr(needs, "unmet", lambda *_: [])
    assert setup.has_packages_here((), places)
    places.venv.mkdir()
    (places.venv / setup.MADE_HERE).write_text("")
    monkeypatch.setattr(sys, "prefix", str(places.venv))
    assert not setup.has_packages_here((), places)


def test_a_folder_of_the_learners_own_is_never_touched(places, monkeypatch):
    places.venv.mkdir()
    (places.venv / "precious").write_text("mine")
    with pytest.raises(Trouble, match=r"^The folder \.venv is here, was not made by this course"):
        ready(places, Pip(places), monkeypatch)
    assert (places.venv / "precious").read_text() == "mine"
    assert [p.name for p in places.venv.iterdir()] == ["precious"]


def test_an_environment_of_the_learners_own_is_used_if_it_has_the_packages(places, monkeypatch):
    places.venv_python.parent.mkdir(parents=True)
    places.venv_python.write_text("")
    monkeypatch.setattr(setup, "_ask", lambda python, program: _listing("2.13.0+cpu"))
    assert setup.is_ready((), places)
    monkeypatch.setattr(setup, "_ask", lambda python, program: _listing("2.12.0"))
    assert not setup.is_ready((), places)
    monkeypatch.setattr(setup, "_ask", lambda python, program: "")
    assert not setup.is_ready((), places)


def _versions(torch):
    pins = needs.pins(Places(ROOT))
    return {need.name: pins[need.name] for need in needs.needs()} | {"torch": torch}


def _listing(torch):
    return json.dumps({n.replace("-", "_"): v for n, v in _versions(torch).items()})


def test_a_full_disk_gets_its_space_back(places, monkeypatch):
    with pytest.raises(FullDisk, match=r"^The disk is full: the course needs about 2 GB"):
        ready(places, Pip(places, fail_at=3, error=FullDisk), monkeypatch)
    assert not places.venv.exists()
    ready(places, Pip(places), monkeypatch)
    assert setup.is_ready((), places)


def test_a_disk_that_is_plainly_too_small_is_seen_at_once(places, monkeypatch):
    usage = system.shutil.disk_usage(places.root)
    monkeypatch.setattr(system.shutil, "disk_usage", lambda path: usage._replace(free=10**9))
    pip = Pip(places)
    with pytest.raises(FullDisk):
        ready(places, pip, monkeypatch)
    assert pip.commands == []


def test_a_folder_that_may_not_be_written_gets_one_message(places, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(setup, "make_venv", refuse)
    with pytest.raises(Trouble, match=r"cannot be written \(Permission denied\)\.\nClose what"):
        ready(places, Pip(places), monkeypatch)


def test_linux_takes_the_small_torch_where_it_is_offered(places, monkeypatch):
    monkeypatch.setattr(system, "small_torch_offered", lambda: True)
    pip = Pip(places)
    ready(places, pip, monkeypatch)
    torch = pip.commands[2]
    assert "--no-deps" in torch
    assert torch[torch.index("--index-url") + 1] == system.CPU_INDEX
    assert torch[-1] == f"torch=={needs.pins(places)['torch']}"


def test_where_the_small_torch_fails_the_usual_one_is_taken(places, monkeypatch, capsys):
    monkeypatch.setattr(system, "small_torch_offered", lambda: True)
    pip = Pip(places)

    def refuse_small(command, log, keep=()):
        if "--index-url" in command:
            raise Trouble("no such build")
        pip(command, log)

    monkeypatch.setattr(setup, "run_logged", refuse_small)
    setup.ready_python((), places)
    assert setup.is_ready((), places)
    assert "taking the usual one" in capsys.readouterr().out


def test_an_index_that_does_not_answer_is_not_waited_for():
    if sys.platform == "linux":
        assert not system.small_torch_offered("http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((system.platform, "machine", lambda: "x86_64"), "no pip package for Macs with an Intel"),
        ((system.sys, "maxsize", 2**31 - 1), "^This is a 32-bit Python"),
        (
            (system.importlib.util, "find_spec", lambda name: None),
            "modules venv or ensurepip are missing.\nOn Debian and Ubuntu: sudo apt install",
        ),
    ],
)
def test_systems_that_cannot_are_told_before_anything_is_done(places, monkeypatch, change, message):
    if "Macs" in message:
        monkeypatch.setattr(system.sys, "platform", "darwin")
    monkeypatch.setattr(*change)
    with pytest.raises(Trouble, match=message):
        setup.set_up((), places, Pip(places))
    assert not places.venv.exists()


def test_a_second_set_up_waits_for_the_first(tmp_path):
    path, order = tmp_path / "lock", []
    told = threading.Event()

    def second():
        with lock.only_one(path, say=lambda line: (order.append(line), told.set())):
            order.append("second")

    with lock.only_one(path):
        thread = threading.Thread(target=second)
        thread.start()
        assert told.wait(5)
        order.append("first ends")
    thread.join(5)
    assert order == [lock.BUSY, "first ends", "second"]


def test_the_lock_of_a_killed_set_up_is_free(tmp_path):
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(tmp_path / "lock", held))
    process.start()
    assert held.wait(20)
    process.kill()
    process.join(10)
    with lock.only_one(tmp_path / "lock", say=pytest.fail):
        pass


def _hold(path, held):
    with lock.only_one(path):
        held.set()
        threading.Event().wait(30)


@pytest.mark.parametrize(
    ("version", "allowed"),
    [("2.13", True), ("2.13.0+cpu", True), ("2.13.9", True), ("2.12.9", False), ("2.14.0", False)],
)
def test_bounds_count_by_number(version, allowed):
    assert needs.Need.read("torch >=2.13,<2.14").allows(version) is allowed


@pytest.mark.parametrize("line", ["torch==2.13", "torch >=2.13", "torch~=2.13", "torch"])
def test_another_form_of_bounds_is_refused(line):
    with pytest.raises(ValueError, match="expected a line such as"):
        needs.Need.read(line)
