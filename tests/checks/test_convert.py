"""Right in any dress is right; what is of another kind is told what it is and what to do."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy
import pytest
import torch
from torch import Tensor, nn

from course_utils.checks.convert import (
    NotYet,
    as_differentiable,
    as_function,
    as_module,
    as_number,
    as_several,
    as_tensor,
    as_whole_number,
    shown,
)
from tests.support.junk import JUNK


class Silent(nn.Module):
    def __init__(self):
        self.x = 1


class Baseless:
    def forward(self, x):
        return x


class Pair(NamedTuple):
    one: float
    other: float


def as_three(value, what):
    return as_tensor(value, what, (3,))


def as_two(value, what):
    return as_several(value, 2, what)


ONES = torch.ones(2, requires_grad=True)


@pytest.mark.parametrize(
    ("convert", "value", "code", "says"),
    [
        (as_number, "1", "not_a_number", "the text '1'"),
        (as_number, True, "not_a_number", "the truth value"),
        (as_number, 1j, "not_a_number", "complex"),
        (as_number, None, "not_a_number", "a function without `return`"),
        (as_number, ONES.mean, "not_a_number", "Are the brackets of the call missing"),
        (as_number, nn.MSELoss(), "not_a_number", "made but not called"),
        (as_number, ONES, "not_a_number", "a tensor of shape (2,)"),
        (as_number, torch.ones(1).to_sparse(), "not_a_tensor", "stores no numbers"),
        (as_number, float("nan"), "not_finite", "nan"),
        (as_number, torch.tensor(float("inf")), "not_finite", "inf"),
        (as_number, 10**400, "not_finite", "enormous"),
        (as_whole_number, 1.5, "not_whole", "1.5"),
        (as_tensor, [1.0], "not_a_tensor", "list"),
        (as_tensor, nn.ReLU, "not_a_tensor", "Brackets make an object"),
        (as_tensor, torch.empty(2, device="meta"), "not_a_tensor", "stores no numbers"),
        (as_tensor, torch.tensor([float("nan")]), "not_finite", "NaN"),
        (as_three, torch.ones(2), "wrong_shape", "(2,); (3,) is wanted"),
        (as_differentiable, 0.5, "no_gradient", "it is 0.5, no tensor"),
        (as_differentiable, ONES.detach(), "no_gradient", "no `detach`"),
        (as_two, (1, 2, 3), "not_several", "3 came"),
        (as_two, None, "not_several", "`return`"),
        (as_function, 1, "not_a_function", "this is 1"),
        (as_function, nn.MSELoss, "not_a_function", "Brackets make an object of it"),
        (as_module, 1, "not_a_module", "this is 1"),
        (as_module, Silent, "not_a_module", "super().__init__()"),
        (as_module, Baseless, "not_a_module", "`class Baseless(nn.Module):`"),
    ],
)
def test_what_is_of_another_kind_is_named(convert, value, code, says):
    with pytest.raises(NotYet) as caught:
        convert(value, "It")
    assert caught.value.code == code
    assert says in caught.value.message
    assert caught.value.message.endswith((".", "?"))


@pytest.mark.parametrize(
    "value",
    [
        *(2, 2.0, torch.tensor(2), torch.tensor([[2.0]]), ONES.sum(), numpy.array([2])),
        *(numpy.float32(2), numpy.int64(2), Fraction(4, 2), Decimal(2)),
    ],
    ids=repr,
)
def test_every_right_spelling_of_a_number_is_one(value):
    assert as_whole_number(value, "It") == 2
    assert type(as_whole_number(value, "It")) is int


@pytest.mark.parametrize(
    "value", [(1, 2), [1, 2], Pair(1, 2), torch.tensor([1, 2]), numpy.array([1, 2])], ids=repr
)
def test_every_right_spelling_of_several_is_one(value):
    assert list(map(int, as_several(value, 2, "It"))) == [1, 2]


def test_a_tensor_comes_without_its_history_and_an_array_as_one():
    assert not as_tensor(ONES * 2, "It", (2,)).requires_grad
    assert type(as_tensor(nn.Parameter(torch.ones(2)), "It")) is Tensor
    assert as_tensor(numpy.ones(2), "It").tolist() == [1, 1]
    buffer = torch.zeros(2)
    kept = as_tensor(buffer, "It")
    buffer.add_(1)
    assert kept.tolist() == [0, 0]


def test_a_module_may_be_a_class_a_function_or_itself_of_which_a_copy_comes():
    net = nn.Sequential(nn.Linear(1, 1))
    copy = as_module(net, "It")
    assert copy is not net
    assert repr(copy) == repr(net)
    assert type(as_module(nn.ReLU, "It")) is type(as_module(lambda: nn.ReLU(), "It")) is nn.ReLU
    net.last = net(torch.ones(1, 1))  # has a history, which nobody can copy
    assert as_module(net, "It") is net


@pytest.mark.parametrize("name", JUNK)
def test_anything_can_be_shown(name):
    text = shown(JUNK[name]())
    assert 0 < len(text) < 80
    assert "0x" not in text
