"""The surfaces are what they say, and the race down them is torch.optim's."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.optimize.race import (
    CLOSE,
    descend,
    descend_best,
    fair_race,
    map_settings,
    race,
)
from course_utils.lessons.optimize.surfaces import SURFACES
from course_utils.network.neuron import Neuron
from course_utils.network.optimizers import RULES
from tests.network.test_optimizers import TORCHS

RAVINE, SADDLE, NEURON = SURFACES
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM = RULES
places = st.floats(-3, 3).map(lambda number: round(number, 3))


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
@given(x=places, y=places)
def test_the_gradient_is_autograds(surface, x, y):
    point = [torch.tensor(at, dtype=torch.float64, requires_grad=True) for at in (x, y)]
    if surface is NEURON and 2 * x + y == 0:
        return  # at the corner abs() and relu() have other slopes
    surface.value(*point).backward()
    slopes = [at.grad.item() for at in point]
    assert surface.gradient(x, y) == pytest.approx(slopes, abs=1e-12)


@given(w=places, b=places)
def test_the_neurons_surface_is_the_neurons_loss(w, b):
    assert NEURON.value(w, b) == pytest.approx(Neuron(w=w, b=b).loss, abs=1e-12)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_no_point_lies_below_the_floor_and_the_start_is_in_the_window(surface):
    left, right, bottom, top = surface.window
    assert left < surface.start[0] < right
    assert bottom < surface.start[1] < top
    x, y = torch.meshgrid(torch.linspace(-3, 3, 121), torch.linspace(-3, 3, 121), indexing="ij")
    lowest = surface.value(x.double(), y.double()).min().item()
    assert surface.floor - 1e-9 <= lowest < surface.floor + CLOSE


@settings(max_examples=30, deadline=None)
@given(
    surface=st.sampled_from(SURFACES),
    rule=st.sampled_from(RULES),
    rate=st.floats(1e-3, 0.06),
    share=st.sampled_from([0.5, 0.9]),
)
def test_a_descent_goes_where_torchs_optimizer_goes(surface, rule, rate, share):
    found = descend(surface, rule, rate, share, steps=25)
    point = torch.nn.Parameter(torch.tensor(surface.start, dtype=torch.float64))
    optimizer = TORCHS[rule.name]([point], rate, share)
    for x, y in found.path[1:]:
        point.grad = torch.tensor(surface.gradient(*point.tolist()), dtype=torch.float64)
        optimizer.step()
        assert point.tolist() == pytest.approx([x, y], rel=1e-7, abs=1e-9)


def test_the_limit_of_the_ravine_is_two_over_its_curvature():
    assert descend(RAVINE, SGD, 0.079, steps=2000).arrived is not None
    assert descend(RAVINE, SGD, 0.081, steps=2000).lost is not None


def test_arrival_counts_only_for_good():
    found = descend(RAVINE, MOMENTUM, 0.05, 0.9)
    close = [loss <= RAVINE.floor + CLOSE for loss in found.losses]
    assert all(close[found.arrived :])
    assert not close[found.arrived - 1]
    assert any(close[: found.arrived])  # it had passed through before


def test_a_neuron_put_to_sleep_is_stuck():
    found = descend(NEURON, SGD, 0.3)
    assert found.stuck
    assert found.losses[-1] == 1.0
    assert found.path[1] == found.path[-1]


def test_who_is_lost_stops_and_says_when():
    found = descend(RAVINE, SGD, 1.0)
    assert found.lost == len(found.path) - 1 == 2
    assert found.arrived is None
    assert not found.stuck


def test_a_race_names_who_came_first():
    assert [down.rule for down in race(RAVINE, 0.05).first] == ["Nesterov"]
    assert [down.settings for down in race(RAVINE, 0.05).descents][:2] == [
        "rate 0.05",
        "rate 0.05, momentum 0.9",
    ]
    assert [down.rule for down in race(RAVINE, 0.02, 0.0).first] == ["SGD", "momentum", "Nesterov"]
    assert race(RAVINE, 0.001).first == ()


def test_without_momentum_three_are_one():
    sgd, momentum, nesterov, _, _ = race(SADDLE, 0.1, 0.0).descents
    assert sgd.path == momentum.path == nesterov.path


def test_the_best_settings_are_those_with_fewest_steps():
    found = descend_best(RAVINE, MOMENTUM, (0.07, 0.01, 0.05), (0.0, 0.5))
    others = [descend(RAVINE, MOMENTUM, r, m).arrived for r in (0.01, 0.05, 0.07) for m in (0, 0.5)]
    assert found.arrived == min(one for one in others if one)
    assert found.settings == "rate 0.07, momentum 0.5"
    assert descend_best(RAVINE, SGD, (0.001, 1.0)) is None


def test_a_fair_race_is_never_slower_than_one_with_shared_settings():
    fair = [down.arrived for down in fair_race(SADDLE).descents]
    for shared in (race(SADDLE, 0.1).descents, race(SADDLE, 0.5, 0.5).descents):
        assert all(
            down.arrived is None or down.arrived >= n for down, n in zip(shared, fair, strict=True)
        )


def test_the_map_of_settings_holds_descents_and_ends_at_the_limit():
    found = map_settings()
    assert found.steps.shape == (len(found.momenta), len(found.rates))
    rate, share, steps = found.best
    assert (
        descend(RAVINE, MOMENTUM, rate, share).arrived == steps == found.steps.nan_to_num(999).min()
    )
    limits = 2 * (1 + found.momenta) / found.curvature
    beyond = found.rates > 1.02 * limits[:, None]
    assert found.steps[beyond].isnan().all()
    assert (
        not found.steps[(found.rates < 0.95 * limits[:, None]) & (found.rates > 0.02)].isnan().any()
    )


@pytest.mark.parametrize("rate", [-0.1, math.nan])
def test_bad_settings_are_refused(rate):
    with pytest.raises(ValueError, match="learning rate"):
        descend(RAVINE, SGD, rate)
    with pytest.raises(ValueError, match="momentum"):
        descend(RAVINE, SGD, 0.1, 1.0)
