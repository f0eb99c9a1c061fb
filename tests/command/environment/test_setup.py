"""The environment: made once, resumed when cut short, and never lost. pip is a stand-in here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.command.environment import setup, venv
from course_utils.command.project import ROOT, Project, UserError
from tests.support.fake_pip import LEARNERS, FakePip, make_project, pin

STEPS = range(3)  # the environment, the packages, the trial


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.fixture
def made(project):
    """A project with a complete environment, and a file in it that a new one does not have."""
    setup.set_up((), project, FakePip(project))
    (project.venv / "old").write_text("", encoding="utf-8")
    return project


def names(project):
    return {path.name for path in project.root.iterdir()}


def test_a_first_set_up_says_what_it_will_do_and_pins_everything(project, capsys):
    pip = FakePip(project)
    setup.set_up((), project, pip)
    assert venv.is_ready((), project)
    assert venv.packages_in(project) == LEARNERS
    _, packages, trial = pip.commands
    assert packages[packages.index("--constraint") + 1] == str(project.constraints)
    assert packages[-2:] == ["torch>=90.0,<91", "jupyterlab>=4.5,<5"]
    assert "import torch" in trial[-1]
    said = capsys.readouterr().out
    assert said.startswith("First set-up: Python packages go into the folder .venv")
    assert "The download is about 0.4 GB" in said


def test_what_is_ready_is_found_without_a_set_up(made):
    assert setup.find_python((), made) == made.venv_python
    assert setup.ready_python((), made) == made.venv_python
    assert not made.log.exists()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("failure", [None, KeyboardInterrupt])
def test_a_first_set_up_that_is_cut_short_begins_again(project, step, failure):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(failure or UserError):
        setup.set_up((), project, FakePip(project, step, failure and stop))
    assert not venv.is_ready((), project)
    pip = FakePip(project)
    setup.set_up((), project, pip)
    assert len(pip.commands) == len(STEPS)
    assert venv.is_ready((), project)


def test_other_versions_are_installed_beside_what_works_and_then_take_its_place(made, capsys):
    pin(made.root, jupyterlab="4.7.0")
    assert not venv.is_ready((), made)
    capsys.readouterr()
    setup.set_up((), made, FakePip(made))
    assert venv.packages_in(made) == {**LEARNERS, "jupyterlab": "4.7.0"}
    assert not (made.venv / "old").exists()
    assert names(made) == {".cache", ".venv", "constraints.txt", "pyproject.toml"}
    assert "making a new one beside it" in capsys.readouterr().out


@pytest.mark.parametrize("step", STEPS)
def test_a_failed_update_leaves_what_works_and_the_course_goes_on_with_it(made, capsys, step):
    pin(made.root, jupyterlab="4.7.0")
    setup.set_up((), made, FakePip(made, step))
    assert (made.venv / "old").exists()
    assert venv.packages_in(made) == LEARNERS
    said = capsys.readouterr().out
    assert "it failed\nUntil then, the course goes on with the packages that are here." in said
    assert not venv.is_ready((), made)  # the next call tries the update again


def test_a_failed_update_is_an_error_where_what_works_is_outside_the_bounds(made):
    pin(made.root, torch="91.0.0")
    made.pyproject.write_text(
        made.pyproject.read_text(encoding="utf-8").replace(">=90.0,<91", ">=91,<92"), "utf-8"
    )
    with pytest.raises(UserError, match="it failed"):
        setup.set_up((), made, FakePip(made, 1))
    assert (made.venv / "old").exists()


KILLED = """
import os, sys
from pathlib import Path
from course_utils.command.environment import setup
from course_utils.command.project import Project
from tests.support.fake_pip import FakePip
project = Project(Path(sys.argv[1]))
setup.set_up((), project, FakePip(project, int(sys.argv[2]), lambda: os._exit(9)))
"""


@pytest.mark.parametrize("step", STEPS)
def test_after_a_killed_update_the_next_set_up_puts_back_what_worked(made, step):
    pin(made.root, jupyterlab="4.7.0")
    killed = [sys.executable, "-c", KILLED, str(made.root), str(step)]
    assert subprocess.run(killed, cwd=ROOT, env=_with_course()).returncode == 9
    assert made.previous.exists()
    venv.put_back(made)
    assert (made.venv / "old").exists()
    assert venv.is_ready((), made, exactly=False)
    setup.set_up((), made, FakePip(made))
    assert venv.packages_in(made)["jupyterlab"] == "4.7.0"
    assert not made.previous.exists()


def test_a_set_up_killed_while_it_cleared_up_leaves_the_new_environment(made):
    made.previous.mkdir()
    venv.put_back(made)
    assert venv.is_ready((), made)
    assert not made.previous.exists()


def test_packages_for_tests_are_added_in_place(made):
    assert not venv.is_ready(("test",), made)
    pip = FakePip(made)
    setup.set_up(("test",), made, pip)
    assert len(pip.commands) == len(STEPS) - 1  # no new environment
    assert (made.venv / "old").exists()
    assert venv.is_ready(("test",), made)


def test_packages_that_cannot_be_added_leave_a_learner_ready(made):
    with pytest.raises(UserError, match="it failed"):
        setup.set_up(("handout",), made, FakePip(made, 0))
    assert venv.is_ready((), made)


def test_pins_of_packages_that_are_not_installed_change_nothing(made):
    pin(made.root, nbval="0.11.9")
    assert venv.is_ready((), made)


def test_a_python_that_does_not_start_or_is_another_means_a_new_environment(made):
    complete = made.venv / venv.COMPLETE
    text = complete.read_text(encoding="utf-8")
    complete.write_text(text.replace('"python": "3.', '"python": "2.'), encoding="utf-8")
    assert venv.packages_in(made) == {}
    complete.write_text(text, encoding="utf-8")
    assert venv.packages_in(made)
    made.venv_python.unlink()
    assert venv.packages_in(made) == {}
    setup.set_up((), made, FakePip(made))
    assert venv.is_ready((), made)


@pytest.mark.parametrize("line", ["print('hello')", "import os; os._exit(1)"])
def test_a_sitecustomize_of_the_users_own_does_not_make_it_look_broken(
    made, tmp_path, monkeypatch, line
):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "sitecustomize.py").write_text(line, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(foreign))
    assert venv.is_ready((), made)


def test_what_else_is_printed_at_a_start_does_not_make_it_look_broken(made):
    site_packages = Path(venv.ask(made.venv_python, setup.SITE_PACKAGES))
    (site_packages / "sitecustomize.py").write_text("print('hello')", encoding="utf-8")
    assert venv.is_ready((), made)


def test_a_folder_of_the_users_own_is_never_touched(project):
    project.venv.mkdir()
    (project.venv / "precious").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=r"^The folder \.venv is here, was not made by this course"):
        setup.set_up((), project, FakePip(project))
    assert [path.name for path in project.venv.iterdir()] == ["precious"]


def test_an_environment_of_the_users_own_is_used_if_it_has_the_packages(made):
    made.made_here.unlink()
    assert setup.find_python((), made) == made.venv_python
    pin(made.root, jupyterlab="4.5.9")  # inside the bounds is enough
    assert setup.find_python((), made) == made.venv_python
    assert setup.find_python(("test",), made) is None
    with pytest.raises(UserError, match=r"^The folder \.venv is here, was not made by this course"):
        setup.set_up(("test",), made, FakePip(made))


def test_packages_at_hand_are_used_in_place(tmp_path):
    make_project(tmp_path)
    text = '[project]\ndependencies = ["torch >=2.10,<3"]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert setup.ready_python((), Project(tmp_path)) == Path(sys.executable)
    assert not (tmp_path / ".venv").exists()


def test_a_half_made_environment_is_not_used_by_its_own_python_either(project, monkeypatch):
    (project.root / "pyproject.toml").write_text("[project]\ndependencies = []\n", "utf-8")
    assert setup.has_packages_here((), project)
    project.venv.mkdir()
    project.made_here.write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(project.venv))
    assert not setup.has_packages_here((), project)


def test_a_second_set_up_is_refused_while_one_or_its_pip_is_at_work(project):
    lock = project.cache / "setup.lock"
    with setup.only_one(lock) as held:
        with pytest.raises(UserError, match="Another set-up is at work"), setup.only_one(lock):
            pass
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=held
        )
    if os.name != "nt":
        with pytest.raises(UserError, match="Another set-up is at work"), setup.only_one(lock):
            pass
    child.communicate(b"\n")
    with setup.only_one(lock):
        pass


def test_a_file_where_the_environment_goes_is_one_message(project):
    project.venv.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="could not be installed"):
        setup.ready_python((), project)


def test_an_index_that_does_not_answer_is_not_waited_for():
    if sys.platform == "linux":
        assert not setup.small_torch_offered("http://127.0.0.1:9/")


def test_linux_takes_the_small_torch_where_it_is_offered(made, capsys):
    pip = FakePip(made)
    setup.install((), made, pip, small_torch=True)
    torch = pip.commands[0]
    assert "--no-deps" in torch
    assert torch[torch.index("--index-url") + 1] == setup.CPU_INDEX
    assert torch[-1] == "torch==90.0.0"
    setup.install((), made, FakePip(made, fail_at=0), small_torch=True)
    assert "taking the usual one" in capsys.readouterr().out


def _with_course():
    return {**os.environ, "PYTHONPATH": str(ROOT)}
