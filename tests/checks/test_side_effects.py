"""A check leaves no trace: not on what the answer can reach, and not on any setting."""

import decimal
import functools
import os
import random
import sys
import warnings

import numpy
import pytest
import torch
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from torch import nn

from course_utils.checks.exercise import exercise
from tests.support.exercises import answer, calling

CHANGES = """
def work(x):
    import builtins, decimal, os, random, numpy, sys, torch, warnings
    torch.manual_seed(1), random.seed(1), numpy.random.seed(1)
    torch.set_default_device("meta")
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.set_num_threads(2)
    torch.autograd.set_detect_anomaly(True)
    torch.use_deterministic_algorithms(True)
    torch.set_float32_matmul_precision("medium")
    torch.set_printoptions(precision=2), numpy.set_printoptions(precision=2)
    sys.setrecursionlimit(5000)
    warnings.simplefilter("ignore")
    sys.path.append("/"), numpy.seterr(all="raise")
    decimal.getcontext().prec = 3
    torch.nn.modules.module.register_module_forward_hook(print)
    torch.relu = torch.nn.functional.relu = abs = torch.Tensor.add = torch.nn.Linear = print
    builtins.sum = torch.nn.Module.eval = torch.nn.Module.nothing = print
    os.chdir("/"), os.environ.update(COURSE_TEST="1"), os.environ.pop("PATH")
    return 1
"""


def settings() -> list[object]:
    return [
        torch.get_rng_state().tolist(),
        random.getstate(),
        numpy.random.get_state()[1].tolist(),
        torch.get_default_device(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
        torch.is_anomaly_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_float32_matmul_precision(),
        repr(torch.tensor(1 / 3)) + repr(numpy.float64(1 / 3) * numpy.ones(1)),
        sys.getrecursionlimit(),
        [*sys.path],
        numpy.geterr(),
        decimal.getcontext().prec,
        len(torch.nn.modules.module._global_forward_hooks),
        [sum, torch.relu, nn.functional.relu, torch.Tensor.add, nn.Linear],
        [nn.Module.eval, hasattr(nn.Module, "nothing")],
        list(warnings.filters),
        os.getcwd(),
        dict(os.environ),
    ]


def test_settings_are_put_back():
    before = settings()
    sample = calling(1)
    assert sample.check(answer(sample, CHANGES))
    assert settings() == before


def a_net() -> nn.Sequential:
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3))
    net(torch.ones(2, 1, 8, 8)).sum().backward()
    return net


def spoil(net: nn.Module) -> None:
    net(torch.ones(2, 1, 8, 8)).sum().backward()
    net.eval()
    net[0].weight.data.zero_()
    net[0].bias = None
    net[1].momentum = 0
    net[2].weight.requires_grad_(False)
    net[2].bias.data = torch.zeros(7)
    net.extra = nn.Linear(1, 1)
    net.register_forward_hook(print)


def contents(net: nn.Module) -> list:
    return [
        str(net),
        {name: tensor.tolist() for name, tensor in net.state_dict().items()},
        [p.grad if p.grad is None else p.grad.tolist() for p in net.parameters()],
        [(id(p), p.requires_grad) for p in net.parameters()],
        [(m.training, len(m._forward_hooks)) for m in net.modules()],
    ]


class Holder:
    """Reaches its network as an attribute, or as the object of a method."""

    def __init__(self, net):
        self.net = net

    def __call__(self, x):
        spoil(self.net)
        return 1

    method = __call__


@pytest.mark.parametrize(
    "reaching",
    {
        "a closure": lambda net: lambda x: spoil(net) or 1,
        "a default": lambda net: lambda x, kept=net: spoil(kept) or 1,
        "a partial": lambda net: functools.partial(lambda kept, x: spoil(kept) or 1, net),
        "a list in a closure": lambda net: (
            lambda x, kept=[{"net": net}]: spoil(kept[0]["net"]) or 1
        ),
        "a callable object": Holder,
        "a method": lambda net: Holder(net).method,
    }.values(),
)
def test_a_network_is_put_back_however_the_answer_reaches_it(reaching):
    net = a_net()
    before = contents(net)
    assert calling(1).check(reaching(net))
    assert contents(net) == before
    net(torch.ones(2, 1, 8, 8)).sum().backward()


