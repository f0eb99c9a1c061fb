"""Every way in which pip fails gets one message, with the next step."""

import os
import sys
import time

import pytest

from course_utils.desk.pip import failure, run_logged, tell_progress
from course_utils.desk.trouble import FullDisk, Trouble

SAID = {
    "full": "ERROR: Could not install packages: [Errno 28] No space left on device",
    "full_windows": "OSError: [WinError 112] There is not enough space on the disk",
    "offline": "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\n"
    "ERROR: No matching distribution found for flit_core",
    "name": "Temporary failure in name resolution\nERROR: No matching distribution found for torch",
    "denied": "ERROR: Could not install: [Errno 13] Permission denied: '/x'",
    "absent": "ERROR: No matching distribution found for torch==2.13.0",
    "other": "Collecting torch\nERROR: The wheel is broken.\n",
    "import": "Traceback (most recent call last):\nImportError: libgomp.so.1: cannot open",
    "nothing": "",
}


@pytest.mark.parametrize(
    ("case", "expected", "next_step"),
    [
        ("full", "The disk is full: the course needs", "Free some space"),
        ("full_windows", "The disk is full: the course needs", "Free some space"),
        ("offline", "the package index did not answer", "Check the network connection"),
        ("name", "the package index did not answer", "Check the network connection"),
        ("denied", "the system does not allow it", "Check that this folder is yours"),
        ("absent", "The package index has no torch==2.13.0 for this system", "git pull"),
        ("other", "could not be installed: The wheel is broken.", "Type the same command again"),
        ("import", "could not be installed: ImportError: libgomp.so.1", "conda env create"),
        ("nothing", "could not be installed: no reason was given", "conda env create"),
    ],
)
def test_each_failure_says_what_happened_and_what_to_do(tmp_path, case, expected, next_step):
    trouble = failure(SAID[case], tmp_path / ".cache" / "setup.log")
    assert expected in str(trouble)
    assert next_step in str(trouble)
    assert str(tmp_path) not in str(trouble)
    assert isinstance(trouble, FullDisk) == case.startswith("full")
    if not isinstance(trouble, FullDisk):
        assert ".cache/setup.log" in str(trouble)


def test_output_goes_to_the_log_and_a_failure_is_raised(tmp_path):
    log = tmp_path / "setup.log"
    run_logged([sys.executable, "-c", "print('first')"], log)
    program = "import sys; print('ERROR: second'); sys.exit(3)"
    with pytest.raises(Trouble, match="could not be installed: second"):
        run_logged([sys.executable, "-c", program], log)
    assert log.read_text().split() == ["first", "ERROR:", "second"]


def test_ctrl_c_ends_pip_too(tmp_path, monkeypatch):
    begun = []

    def press(line):
        begun.append(line)
        raise KeyboardInterrupt

    monkeypatch.setattr("course_utils.desk.pip.tell_progress", press)
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
        (
            "  Downloading scipy-1.17.1-cp311-cp311-linux.whl.metadata (62 kB)",
            "",
        ),
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
