"""pip is run whatever the user's settings say; what takes time is told."""

import os
import sys
import time

import pytest

from course_utils.command.environment.pip import network_settings, run_logged, tell_progress
from course_utils.command.project import UserError


def test_what_reaches_an_index_is_kept_and_what_moves_packages_is_not():
    listed = """\
global.cert='/etc/company.pem'
global.extra-index-url='\\nhttps://a.example\\nhttps://b.example'
global.find-links='/global'
global.target='/elsewhere'
global.user='true'
install.find-links='/install'
install.no-deps='true'
"""
    assert network_settings(listed) == {
        "PIP_CERT": "/etc/company.pem",
        "PIP_EXTRA_INDEX_URL": "\nhttps://a.example\nhttps://b.example",
        "PIP_FIND_LINKS": "/install",
    }


def test_output_goes_to_the_log_and_a_failure_is_explained(tmp_path):
    log = tmp_path / "setup.log"
    run_logged([sys.executable, "-c", "print('first')"], log)
    program = "import sys; sys.stdout.buffer.write('ERROR: second ×'.encode()); sys.exit(3)"
    with pytest.raises(UserError, match="could not be installed: second ×"):
        run_logged([sys.executable, "-c", program], log)
    assert log.read_text(encoding="utf-8").split() == ["first", "ERROR:", "second", "×"]


def test_ctrl_c_ends_pip_too(tmp_path, monkeypatch):
    begun = []

    def press(line):
        begun.append(line)
        raise KeyboardInterrupt

    monkeypatch.setattr("course_utils.command.environment.pip.tell_progress", press)
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_logged([sys.executable, "-c", program], tmp_path / "log")
    assert time.monotonic() - before < 30
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int(begun[0]), 0)


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("  Downloading scipy-1.17.1-cp311-cp311-linux.whl.metadata (62 kB)", ""),
        ("  Downloading six-1.17.0-py3-none-any.whl (1.0 MB)", ""),
        (
            "Downloading scipy-1.17.1-cp311-cp311-linux_x86_64.whl (35.3 MB)",
            "  downloading scipy 1.17.1 (35.3 MB)\n",
        ),
        (
            "Downloading torch-2.13.0-cp311-cp311-linux_x86_64.whl (1.2 GB)",
            "  downloading torch 2.13.0 (1.2 GB)\n",
        ),
        ("Installing collected packages: a, b, c", "  unpacking 3 packages\n"),
        ("Installing collected packages: a", ""),
    ],
)
def test_only_what_takes_time_is_told(capsys, line, printed):
    tell_progress(line)
    assert capsys.readouterr().out == printed
