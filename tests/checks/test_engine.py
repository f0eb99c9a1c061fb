"""What serves every exercise: verdicts, limits, no traces, errors explained, comparisons."""

import re
import signal
import sys
import threading
import time
import warnings

import pytest
import torch
import torch.nn.functional as F
from IPython.core.formatters import DisplayFormatter
from torch import Tensor, nn

from course_utils.checks import feedback as shown_as
from course_utils.checks import limits
from course_utils.checks.compare import agree
from course_utils.checks.convert import (
    NotYet,
    as_function,
    as_module,
    as_number,
    as_tensor,
    as_whole_number,
    shown,
)
from course_utils.checks.exercise import Exercise, choice, exercise
from course_utils.checks.feedback import (
    COLOURS,
    CORRECT,
    NOT_STARTED,
    NOT_YET,
    STOPPED,
    Feedback,
    Solution,
)
from course_utils.checks.meanings import MEANINGS
from course_utils.checks.starter import Starter
from course_utils.network.lenet import Net
from tests.pictures.test_style import contrast
from tests.support.exercises import answer
from tests.support.junk import JUNK

posix = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer signal")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is Linux's")


def calling(*arguments, seconds=4.0) -> Exercise:
    """An exercise whose check calls the answer, and is content with any tensor or number."""

    form = "def work(x): ...", ("One.", "Two."), "def work(x): return 1", "Why."

    @exercise(*form, seconds=seconds, walks=1)
    def sample(work):
        result = work(*arguments)
        if result is None:
            raise NotYet("none", "It returned None.")
        return "It returned something."

    return sample


# Feedback


def test_only_correct_is_true():
    statuses = {status: bool(Feedback(status, "", "A sentence.")) for status in COLOURS}
    assert statuses == {CORRECT: True, NOT_YET: False, NOT_STARTED: False, STOPPED: False}


def test_words_come_first_in_both_forms():
    feedback = Feedback(NOT_YET, "no_bias", "`bias` is <missing>.")
    assert repr(feedback) == "Not yet: `bias` is <missing>."
    html = feedback._repr_html_()
    assert ">bias</code> is &lt;missing&gt;." in html
    assert re.sub(r"<[^>]+>", "", html) == "Not yet: bias is &lt;missing&gt;."
    assert 'role="status"' in html


def test_a_verdict_is_saved_with_the_exercise_and_the_code_beside_words_and_html():
    verdict = calling(1).check(lambda x: x and None)
    kinds, _ = DisplayFormatter().format(verdict)
    assert kinds == {
        "text/plain": "Not yet: It returned None.",
        "text/html": verdict._repr_html_(),
        shown_as.VERDICT: {"exercise": "sample", "status": NOT_YET, "code": "none"},
    }
    assert verdict == Feedback(NOT_YET, "none", "It returned None.")


@pytest.mark.parametrize(
    ("work", "status"),
    [(lambda x: x, CORRECT), (..., NOT_STARTED), (lambda x: 1 / 0, STOPPED), (None, STOPPED)],
)
def test_every_verdict_names_its_exercise(work, status):
    verdict = calling(1).check(work)
    assert (verdict.exercise, verdict.status) == ("sample", status)


def test_a_verdict_without_an_exercise_is_saved_as_words():
    kinds, _ = DisplayFormatter().format(Feedback(CORRECT, "", "Yes."))
    assert set(kinds) == {"text/plain", "text/html"}


@pytest.mark.parametrize("status", COLOURS)
def test_colours_are_readable_on_the_paper_they_bring_along(status):
    html = Feedback(status, "", "See `x`.")._repr_html_()
    assert contrast(COLOURS[status], shown_as.PAPER) >= 4.5
    assert contrast(shown_as.INK, shown_as.PAPER) >= 4.5
    for style in re.findall(r'style="([^"]*)"', html):
        assert "color:" in style
    assert html.count(f"background:{shown_as.PAPER};color:{shown_as.INK}") == 2


def test_a_solution_is_shown_as_code():
    assert Solution("answer = 1")._repr_markdown_() == "```python\nanswer = 1\n```"


# Limits


def _loop(x):
    while True:
        pass


def _prints(x):
    while True:
        print("again")


def _sleeps(x):
    time.sleep(60)


