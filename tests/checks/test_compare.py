"""A right answer passes, a mistake is named only where it is certain, else facts are shown."""

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import strategies as st
from torch import nn

from course_utils.checks.calls import Given, call, given, watch_calls
from course_utils.checks.compare import Mistake, agree, check_agreement, check_gradient
from course_utils.checks.convert import NotYet, as_tensor

DOUBLED = Mistake("doubled", "Twice.", lambda x: 2 * x)
SQUARED = Mistake("squared", "Squared.", lambda x: x * x)


def by_engine(loss):
    run = torch.autograd.Variable._execution_engine.run_backward
    run((loss,), (torch.ones(()),), False, False, (), True, True)


def told(answer, inputs, mistakes=(), right=lambda x: x + 1, **how) -> tuple[str, str]:
    """Code and message for an answer; empty if it passes."""
    try:
        check_agreement(answer, right, inputs, mistakes, name="f", **how)
    except NotYet as mistake:
        return mistake.code, mistake.message
    return "", ""


def test_agreement_is_relative_and_never_with_nan():
    assert agree(1e9, 1e9 + 1)
    assert not agree(1.0, 1.001)
    assert not agree(float("nan"), float("nan"))
    assert not agree(torch.ones(1), torch.ones(1, 1))
    assert agree(torch.ones(2), torch.ones(2).double() + 1e-7)
    assert agree((1, [2.0]), [1.0, (2,)])
    assert not agree((1, 2), (1, 2, 3))
    assert not agree(None, None)


def test_a_mistake_is_named_if_it_explains_every_input():
    inputs = [given(2), given(3), given(5)]
    assert told(lambda x: x + 1, inputs, [DOUBLED, SQUARED]) == ("", "")
    assert told(lambda x: 2 * x, inputs, [DOUBLED, SQUARED]) == ("doubled", "Twice.")
    assert told(lambda x: 2 * x + (x > 4), inputs, [DOUBLED, SQUARED])[0] == "differs"
    halting = Mistake("halting", "It fails for 3.", lambda x: 12 // (x - 3))
    assert told(lambda x: 2 * x, inputs, [halting, DOUBLED])[0] == "doubled"


@pytest.mark.parametrize(
    ("inputs", "mistakes"),
    [
        ([given(1), given(3)], [DOUBLED]),  # 1 + 1 is 2 * 1: a single input tells it
        ([given(0), given(2), given(5)], [DOUBLED, SQUARED]),  # 0 and 2 are doubled and squared
    ],
)
def test_a_mistake_is_not_named_on_the_word_of_a_single_input(inputs, mistakes):
    assert told(lambda x: 2 * x, inputs, mistakes)[0] == "differs"


@drawn(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.integers(0, 4))
def test_what_is_named_is_true_and_what_passes_is_right(numbers, bend):
    def answer(x):
        return [x + 1, 2 * x, x * x, 2, x + (x > 0)][bend]

    code, message = told(answer, [given(x) for x in numbers], [DOUBLED, SQUARED])
    named = {"": lambda x: x + 1, "doubled": DOUBLED.function, "squared": SQUARED.function}
    if code in named:
        assert [answer(x) for x in numbers] == [named[code](x) for x in numbers]
    else:
        wrong = next(x for x in numbers if answer(x) != x + 1)
        assert f"For `f({wrong})` it returned {answer(wrong)};" in message


def test_facts_are_shown_of_the_first_input_that_differs():
    inputs = [given(2), given(3), given(4)]
    late = told(lambda x: x + 1 if x < 3 else 0, inputs)[1]
    assert late == (
        "It is right for 1 of 3 inputs tried. For `f(3)` it returned 0; another result is wanted."
    )
    assert told(lambda x: 0, inputs, pytorch="nn.X()")[1].endswith("0; `nn.X()` gives 3.")
    assert told(lambda x: 0, inputs, show_wanted=True)[1].endswith("0; wanted is 3.")


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (torch.tensor([1.0, 2.0]), "it returned the shape (2,); wanted is (2, 3)."),
        (
            torch.zeros(2, 3),
            "The shapes are right. For `f(1)` it has 0 at [0, 1]; wanted is 1 there.",
        ),
        (torch.arange(6.0).view(2, 3) + torch.eye(2, 3), "it has 1 at [0, 0]; wanted is 0 there."),
    ],
)
def test_of_tensors_the_first_place_that_differs_is_shown(result, says):
    wanted = torch.arange(6.0).view(2, 3)
    how = {"read": as_tensor, "show_wanted": True, "right": lambda x: wanted}
    assert told(lambda x: result, [given(1)], **how)[1].endswith(says)


