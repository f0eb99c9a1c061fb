"""A check leaves no trace on what the answer can reach, and prints and shows nothing."""

import functools
import warnings

import pytest
import torch
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from torch import nn

from course_utils.checks.exercise import exercise
from tests.support.exercises import calling


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
    net[1].weight.note = 1
    net[1].weight.grad.data = net[1].weight.grad.half()


def contents(net: nn.Module) -> list:
    return [
        str(net),
        {name: tensor.tolist() for name, tensor in net.state_dict().items()},
        [str(p.grad) + str(vars(p)) for p in net.parameters()],
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


KEPT = {  # what a notebook holds, how an answer changes it, and how to read it
    "a list": ("kept = [1]", "kept.append(2)", "kept"),
    "a dictionary of sets": ("kept = {'a': {2}}", "kept['a'].add(3), kept.update(b=4)", "kept"),
    "a queue": ("from collections import deque\nkept = deque([1], 3)", "kept.append(2)", "kept"),
    "a counter": ("kept = 0", "global kept, new\n    kept = new = 1", "kept, 'new' in globals()"),
    "a comprehension": ("kept = [1]", "[kept.append(x) for x in range(3)]", "kept"),
    "an attribute": ("", "work.calls = 1", "vars(work)"),
    "a class": ("class Kept: a = 1", "Kept.a = Kept.b = 2", "Kept.a, hasattr(Kept, 'b')"),
    "an array": ("import numpy\nkept = numpy.ones(2)", "kept[0] = 7", "kept"),
    "a tensor": ("kept = torch.ones(2)", "kept.add_(1).requires_grad_()", "kept"),
    "a generator": (
        "kept = torch.Generator()",
        "torch.rand(1, generator=kept)",
        "kept.get_state()",
    ),
}


@pytest.mark.parametrize(("held", "change", "read"), KEPT.values(), ids=KEPT)
def test_what_a_notebook_holds_is_put_back(held, change, read):
    names = {"__name__": "__main__", "torch": torch}
    source = f"{held}\ndef work(x, seen=[]):\n    {change}\n    seen.append(x)\n    return 1\n"
    exec(compile(f"{source}def now(): return {read}, work.__defaults__", "<cell>", "exec"), names)
    before = repr(names["now"]())
    assert calling(1).check(names["work"])
    assert repr(names["now"]()) == before


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


def test_a_mode_that_an_answer_enters_and_never_leaves_is_left():
    assert calling().check(lambda: torch.device("meta").__enter__())
    assert torch.zeros(1).device.type == "cpu"


def test_a_compiled_network_finds_its_parts_again():
    names: dict[str, object] = {}
    source = "def work(x):\n    global __part, own\n    __part = own = 1\n    return x"
    exec(compile(source, "<cell>", "exec"), names)
    assert calling(3).check(names["work"])
    assert names["__part"] == 1
    assert "own" not in names