def _loops_in_torch(x):
    while True:
        x = (x + 1).relu()


@posix
@pytest.mark.parametrize(
    "work",
    [_loop, _prints, _sleeps, _loops_in_torch],
    ids=lambda f: f.__name__,
)
def test_an_endless_answer_ends_in_a_verdict_that_names_its_line(work, capfd):
    began = time.perf_counter()
    feedback = calling(torch.ones(3), seconds=0.2).check(work)
    assert time.perf_counter() - began < 3
    assert (feedback.status, feedback.code) == (STOPPED, "TooLong")
    assert re.match(r"Line \d+, `.*`. Still running after 0.2 seconds", feedback.message)
    assert capfd.readouterr() == ("", "")


@posix
def test_no_alarm_is_left_behind():
    before = signal.getsignal(signal.SIGALRM)
    calling(1, seconds=0.1).check(_loop)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


@posix
def test_an_alarm_of_somebody_else_still_rings():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        calling(1, seconds=0.1).check(_loop)
        assert rung == []
        time.sleep(0.5)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_in_another_thread_a_check_works_without_the_alarm():
    found = []
    thread = threading.Thread(target=lambda: found.append(calling(1).check(lambda x: x)))
    thread.start()
    thread.join()
    assert found[0].status == CORRECT


@posix
def test_a_verdict_is_given_even_if_the_exception_cannot_be_read():
    class Endless(Exception):
        def __str__(self):
            while True:
                pass

    def work(x):
        raise Endless

    feedback = calling(1, seconds=0.2).check(work)
    assert feedback.status == STOPPED


# No traces


def test_globals_are_put_back():
    def work(x):
        torch.manual_seed(1)
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.set_num_threads(2)
        torch.autograd.set_detect_anomaly(True)
        torch.use_deterministic_algorithms(True)
        sys.setrecursionlimit(5000)
        warnings.simplefilter("ignore")
        return 1

    torch.set_num_threads(1)
    state, limit, filters = torch.get_rng_state(), sys.getrecursionlimit(), list(warnings.filters)
    assert calling(1).check(work)
    assert torch.equal(torch.get_rng_state(), state)
    assert (torch.get_default_dtype(), torch.is_grad_enabled()) == (torch.float32, True)
    assert (torch.get_num_threads(), torch.is_anomaly_enabled()) == (1, False)
    assert not torch.are_deterministic_algorithms_enabled()
    assert (sys.getrecursionlimit(), list(warnings.filters)) == (limit, filters)


def _spoil(net: nn.Module) -> None:
    net(torch.ones(2, 1, 8, 8)).sum().backward()
    net.eval()
    net[0].weight.data.zero_()
    net[0].bias = None
    net[2].weight.requires_grad_(False)
    net[2].bias.data = torch.zeros(7)
    net.extra = nn.Linear(1, 1)
    net.register_forward_hook(print)


def _net() -> nn.Sequential:
    conv, norm = nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)
    net = nn.Sequential(conv, norm, nn.Conv2d(2, 3, 3))
    net(torch.ones(2, 1, 8, 8)).sum().backward()
    return net


def _contents(net: nn.Module) -> list:
    grads = [p.grad if p.grad is None else p.grad.tolist() for p in net.parameters()]
    return [
        str(net),
        {name: tensor.tolist() for name, tensor in net.state_dict().items()},
        grads,
        [p.requires_grad for p in net.parameters()],
        [module.training for module in net.modules()],
        [len(module._forward_hooks) for module in net.modules()],
        list(map(id, net.parameters())),
    ]


def test_a_network_that_is_the_answer_is_put_back():
    @exercise("net = ...", (), "net = 1", "", walks=1)
    def sample(net):
        _spoil(net)
        return "Spoilt."

    net = _net()
    before = _contents(net)
    assert sample.check(net)
    assert _contents(net) == before
    net(torch.ones(2, 1, 8, 8)).sum().backward()


def test_a_network_that_a_function_refers_to_is_put_back():
    net = _net()
    before = _contents(net)
    assert calling(1).check(lambda x: _spoil(net) or 1)
    assert _contents(net) == before


