"""The environment check says the same on every machine where all is well, and what is not."""

import re

import pytest

from course_utils.desk import check, needs


@pytest.fixture
def found(monkeypatch):
    """What is installed, by name; alter it in a test."""
    versions = {need.name: need.lowest for need in needs.needs(("test",))}
    monkeypatch.setattr(needs, "installed", versions.get)
    return versions


def test_where_all_is_well_the_text_names_no_version(found):
    report = check.check_environment()
    assert report
    assert repr(report) == (
        "Everything this course needs is here: Python, torch, jupyterlab, ipywidgets, anywidget, "
        "matplotlib, a computation in PyTorch."
    )


def test_newer_versions_give_the_same_text(found):
    before = repr(check.check_environment())
    found["torch"], found["jupyterlab"] = "2.13.7+cpu", "4.99"
    assert repr(check.check_environment()) == before


@pytest.mark.parametrize(
    ("version", "line"),
    [
        (None, "  torch: needed: >=2.13,<2.14 (found: missing)"),
        ("2.12.1", "  torch: outside >=2.13,<2.14 (found: 2.12.1)"),
    ],
)
def test_what_is_off_is_named_with_the_next_step(found, version, line):
    found["torch"] = version
    report = check.check_environment()
    assert not report
    assert line in repr(report).splitlines()
    assert repr(report).endswith("-m course_utils start")


def test_a_pytorch_that_does_not_compute_is_seen(found, monkeypatch):
    import torch

    check._computation.cache_clear()
    monkeypatch.setattr(torch, "tensor", lambda *_, **__: 1 / 0)
    report = check.check_environment()
    check._computation.cache_clear()
    assert "  a computation in PyTorch: does not work (found: ZeroDivisionError)" in repr(report)


def test_a_pytorch_that_computes_wrongly_is_seen(found, monkeypatch):
    import torch

    class Wrong:
        grad = torch.tensor(5.0)

        def __mul__(self, other):
            return self

        def backward(self):
            pass

    check._computation.cache_clear()
    monkeypatch.setattr(torch, "tensor", lambda *_, **__: Wrong())
    report = check.check_environment()
    check._computation.cache_clear()
    assert "  a computation in PyTorch: does not work (found: wrong result)" in repr(report)


def test_what_only_the_tests_need_does_not_trouble_a_learner(found, capsys):
    del found["nbval"]
    assert check.print_report() == 0
    printed = capsys.readouterr().out
    assert re.search(r"^nbval +missing +optional$", printed, re.M)
    assert "Everything the lessons need is here." in printed


def test_the_line_for_the_instructor_is_the_last_and_names_no_folder(found, capsys):
    found["anywidget"] = "0.1"
    assert check.print_report() == 1
    *_, above, last = capsys.readouterr().out.splitlines()
    assert above == "If you ask for help, send this line:"
    assert last.startswith("NOT ok: ")
    assert "anywidget 0.1 (outside >=0.9,<0.12)" in last
    assert "/" not in last
    assert "\\" not in last