@pytest.mark.parametrize(
    "source",
    {
        "a helper": "def inner():\n    spoil(net)\ndef work(x):\n    inner()\n    return 1",
        "a lambda": "def work(x):\n    return (lambda: spoil(net) or 1)()",
        "a comprehension": "def work(x):\n    return [spoil(one) or 1 for one in [net]]",
        "a class": "class Work:\n    def run(self, x): return spoil(net) or 1\nwork = Work().run",
        "globals": "def work(x):\n    return spoil(globals()['net']) or 1",
        "a list": "nets = [net]\ndef work(x):\n    return spoil(nets[0]) or 1",
    }.values(),
)
def test_a_network_of_the_notebook_is_put_back(source):
    net = a_net()
    before = contents(net)
    names = {"net": net, "spoil": spoil}
    exec(compile(source, "<cell>", "exec"), names)
    assert calling(1).check(names["work"])
    assert contents(net) == before


def test_a_network_that_is_the_answer_is_put_back():
    @exercise("net = ...", (), "net = 1", "", walks=1)
    def sample(net):
        spoil(net)
        return "Spoilt."

    net = a_net()
    before = contents(net)
    assert sample.check(net)
    assert contents(net) == before


def test_a_lazy_layer_stays_lazy():
    net = nn.Sequential(nn.Flatten(), nn.LazyLinear(5))
    for _ in range(2):
        assert calling(torch.ones(2, 1, 4, 4)).check(lambda x: net(x))
    assert type(net[1]) is nn.LazyLinear
    assert net(torch.ones(2, 3)).shape == (2, 5)


def test_an_optimizer_and_tensors_in_a_list_are_put_back():
    weight = nn.Parameter(torch.ones(2))
    weight.grad = torch.ones(2)
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)
    optimizer.step()
    before = weight.tolist(), repr(optimizer.state_dict())

    def work(x):
        optimizer.param_groups[0]["lr"] = 5
        optimizer.step()
        optimizer.zero_grad()
        return 1

    assert calling(1).check(work)
    assert (weight.tolist(), repr(optimizer.state_dict())) == before
    assert weight.grad.tolist() == [1, 1]


def test_lists_counters_and_attributes_are_put_back():
    source = """
history, inner, seen, count = [1], [1], {"a": {2}}, 0

def work(x, kept=[]):
    global count, fresh
    count, fresh = count + 1, 1
    history.append(2), seen["a"].add(3), seen.update(b=4), kept.append(5)
    work.calls = [inner.append(6) for _ in range(2)]
    return 1
"""
    names = {}
    exec(compile(source, "<cell>", "exec"), names)
    assert calling(1).check(names["work"])
    work = names["work"]
    assert [names["history"], names["inner"], names["seen"]] == [[1], [1], {"a": {2}}]
    assert (names["count"], "fresh" in names) == (0, False)
    assert (work.__defaults__, vars(work)) == (([],), {})


def test_inside_a_check_the_world_is_always_the_same():
    found = []

    @exercise("def work(): ...", (), "def work(): ...", "", walks=1)
    def sample(work):
        settings = torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads()
        found.append((*settings, torch.rand(1).item()))
        return "Noted."

    sample.check(lambda: 1)
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad(), torch.inference_mode():
            sample.check(lambda: 1)
    finally:
        torch.set_default_dtype(torch.float32)
    assert found[0] == found[1] == (torch.float32, True, 1, found[0][-1])


def test_nothing_is_printed_displayed_or_warned(capfd):
    shell = InteractiveShell.instance()
    shell.display_pub = CapturingDisplayPublisher()
    try:
        assert calling(1).check(lambda x: (print(x), display(x), warnings.warn("!", stacklevel=1)))
        assert capfd.readouterr() == ("", "")
        assert shell.display_pub.outputs == []
        display("this is shown")
        assert len(shell.display_pub.outputs) == 1
    finally:
        shell.clear_instance()
