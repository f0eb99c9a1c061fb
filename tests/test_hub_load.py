"""What the load test of a JupyterHub computes and refuses; the hub itself: tests/hub."""

import sys
from collections import namedtuple

import pytest
from lessons import PATHS

from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from tests.hub import load, memory, proxy, server
from tests.hub.learner import Visit, outcome
from tests.hub.memory import Desk, Memory

ROLLUP = """\
5581c0a00000-7ffd3d9f2000 ---p 00000000 00:00 0                          [rollup]
Rss:              412340 kB
Pss:              301112 kB
Pss_Dirty:        240000 kB
Shared_Clean:     110000 kB
"""


def test_the_account_of_a_process_is_read_in_bytes():
    assert memory.parse_rollup(ROLLUP) == Memory(412340 * 1024, 301112 * 1024)


@pytest.mark.parametrize("text", ["", "Rss: 12 kB\n", "Rss: many kB\nPss: 1 kB\n", "Rss:\nPss:\n"])
def test_another_account_is_refused(text):
    with pytest.raises(
        ValueError, match=r"^expected lines such as 'Rss: 512 kB' and 'Pss: 256 kB'"
    ):
        memory.parse_rollup(text)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps this account")
def test_this_process_has_an_account_and_a_share_is_no_more_than_the_whole():
    found = memory.memory_of(memory.psutil.Process())
    assert 0 < found.pss <= found.rss


def test_processes_are_told_apart_by_learner_and_kind(monkeypatch):
    Process = namedtuple("Process", "command size")
    Process.cmdline = lambda self: self.command.split()
    ada, bob = {memory.LEARNER: "ada"}, {memory.LEARNER: "bob"}
    running = [
        (Process("python -m jupyterhub", 1), {}),
        (Process("node configurable-http-proxy", 2), {}),
        (Process("python -m jupyterhub.singleuser", 10), ada),
        (Process("python -m ipykernel_launcher -f x", 100), ada),
        (Process("python -m ipykernel_launcher -f y", 200), ada),
        (Process("python -m jupyterhub.singleuser", 20), bob),
    ]
    monkeypatch.setattr(memory, "marked", lambda mark: running)
    monkeypatch.setattr(memory, "memory_of", lambda process: Memory(process.size, process.size))
    assert memory.desks("mark") == {
        "ada": Desk(Memory(10, 10), Memory(300, 300)),
        "bob": Desk(Memory(20, 20), Memory()),
    }
    assert memory.hub_memory("mark") == Memory(3, 3)


@pytest.mark.parametrize(
    ("tags", "error", "says"),
    [
        ([], "", ""),
        ([], "NameError: no net", "cell c1: NameError: no net"),
        (["raises-exception"], "NameError: no net", ""),
        (["raises-exception"], "", "cell c1: the error that it teaches did not come"),
    ],
)
def test_a_cell_is_judged_by_its_tag_and_its_error(tags, error, says):
    assert outcome({"id": "c1", "metadata": {"tags": tags}}, error) == says


def test_a_row_shows_medians_largest_values_and_the_sum():
    visits = [Visit("a", start=1, lesson=10), Visit("b", start=2, lesson=12)]
    visits.append(Visit("c", start=9, lesson=30))
    desk = Desk(Memory(150_000_000, 120_000_000), Memory(400_000_000, 300_000_000))
    result = load.Result(visits, [desk] * 3, Memory(180_000_000, 160_000_000))
    assert load.row(result) == (
        "| 3 | 2.0 (9.0) | 12.0 (30.0) | 150 / 120 | 400 / 300 | 180 / 160 | 1.4 |"
    )
    assert load.header().count("|") == 2 * load.row(result).count("|")


def test_a_class_in_which_no_server_came_up_still_has_a_row():
    result = load.Result([Visit("a", faults=["a: why"])], [], Memory(1_000_000, 1_000_000))
    assert load.row(result) == "| 1 | 0.0 (0.0) | 0.0 (0.0) | – | – | 1 / 1 | 0.0 |"
    assert result.faults == ["a: why"]


def test_a_class_without_room_is_refused_with_the_number_that_fits():
    load.check_room(2, "01_define", available=1_200_000_000)
    with pytest.raises(Trouble, match=r"^20 learners in 01_define need about 12\.0 GB of memory, "):
        load.check_room(20, "01_define", available=1_900_000_000)
    with pytest.raises(Trouble, match=r"and 1\.9 GB are free\.\nTake fewer \(--learners 3\), or "):
        load.check_room(20, "01_define", available=1_900_000_000)
    with pytest.raises(Trouble, match=r"Take fewer \(--learners 2\), or close other programs\.$"):
        load.check_room(3, "06_train", available=1_900_000_000)


def test_the_heavy_lessons_are_lessons():
    assert set(load.HEAVY) <= {path.stem for path in PATHS}


@pytest.mark.parametrize("number", ["0", "61", "many", "-1"])
def test_a_class_is_bounded(number, capsys):
    with pytest.raises(SystemExit):
        load.main([f"--learners={number}"])
    assert f"a class has 1 to 60 learners, not {number}" in capsys.readouterr().err


def test_an_unknown_lesson_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setattr(load, "check_system", lambda: None)
    monkeypatch.setattr(load.signal, "signal", lambda *_: None)
    assert load.main(["--lesson", "99"]) == 1
    assert capsys.readouterr().err.startswith("There is no lesson '99'.")


def test_without_node_the_next_step_is_said(monkeypatch):
    monkeypatch.setattr(proxy.shutil, "which", lambda name: None)
    with pytest.raises(Trouble, match=r"needs Node\.js 20 or newer with npm.*\n.*apt-get install"):
        proxy.proxy_command()


def test_npm_that_fails_is_quoted_and_leaves_nothing(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(proxy.shutil, "which", lambda name: str(npm))
    if sys.platform != "win32":
        with pytest.raises(Trouble, match="it said last:\nnpm error network\nCheck the network"):
            proxy.proxy_command(Places(tmp_path))
        assert list((tmp_path / ".cache").iterdir()) == []


def test_every_address_of_the_hub_is_on_loopback_and_every_file_in_its_folder(tmp_path):
    ports = server.free_ports(3)
    assert len(set(ports)) == 3
    hub = server.Hub(f"http://127.0.0.1:{ports[0]}/", "token", "MARK", tmp_path / "hub.log")
    settings = server.configuration(tmp_path, ports, hub, ["node", "proxy"])
    said = [value for part in settings.values() for value in part.values()]
    addresses = [value for value in said if str(value).startswith("http")]
    assert len(addresses) == 3
    assert all(value.startswith("http://127.0.0.1:") for value in addresses)
    assert "--ip=127.0.0.1" in settings["ConfigurableHTTPProxy"]["command"]
    assert settings["SimpleLocalProcessSpawner"]["ip"] == "127.0.0.1"
    assert settings["JupyterHub"]["db_url"].startswith(f"sqlite:///{tmp_path}")
