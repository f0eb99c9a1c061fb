"""An untouched cell is told from one that somebody has worked on."""

import pytest
import torch
from torch import nn

from course_utils.checks.feedback import NOT_STARTED
from course_utils.checks.starter import Starter
from tests.support.exercises import calling


@pytest.mark.parametrize(
    ("starter", "answer_source", "same"),
    [
        ("x = ...", "x = ...", True),
        ("x = ...", "x = None", False),
        ("x = None", "x = None", True),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ("x = ['a', 'b']", "x = ['a', 'b']", True),
        ("def x(a):\n    ...", "def x(a):\n    '''Words.'''\n    # more\n    ...", True),
        ("def x(a):\n    ...", "def x(a): pass", True),
        ("def x(a):\n    ...", "def x(b):\n    ...", False),
        ("def x(a):\n    ...", "def x(a=1):\n    ...", False),
        ("def x(a):\n    return a + 1", "def x(a):\n    return a + 2", False),
        ("def x(a):\n    return a + 1", "def x(a):\n    return a + 1.0", False),
        ("def x(a):\n    return [b for b in a]", "def x(a):\n    return [b\n for b in a]", True),
        ("class x:\n    def f(self): ...", "class x:\n    'W.'\n    def f(self): ...", True),
        ("class x:\n    def f(self): ...", "class x:\n    def f(self): return 1", False),
        ("class x:\n    def f(self): ...", "class x:\n    def g(self): ...", False),
        (
            "class x:\n    def __init__(self): ...",
            "class x:\n    def __init__(self): self.a = 1",
            False,
        ),
        ("class x:\n    a = 1", "class x(dict):\n    a = 1", False),
        ("class x(nn.Module):\n    a = ...", "class x(nn.Module):\n    a = ...", True),
        ("def x(a):\n    ...", "class x: ...", False),
        ("def x(a):\n    ...", "x = nn.Linear(1, 1)", False),
    ],
)
def test_the_starter_is_told_from_what_somebody_worked_on(starter, answer_source, same):
    names = {"torch": torch, "nn": nn}
    given = dict(names)
    exec(answer_source, given)
    start = Starter(starter, names)
    assert start.name == "x"
    assert start.is_still(given["x"]) is same


def test_three_dots_are_not_started_whatever_the_starter_is():
    assert calling(1).check(...).status == NOT_STARTED
    assert Starter("x = None", {}).is_still(...)


def test_a_starter_shows_itself():
    assert repr(Starter("\ndef x(a):\n    ...\n", {})()) == "def x(a):\n    ..."
