"""Every cause of a failed set-up that is known gets a sentence of its own, and the next step."""

import sys

import pytest

from course_utils.command.environment import obstacles
from course_utils.command.project import UserError

LONG = "WARNING: Retrying (Retry(total=2)) after connection broken by "
SAID = [  # what pip, venv or Windows prints; what it is; what to do
    ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full", "Free some"),
    ("OSError: [WinError 112] There is not enough space", "disk is full", "Free some space"),
    ("OSError: [Errno 122] Disk quota exceeded", "disk is full", "Free some space"),
    ("[WinError 206] The filename or extension is too long", "too long for Windows", "short path"),
    ("HINT: this system does not have Windows Long Path support enabled", "too long", "short path"),
    ("[WinError 32] The process cannot access the file", "Another program holds", "OneDrive"),
    ("[WinError 362] The cloud file provider is not running", "Another program holds", "OneDrive"),
    (LONG + "'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY", "certifi", "_CERT"),
    (LONG + "'ProxyError('Cannot connect to proxy.')'", "proxy of this network", "HTTPS_PROXY"),
    (LONG + "'NewConnectionError(...)'\nERROR: No matching", "did not answer", "Check the network"),
    ("Temporary failure in name resolution\nERROR: No mat", "did not answer", "Check the network"),
    ("ReadTimeoutError: HTTPSConnectionPool", "did not answer", "Check the network"),
    ('OSError: [WinError 126] Error loading "c10.dll"', "Visual C++", "vc_redist.x64.exe"),
    ("ImportError: x.so: failed to map segment from shared object", "noexec", "home folder"),
    (
        "Error: [Errno 1] Operation not permitted: 'lib' -> '/usb/.venv/lib64'",
        "symbolic links",
        "home folder",
    ),
    ("OSError: [WinError 1314] A required privilege is not held", "symbolic links", "home folder"),
    ("not created successfully because ensurepip is not available", "environments", "apt install"),
    ("/usr/bin/python3: No module named venv", "cannot make environments", "apt install"),
    ("ERROR: Could not install: [Errno 13] Permission denied: '/x'", "not allow", "one that is"),
    ("PermissionError: [WinError 5] Access is denied: 'x'", "not allow", "Close JupyterLab"),
    ("OSError: [Errno 30] Read-only file system: '/mnt/x'", "not allow", "one that is"),
    ("ERROR: No matching distribution found for torch==2.13.0", "has no torch that fits", "conda"),
    ("ERROR: Cannot install torch<3 and >=2.13 because these", "has no torch that fits", "conda"),
    ("Collecting torch\nERROR: The wheel is broken.\n", "installed: The wheel is broken.", "conda"),
    ("ImportError: libgomp.so.1: cannot open", "installed: ImportError: libgomp.so.1", "conda"),
    ("", "could not be installed: no reason was given", "conda env create"),
]


@pytest.mark.parametrize(("said", "what", "advice"), SAID)
def test_each_cause_is_named_with_what_to_do(said, what, advice):
    first, *rest = str(obstacles.explain(said, ".cache/setup.log")).splitlines()
    assert what in first
    assert advice in "\n".join(rest)
    assert "same command again" in "\n".join(rest)
    assert rest[-1].endswith("Details: .cache/setup.log")


def test_every_cause_of_the_table_has_a_sample():
    assert {str(obstacles.explain(said)) for said, *_ in SAID} >= {
        f"{cause.what}\n{cause.advice} {obstacles.AGAIN}".replace("{named}", "torch")
        for cause in obstacles.CAUSES
    }


def test_on_windows_the_path_is_measured_before_the_download():
    deepest = r"\.venv\Lib\site-packages" + "\\" + "x" * 167
    longest = "C:" + "\\" * (259 - len("C:") - len(deepest))
    assert len(longest + deepest) == 259
    obstacles.check_length(longest)
    with pytest.raises(UserError, match="It has 68 letters; PyTorch's files leave room for 67"):
        obstacles.check_length(longest + "x")


def test_a_path_that_python_would_take_for_two_is_refused(tmp_path):
    obstacles.check_path(tmp_path)
    separator = ";" if sys.platform == "win32" else ":"
    with pytest.raises(UserError, match=f"contains “{separator}”"):
        obstacles.check_path(tmp_path / f"a{separator}b")


@pytest.mark.parametrize(
    ("platform", "machine", "maxsize", "message"),
    [
        ("darwin", "x86_64", 2**63 - 1, "no pip package for Macs with an Intel"),
        ("linux", "x86_64", 2**31 - 1, "^This is a 32-bit Python"),
    ],
)
def test_systems_that_cannot_are_told_so(
    tmp_path, monkeypatch, platform, machine, maxsize, message
):
    obstacles.check_system(tmp_path)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "maxsize", maxsize)
    monkeypatch.setattr("platform.machine", lambda: machine)
    with pytest.raises(UserError, match=message):
        obstacles.check_system(tmp_path)


def test_a_disk_that_is_plainly_too_small_is_seen_at_once(tmp_path, monkeypatch):
    usage = obstacles.shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=10**9))
    with pytest.raises(UserError, match=r"^The disk is full: the course needs about 2 GB"):
        obstacles.check_system(tmp_path)