def test_tensors_in_a_list_are_put_back():
    @exercise("pair = ...", (), "pair = 1", "", walks=1)
    def sample(pair):
        pair[0].add_(1)
        pair[1].grad.zero_()
        return "Changed."

    weight = torch.ones(2, requires_grad=True)
    (weight * 3).sum().backward()
    pair = [torch.zeros(2), weight]
    assert sample.check(pair)
    assert pair[0].tolist() == [0, 0]
    assert weight.grad.tolist() == [3, 3]


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


def test_warnings_of_an_answer_do_not_become_errors():
    assert calling(1).check(lambda x: warnings.warn("careful", stacklevel=1) or 1)


# Errors


def _broadcast():
    return torch.ones(3) + torch.ones(4)


def _again():
    weight = torch.ones(2, requires_grad=True)
    loss = (weight * weight).sum()
    loss.backward()
    loss.backward()


def _leaf():
    weight = torch.ones(2, requires_grad=True)
    weight -= 1


def _overwritten():
    weight = torch.ones(2, requires_grad=True)
    squared = weight * 2
    result = squared * squared
    squared.add_(1)
    result.sum().backward()


def _unbound():
    if len([]) == 1:
        name = 1
    return name


class _Late(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(1, 1)


class _Silent(nn.Module):
    def __init__(self):
        self.x = 1

    def forward(self, x):
        return x


class _Nameless(nn.Module):
    pass


_SCORES = torch.ones(2, 3)
ERRORS = {
    "dots in a sum": (lambda: 1 + ..., "A `...` still stands"),
    "dots as an argument": (lambda: nn.Linear(2, 2)(...), "A `...` still stands"),
    "dots as a size": (lambda: nn.Linear(..., 2), "A `...` still stands"),
    "mat1 and mat2": (
        lambda: nn.Linear(4, 2)(torch.ones(1, 3)),
        "Rows of 3 numbers met weights for 4",
    ),
    "before init": (_Late, "has to be `super().__init__()`"),
    "never prepared": (lambda: _Silent()(1), "has to be `super().__init__()`"),
    "no forward": (lambda: _Nameless()(1), "no method called `forward`"),
    "leaf in place": (_leaf, "with torch.no_grad()"),
    "second backward": (_again, "compute the loss again"),
    "float targets": (lambda: F.nll_loss(_SCORES, torch.ones(2)), "dtype `torch.long`"),
    "three targets": (
        lambda: F.cross_entropy(_SCORES, torch.tensor([0, 1, 2])),
        "2 rows of scores but 3 targets",
    ),
    "a tenth class": (
        lambda: F.cross_entropy(_SCORES, torch.tensor([0, 9])),
        "smaller than the row",
    ),
    "sizes": (_broadcast, "differ in dimension 0: 3 against 4"),
    "truth of many": (lambda: 1 if torch.ones(2) > 0 else 2, "`.all()`"),
    "no notes": (lambda: torch.ones(1).backward(), "Autograd took no notes"),
    "not scalar": (lambda: torch.ones(2, requires_grad=True).backward(), "needs a single number"),
    "overwritten": (_overwritten, "was overwritten"),
    "channels": (lambda: nn.Conv2d(1, 6, 5)(torch.ones(1, 3, 8, 8)), "made for 1 channels"),
    "small image": (lambda: nn.Conv2d(1, 6, 5)(torch.ones(1, 1, 3, 3)), "smaller than the kernel"),
    "flat image": (lambda: nn.Conv2d(1, 6, 5)(torch.ones(9, 9)), "takes (N, C, H, W)"),
    "view": (lambda: torch.ones(6).view(4, -1), "6 numbers cannot be arranged as [4, -1]"),
    "view of a transpose": (lambda: torch.ones(2, 3).t().view(-1), "`reshape` or `flatten`"),
    "dtypes": (lambda: nn.Linear(3, 3)(torch.ones(1, 3).double()), "need the same dtype"),
    "mean of ints": (lambda: torch.ones(3).long().mean(), "`.float()`"),
    "lonely image": (lambda: nn.BatchNorm1d(3)(torch.ones(1, 3)), "this batch has one alone"),
    "item of many": (lambda: torch.ones(6).item(), "this tensor holds 6"),
    "gradient of ints": (lambda: torch.ones(2).long().requires_grad_(), "`.float()`"),
    "numpy": (lambda: torch.ones(1, requires_grad=True).numpy(), "`detach()` first"),
    "dimension": (lambda: torch.ones(2, 3).sum(dim=4), "no dimension 4"),
    "None": (lambda: F.relu(None), "often a `return` is missing"),
    "attribute of None": (lambda: None.shape, "often a `return` is missing"),
    "a list": (lambda: nn.Linear(3, 3)([1.0, 2.0]), "A tensor is needed here, not list"),
    "no such name": (lambda: unknown_name, "knows no `unknown_name`"),  # noqa: F821
    "no value yet": (_unbound, "only on a path"),
    "arguments": (lambda: Net(3), "another number of arguments"),
    "keyword": (lambda: nn.Linear(2, 2, biases=True), "no argument called `biases`"),
    "not callable": (lambda: torch.pi(2), "with round brackets"),
    "no attribute": (lambda: torch.ones(1).lenght, "spelling of `lenght`"),
}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.filterwarnings("ignore")
def test_a_well_known_error_is_explained(name):
    fails, says = ERRORS[name]
    feedback = calling(1).check(lambda x: fails())
    assert feedback.status == STOPPED
    assert says in feedback.message, feedback
    assert re.match(r"Line \d+, `", feedback.message)
    assert feedback.code in feedback.message


def test_every_explanation_has_met_its_error():
    texts = []
    for fails, _ in ERRORS.values():
        try:
            fails()
        except Exception as error:
            texts.append(str(error))
    for pattern, _ in MEANINGS:
        assert any(re.search(pattern, text) for text in texts), pattern


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RecursionError(), "calls itself again"),
        (ZeroDivisionError("division by zero"), "divided by zero"),
        (SystemExit(0), "asked Python to end"),
        (KeyboardInterrupt(), "interrupted"),
        (GeneratorExit(), "generator"),
        (StopIteration(), "no next element"),
        (MemoryError(), "more memory"),
    ],
    ids=lambda case: type(case).__name__,
)
def test_exceptions_without_words_are_explained(error, says):
    def work(x):
        raise error

    feedback = calling(1).check(work)
    assert (feedback.status, feedback.code) == (STOPPED, type(error).__name__)
    assert says in feedback.message


