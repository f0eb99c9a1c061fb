"""The rules of five optimizers are those of torch.optim, over many steps and settings."""

import math
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import optim

from course_utils.network.optimizers import (
    RULES,
    adam,
    check_momentum,
    check_rate,
    momentum,
    nesterov,
    rmsprop,
    sgd,
)

rates = st.floats(1e-4, 0.05)
shares = st.floats(0.05, 0.99)
tiny = st.floats(1e-10, 1e-2)
seeds = st.integers(0, 99)
many = settings(max_examples=25, deadline=None)


def noisy_gradients(seed, steps=40):
    random = torch.Generator().manual_seed(seed)
    return torch.randn(steps, 3, generator=random, dtype=torch.float64)


def by_rule(rule, gradients, **arguments):
    weight, memory, path = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64), None, []
    for gradient in gradients:
        weight, memory = rule(weight, gradient + weight, memory, **arguments)
        path.append(weight)
    return torch.stack(path)


def by_torch(make, gradients, **arguments):
    weight = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64))
    optimizer, path = make([weight], **arguments), []
    for gradient in gradients:
        weight.grad = (gradient + weight).detach()
        optimizer.step()
        path.append(weight.detach().clone())
    return torch.stack(path)


def same(ours, theirs):
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-10)


TWINS = {  # ours, PyTorch's, and their settings by two numbers below 1 and a tiny one
    "sgd": (sgd, optim.SGD, lambda a, b, tiny: {}),
    "momentum": (momentum, optim.SGD, lambda a, b, tiny: {"momentum": a}),
    "nesterov": (nesterov, partial(optim.SGD, nesterov=True), lambda a, b, tiny: {"momentum": a}),
    "rmsprop": (rmsprop, optim.RMSprop, lambda a, b, tiny: {"alpha": a, "eps": tiny}),
    "adam": (adam, optim.Adam, lambda a, b, tiny: {"betas": (a, b), "eps": tiny}),
}


@pytest.mark.parametrize("name", TWINS)
@many
@given(seed=seeds, rate=rates, first=shares, second=shares, eps=tiny)
def test_a_rule_is_torchs(name, seed, rate, first, second, eps):
    ours, theirs, settings_of = TWINS[name]
    gradients, chosen = noisy_gradients(seed), settings_of(first, second, eps)
    same(
        by_rule(ours, gradients, rate=rate, **chosen),
        by_torch(theirs, gradients, lr=rate, **chosen),
    )


TORCHS = {
    "SGD": lambda w, rate, share: optim.SGD(w, lr=rate),
    "momentum": lambda w, rate, share: optim.SGD(w, lr=rate, momentum=share),
    "Nesterov": lambda w, rate, share: optim.SGD(w, lr=rate, momentum=share, nesterov=True),
    "RMSProp": lambda w, rate, share: optim.RMSprop(w, lr=rate),
    "Adam": lambda w, rate, share: optim.Adam(w, lr=rate, betas=(share, 0.999)),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_with_its_settings_is_torchs_with_its_usual_ones(rule):
    gradients = noisy_gradients(0, steps=200)
    ours = by_rule(rule.step, gradients, rate=0.01, **rule.settings(0.8))
    same(ours, by_torch(lambda w: TORCHS[rule.name](w, 0.01, 0.8), gradients))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_floats_and_tensors_take_the_same_way_and_nothing_changes_in_place(rule):
    weight, gradient = torch.tensor(1.5, dtype=torch.float64), torch.tensor(-0.25).double()
    moved, memory = rule.step(weight, gradient, None, rate=0.1, **rule.settings(0.5))
    again, _ = rule.step(moved, gradient, memory, rate=0.1, **rule.settings(0.5))
    held, memory = rule.step(1.5, -0.25, None, rate=0.1, **rule.settings(0.5))
    held, _ = rule.step(held, -0.25, memory, rate=0.1, **rule.settings(0.5))
    assert again.item() == pytest.approx(held, rel=1e-12)
    assert (weight.item(), gradient.item()) == (1.5, -0.25)


@pytest.mark.parametrize("rate", [-0.1, -1e-9, math.nan, math.inf])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match=r"a finite number from 0 up; this one is .*climb"):
        check_rate(rate)


@pytest.mark.parametrize("share", [-0.1, 1.0, math.nan])
def test_a_momentum_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match=r"not including, 1; this one is .* never dies down"):
        check_momentum(share)


def test_limits_that_are_allowed():
    check_rate(0)
    check_momentum(0)