def test_of_several_results_the_first_that_differs_is_shown():
    how = {"read": lambda value, what: value, "show_wanted": True, "right": lambda x: (x, x + 1)}
    says = told(lambda x: (x, x), [given(7)], **how)[1]
    assert says == "For `f(7)` it returned 7 as result 2; wanted is 8."
    says = told(lambda x: (x,), [given(7)], **how)[1]
    assert says == "For `f(7)` it returned 1 result(s); wanted is 2."


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda x: (x * x).sum().item(), "no_gradient"),
        (lambda x: (x.detach() ** 2).sum(), "no_gradient"),
        (lambda x: (x * x.detach()).sum(), "other_gradient"),
    ],
)
def test_an_answer_that_gradients_do_not_go_back_through_is_told(answer, code):
    start = given(torch.tensor([1.0, -2.0]))
    check_gradient(lambda x: x @ x, lambda x: (x * x).sum(), start, name="f")
    with pytest.raises(NotYet) as caught:
        check_gradient(answer, lambda x: (x * x).sum(), start, name="f")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (lambda x: x.add_(1), torch.ones(2)),
        (lambda x: x.append(1), [1]),
        (lambda x: x[0].zero_(), [torch.ones(2)]),
        (lambda x: x.eval(), nn.Linear(1, 1)),
        (lambda x: nn.init.zeros_(x.weight), nn.Linear(1, 1)),
    ],
)
def test_an_input_that_is_changed_is_named_and_the_original_is_not(change, value):
    before = repr(value)
    with pytest.raises(NotYet, match="Input 2 of 2 is itself changed") as caught:
        call(lambda one, x: change(x), 1, value)
    assert caught.value.code == "input_changed"
    assert repr(value) == before
    assert call(lambda x: x, torch.tensor([float("nan")])).isnan()


@pytest.mark.parametrize(
    ("change", "value", "what"),
    [
        (lambda x: x.requires_grad_(), torch.ones(2), "what requires a gradient"),
        (lambda x: x.requires_grad_(False), nn.Linear(1, 1), "what requires a gradient"),
        (lambda x: (x @ x).backward(), torch.ones(2, requires_grad=True), "what has a `.grad`"),
        (lambda x: setattr(x[0], "seen", 1), nn.Sequential(nn.ReLU()), "the list of its attrib"),
        (lambda x: x.register_forward_hook(print), nn.ReLU(), "the number of its hooks"),
    ],
)
def test_an_input_that_is_not_as_it_was_beside_its_numbers_is_named(change, value, what):
    with pytest.raises(NotYet, match=f"The input has kept its numbers, but {what}") as caught:
        call(change, value)
    assert caught.value.code == "input_marked"


def test_what_is_right_is_known_before_the_answer_can_change_it(monkeypatch):
    monkeypatch.setattr(nn.functional, "relu", nn.functional.relu)

    def answer(x):
        nn.functional.relu = lambda x: 0
        return 0

    assert told(answer, [given(torch.tensor(3.0))], right=nn.ReLU())[0] == "differs"


def test_recording_that_stays_off_is_named():
    with pytest.raises(NotYet, match="takes no notes any more") as caught:
        call(lambda: torch.set_grad_enabled(False))
    assert caught.value.code == "mode_left"
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (given(10, several=True), "`f(10, several=True)`"),
        (given(torch.tensor([1.0, -2.0])), "`f([1.0, -2.0])`"),
        (given(torch.ones(3, 4), torch.ones(90)), "`f(…)` with shapes (3, 4) and (90,)"),
        (given(torch.ones(9, 9)), "`f(…)` with shape (9, 9)"),
        (Given((1,), {}, "a network of two layers"), "a network of two layers"),
    ],
)
def test_a_call_is_put_in_words(arguments, words):
    assert arguments.words("f") == words


@pytest.mark.parametrize(
    ("answer", "function"),
    [
        (nn.CrossEntropyLoss(), nn.functional.cross_entropy),
        (lambda x, t: torch._C._nn.cross_entropy_loss(x, t), nn.functional.cross_entropy),
        (torch.ops.aten.cross_entropy_loss, nn.functional.cross_entropy),
        (lambda x, t, run=torch.autograd.backward: run(x.sum()), torch.autograd.backward),
        (lambda x, t: by_engine(x.sum()), torch.autograd.backward),
        (lambda x, t: x.sum().backward(), torch.autograd.backward),
        (lambda x, t: torch.autograd.grad(x.sum(), x), torch.autograd.grad),
        (lambda x, t: torch.func.grad(lambda y: y.sum())(x), torch.autograd.grad),
        (lambda x, t: torch.func.vjp(torch.sum, x)[1](torch.ones(())), torch.autograd.grad),
    ],
)
def test_what_an_answer_calls_is_seen_under_any_name(answer, function):
    x, target = torch.ones(2, 3, requires_grad=True), torch.tensor([0, 1])
    with watch_calls() as called:
        nn.functional.nll_loss(x.log_softmax(dim=1), target)
    assert function not in called
    with watch_calls() as called:
        answer(x, target)
    assert function in called