def test_the_line_shown_is_the_learners_innermost():
    source = """
def inner(x):
    return x @ torch.ones(5)

def work(x):
    y = x + 1
    return inner(y)
"""
    sample = calling(torch.ones(3))
    feedback = sample.check(answer(sample, source))
    assert feedback.message.startswith("Line 2, `return x @ torch.ones(5)`. RuntimeError: ")


def test_the_line_shown_is_not_one_of_pytorch():
    source = "def work(x):\n    layer = nn.Linear(4, 2)\n    return layer(x)"
    sample = calling(torch.ones(1, 3))
    message = sample.check(answer(sample, source)).message
    assert message.startswith("Line 3, `return layer(x)`. RuntimeError: mat1 and mat2")


def test_addresses_and_long_words_are_left_out():
    def work(x):
        raise ValueError(f"{object()!r} is bad. " + "word " * 100)

    message = calling(1).check(work).message
    assert "<object object at 0x…> is bad." in message
    assert len(message) < 200


# Not started


@pytest.mark.parametrize(
    ("starter", "answer_source", "same"),
    [
        ("x = ...", "x = ...", True),
        ("x = ...", "x = None", False),
        ("x = None", "x = None", True),
        ("x = None", "x = 0", False),
        ("x = 1", "x = 1", True),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ("x = ['a', 'b']", "x = ['a', 'b']", True),
        ("x = ['a', 'b']", "x = ['b', 'a']", False),
        ("x = 'a'", "x = 'a'", True),
        ("x = torch.ones(2)", "x = torch.ones(2)", True),
        ("x = torch.ones(2)", "x = torch.zeros(2)", False),
        ("def x(a):\n    ...", "def x(a):\n    '''Words.'''\n    # more\n    ...", True),
        ("def x(a):\n    ...", "def x(a): pass", True),
        ("def x(a):\n    ...", "def x(b):\n    ...", False),
        ("def x(a):\n    ...", "def x(a=1):\n    ...", False),
        ("def x(a):\n    return a + 1", "def x(a):\n    return a + 2", False),
        ("def x(a):\n    return a + 1", "def x(a):\n    return a + 1.0", False),
        ("def x(a):\n    return [b for b in a]", "def x(a):\n    return [b\n for b in a]", True),
        ("def x(a):\n    return a.b", "def x(a):\n    return a.c", False),
        ("class x:\n    def f(self): ...", "class x:\n    'W.'\n    def f(self): ...", True),
        ("class x:\n    def f(self): ...", "class x:\n    def f(self): return 1", False),
        ("class x:\n    def f(self): ...", "class x:\n    def g(self): ...", False),
        ("class x:\n    a = 1", "class x:\n    a = 2", False),
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


# Choices


def test_a_choice_takes_its_letter_in_any_case():
    sky = choice("sky", {"b": "Blue."}, {"a": ("dusk", "At dusk."), "c": ("sea", "No.")}, ())
    assert [sky.check(text).status for text in ("b", " B\n")] == [CORRECT, CORRECT]
    assert [sky.check(text).code for text in ("a", "C", "ab", "", 1)] == [
        "dusk",
        "sea",
        *["no_option"] * 3,
    ]
    assert "a, b or c; this is the text 'd'." in repr(sky.check("d"))
    assert sky.check(...).status == NOT_STARTED


def test_an_exercise_says_what_it_can_do():
    assert repr(calling(1)) == "sample: .check(work), .hint(), .solution(), .starter()"


# Comparisons: every code of `compare`, and what is let through.


@pytest.mark.parametrize(
    ("compare", "value", "code"),
    [
        (as_number, "1", "not_a_number"),
        (as_number, True, "not_a_number"),
        (as_number, 1j, "not_a_number"),
        (as_number, torch.ones(2), "not_a_number"),
        (as_number, torch.ones(1).to_sparse(), "not_a_tensor"),
        (as_number, float("nan"), "not_finite"),
        (as_number, torch.tensor(float("inf")), "not_finite"),
        (as_number, 10**400, "not_finite"),
        (as_whole_number, 1.5, "not_whole"),
        (as_tensor, [1.0], "not_a_tensor"),
        (as_tensor, torch.empty(2, device="meta"), "not_a_tensor"),
        (as_tensor, torch.tensor([float("nan")]), "not_finite"),
        (lambda value, what: as_tensor(value, what, (3,)), torch.ones(2), "wrong_shape"),
        (as_function, 1, "not_a_function"),
        (as_function, Net, "not_a_function"),
        (as_module, 1, "not_a_module"),
        (as_module, lambda: 1, "not_a_module"),
        (as_module, _Silent, "not_a_module"),
    ],
)
def test_what_is_of_another_kind_is_named(compare, value, code):
    with pytest.raises(NotYet) as caught:
        compare(value, "It")
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    "value", [2, 2.0, torch.tensor(2), torch.tensor([[2.0]]), torch.ones(2).sum()]
)
def test_every_right_spelling_of_a_number_is_one(value):
    assert as_whole_number(value, "It") == 2
    assert type(as_whole_number(value, "It")) is int


def test_a_number_of_numpy_is_one():
    assert as_number(torch.ones(3).numpy().sum(), "It") == 3.0


def test_a_tensor_comes_without_its_history():
    assert not as_tensor(torch.ones(2, requires_grad=True) * 2, "It", (2,)).requires_grad
    assert type(as_tensor(nn.Parameter(torch.ones(2)), "It")) is Tensor


def test_a_module_may_be_a_class_a_function_or_itself():
    net = Net()
    assert as_module(net, "It") is not net
    assert agree(list(as_module(net, "It").parameters()), list(net.parameters()))
    assert type(as_module(Net, "It")) is Net
    assert type(as_module(lambda: Net(), "It")) is Net


def test_agreement_is_relative_and_never_with_nan():
    assert agree(1e9, 1e9 + 1)
    assert not agree(1.0, 1.001)
    assert not agree(float("nan"), float("nan"))
    assert not agree(torch.ones(1), torch.ones(1, 1))
    assert agree(torch.ones(2), torch.ones(2).double() + 1e-7)


@pytest.mark.parametrize("name", JUNK)
def test_anything_can_be_shown(name):
    text = shown(JUNK[name]())
    assert 0 < len(text) < 80
    assert "0x" not in text


def test_the_guard_says_what_it_cannot_do():
    assert "sum(range(10**12))" in limits.__doc__
