"""Files are written whole or not at all, and come with the same line endings everywhere."""

import os
import subprocess

import pytest

from course_utils.command.project import ROOT, read_json, replace_bytes, replace_text


def test_a_file_is_replaced_and_not_written_into(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    os.link(tmp_path / "file", tmp_path / "same")
    replace_text(tmp_path / "file", "new ×\n")
    assert (tmp_path / "file").read_bytes() == "new ×\n".encode()
    assert (tmp_path / "same").read_bytes() == b"old"


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path, monkeypatch):
    def fail(number):
        raise OSError("No space left on device")

    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        replace_bytes(tmp_path / "file", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff"])
def test_json_that_cannot_be_read_is_empty(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    assert read_json(tmp_path / "file") == {}
    assert read_json(tmp_path / "absent") == {}


def test_a_clone_has_the_same_line_endings_whatever_git_is_set_to(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the course did not come by git")
    git = ("git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    subprocess.run([*git, "clone", "-q", "--no-hardlinks", ROOT, tmp_path / "clone"], check=True)
    texts = [".ci/run", "postBuild", "README.md", "notebooks/00_start_here.ipynb"]
    assert [name for name in texts if b"\r" in (tmp_path / "clone" / name).read_bytes()] == []
