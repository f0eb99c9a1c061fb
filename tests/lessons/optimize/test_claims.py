"""What lesson 06 says, measured."""

import cmath
from itertools import pairwise

import pytest
import torch
from torch import nn, optim
from torch.nn.functional import cross_entropy

from course_utils.lessons.optimize import momentum_limit
from course_utils.lessons.optimize.race import (
    MOMENTA,
    RATES,
    descend,
    fair_race,
    map_settings,
    race,
)
from course_utils.lessons.optimize.step_size import slide, step_curve
from course_utils.lessons.optimize.surfaces import SURFACES
from course_utils.network.digits import batches
from course_utils.network.lenet import Net, seeded_net
from course_utils.network.optimizers import RULES
from course_utils.network.trained import partly_trained_net
from tests.support.claims import claims_of

claim = claims_of("06_optimize")

RAVINE, SADDLE, NEURON = SURFACES
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM = RULES
SEEDS = range(5)


def shrinks_by(curvature, rate, momentum):
    """The largest factor by which momentum shrinks a swing in one direction, in the long run."""
    half = (1 + momentum - rate * curvature) / 2
    root = cmath.sqrt(half**2 - momentum)  # λ² − 2·half·λ + momentum = 0
    return max(abs(half + root), abs(half - root))


def train(optimizer_class, seed=0, steps=120, zero=True, **settings):
    """The mean loss of the last twenty of some steps of 16 digits."""
    net, losses = seeded_net(seed), []
    optimizer = optimizer_class(net.parameters(), **settings)
    for batch, _ in zip(batches(16, seed=seed), range(steps), strict=False):
        if zero:
            optimizer.zero_grad()
        loss = cross_entropy(net(batch.images), batch.labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses[-20:]) / 20


def test_a_parabola():
    claim("factors-meaning", "they end equally far from the bottom")
    claim("factors-meaning", "0.25, which is 1/4, arrives at once.")
    creeps, jumps, arrives = (slide(4.0, rate).places for rate in (0.05, 0.45, 0.25))
    assert creeps[-1] == pytest.approx(abs(jumps[-1]))
    assert arrives[1] == 0
    claim("factors-meaning", "The narrower the bowl, the smaller its limit.")
    for curvature in (1.0, 4.0, 25.0):
        assert abs(slide(curvature, 1.99 / curvature).places[-1]) < 1
        assert abs(slide(curvature, 2.01 / curvature).places[-1]) > 1


def test_it_is_the_square_that_overflows_first():
    claim("diverge-meaning", "their squares are beyond what float32 can hold.")
    torch.manual_seed(0)
    net = Net()
    images, target = torch.randn(1, 1, 32, 32), torch.randn(1, 10)
    optimizer, losses = optim.SGD(net.parameters(), lr=10), []
    while not losses or losses[-1].isfinite():
        output = net(images)
        losses.append(nn.functional.mse_loss(output, target))
        before = [parameter.detach().clone() for parameter in net.parameters()]
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    assert losses[-1].isinf()
    assert output.isfinite().all()
    assert all(weights.isfinite().all() for weights in before)
    claim("diverge-meaning", "Then the first gradients and weights become `nan`")
    assert any(weights.isnan().any() for weights in net.parameters())
    assert nn.functional.mse_loss(net(images), target).isnan()


def test_the_best_single_step_gets_shorter_with_training():
    claim("step-curve-meaning", "about 6 before training, 0.3 after 60 steps, and less than 0.1")
    claim("step-curve-meaning", "at 0.1 the loss is a little above the line; at 1 it is far above")
    batch = next(batches(32, seed=1))
    rates = [10 ** (power / 24) for power in range(-40, 36)] + [0.1, 1.0]
    curves = [
        step_curve(partly_trained_net(steps), batch.images, batch.labels, rates)
        for steps in (0, 60, 120)
    ]
    best = [curve.best[0] for curve in curves]
    assert best[:2] == [pytest.approx(6, rel=0.1), pytest.approx(0.3, rel=0.1)]
    assert best[2] < 0.1
    measured, promised = curves[1].after(0.1)
    assert promised < measured < promised + 0.05
    measured, promised = curves[1].after(1.0)
    assert measured > curves[1].loss > promised + 1


def test_the_steepest_direction_sets_the_limit():
    claim("ravine-factors-meaning", "The steepest direction sets the limit, 2/25 = 0.08.")
    assert descend(RAVINE, SGD, 0.079, steps=2000).arrived
    assert descend(RAVINE, SGD, 0.081, steps=2000).lost
    claim("zigzag-meaning", "across it jumps over the middle at each step")
    ys = [y for _, y in descend(RAVINE, SGD, 0.07).path]
    assert all(one * other < 0 for one, other in pairwise(ys[:48]))
    claim("zigzag-meaning", "47 steps.")
    assert fair_race(RAVINE).descents[0].arrived == 47


def test_the_limit_with_momentum():
    claim("settings-meaning", "the dashed line is **2·(1 + β) / curvature**.")
    claim("recap", "Rates below 2 · 1.9 / 10 = 0.38.")
    for curvature in (1.0, 10.0, 25.0):
        for share in MOMENTA:
            limit = 2 * (1 + share) / curvature
            assert shrinks_by(curvature, 0.99 * limit, share) < 1
            assert shrinks_by(curvature, 1.01 * limit, share) > 1
    assert momentum_limit.check(lambda curvatures, momentum: 2 * (1 + momentum) / max(curvatures))


def test_how_much_momentum_is_best():
    claim("settings-meaning", "The fewest steps come with a momentum near 0.5.")
    assert map_settings().best[1] == pytest.approx(0.5, abs=0.03)
    claim(
        "settings-meaning", "near the top, the rate hardly matters until it is close to the limit."
    )
    steps = [descend(RAVINE, MOMENTUM, rate, 0.9).arrived for rate in RATES[2:9]]
    assert max(steps) - min(steps) <= 5
    assert descend(RAVINE, MOMENTUM, 0.15, 0.9).arrived > max(steps) + 20  # the limit is 0.152
    claim(
        "settings-meaning",
        "every step multiplies its width by √β, unless the rate is very small or close",
    )
    claim("shrink-meaning", "with 0.9, only to 95 %, which is slow for this ravine.")
    for rate in RATES[2:9]:
        assert shrinks_by(25.0, rate, 0.9) == pytest.approx(0.9**0.5)
    for rate in torch.linspace(0.001, 0.16, 100).tolist():
        assert shrinks_by(25.0, rate, 0.9) > 0.9486
    claim("shrink-meaning", "If the walls were steeper")
    best = [
        min(
            (max(shrinks_by(one, rate / steep, share) for one in (1.0, steep)), share)
            for share in MOMENTA
            for rate in torch.linspace(0.5, 4, 36).tolist()
        )[1]
        for steep in (25.0, 400.0)
    ]
    assert best[0] < best[1]


def test_momentum_makes_steady_steps_longer():
    claim("effective-meaning", "steps in a steady direction become ten times as long")
    claim("recap", "In a steady direction they become up to ten times as long.")
    velocity = 0.0
    for _ in range(200):
        velocity = 0.9 * velocity + 1
        assert velocity <= 10
    assert velocity == pytest.approx(10)


def test_nesterov():
    claim("nesterov-meaning", "At 0.02 it swings less than plain momentum and arrives sooner.")
    plain, ahead = (descend(RAVINE, rule, 0.02, 0.9) for rule in (MOMENTUM, NESTEROV))
    swings = [sum(abs(a[1] - b[1]) for a, b in pairwise(down.path)) for down in (plain, ahead)]
    assert swings[1] < swings[0]
    assert ahead.arrived < plain.arrived
    claim("nesterov-meaning", "lower, even lower than that of plain SGD")
    claim("nesterov-meaning", "2·(1 + β) / ((1 + 2β) · curvature), which is 0.054 here.")
    for share in (0.5, 0.9):
        limit = 2 * (1 + share) / ((1 + 2 * share) * 25)
        assert limit < 2 / 25
        assert descend(RAVINE, NESTEROV, 0.98 * limit, share, 3000).arrived
        assert descend(RAVINE, NESTEROV, 1.02 * limit, share, 3000).lost
    assert round(limit, 3) == 0.054


def longest(rule, rate):
    path = descend(RAVINE, rule, rate).path
    return max(abs(a - b) for one, other in pairwise(path) for a, b in zip(one, other, strict=True))


def test_how_far_the_adaptive_rules_move():
    claim("rmsprop-meaning", "The first step is ten times the rate in both directions.")
    claim("lost-meaning", "RMSProp moves no weight by more than ten times the rate in one step")
    claim("lost-meaning", "here Adam moves none by more than the rate.")
    claim("adam-meaning", "The rate, in both directions")
    for rate in RATES:
        assert longest(RMSPROP, rate) == pytest.approx(10 * rate, rel=1e-5)
        assert longest(ADAM, rate) == pytest.approx(rate, rel=1e-5)
        assert descend(RAVINE, ADAM, rate).path[1] == pytest.approx((-4 + rate, 1 - rate), abs=1e-8)


def test_the_race():
    claim("best-settings-meaning", "No optimizer wins everywhere")
    winners = [{down.rule for down in fair_race(surface).first} for surface in SURFACES]
    assert not set.intersection(*winners)
    claim("best-settings-meaning", "the four others need at most 18 steps, and plain SGD 47.")
    plain, *others = [down.arrived for down in fair_race(RAVINE).descents]
    assert (max(others), plain) == (18, 47)
    claim("lost-question", "momentum takes 12 steps with the best we tried, and with others it")
    assert descend(RAVINE, MOMENTUM, 0.1, 0.5).arrived == 12
    assert descend(RAVINE, MOMENTUM, 0.2, 0.5).lost
    claim("safe-rates", "At 0.001 nobody reaches the floor of the ravine in three hundred steps")
    assert not any(descend(RAVINE, rule, 0.001).arrived for rule in RULES)
    claim("stuck-neuron", "in one leap z fell below 0")
    stuck = [down for rule in RULES if (down := descend(NEURON, rule, 0.3)).stuck]
    assert len(stuck) == 4
    assert all(2 * down.path[1][0] + down.path[1][1] < 0 for down in stuck)


def test_the_saddle_from_everywhere():
    claim("race-meaning", "the slope along y is almost 0")
    assert abs(SADDLE.gradient(*SADDLE.start)[1]) < 0.002
    races = {start: race(SADDLE, 0.1, start=start) for start in SADDLE.starts}
    claim("race-meaning", "RMSProp. The start lies nearly on the pass")
    claim("race-meaning", "From most starts RMSProp is first, but not from all")
    won = [{down.rule for down in run.first} == {"RMSProp"} for run in races.values()]
    assert won[0]
    assert len(won) / 2 < sum(won) < len(won)
    claim("race-meaning", "from one exactly on y = 0 nobody arrives")
    claim("race-heading", "falls along y, on both sides, to a floor at y = ±1")
    assert not any(run.first for (_, y), run in races.items() if y == 0)
    ends = [down.path[-1] for run in races.values() for down in run.descents if down.arrived]
    assert all(abs(y) == pytest.approx(1, abs=0.2) for _, y in ends)
    assert SADDLE.gradient(0.0, 1.0) == SADDLE.gradient(0.0, -1.0) == (0.0, 0.0)
    assert SADDLE.value(0.0, 1.0) == SADDLE.value(0.0, -1.0) == SADDLE.floor


def test_a_new_network_has_gradients_of_very_different_sizes():
    claim("trainings-meaning", "tensors with gradients of very different sizes")
    for seed in SEEDS:
        net, batch = seeded_net(seed), next(batches(16, seed=seed))
        cross_entropy(net(batch.images), batch.labels).backward()
        sizes = [p.grad.square().mean().sqrt().item() for p in net.parameters()]
        assert max(sizes) > 50 * min(sizes)


def test_with_more_steps_the_others_catch_up():
    claim("digits-heading", "61,706 directions")
    assert sum(parameter.numel() for parameter in seeded_net().parameters()) == 61706
    claim("trainings-meaning", "After 600, plain SGD has come far too: its loss is below 0.1.")
    assert train(optim.SGD, steps=600, lr=0.1) < 0.1


def test_adam_needs_zero_grad_too():
    claim("recap", "follow the sum of all gradients so far instead of the new one, and it learns")
    for seed in SEEDS:
        without = train(optim.Adam, seed, steps=80, zero=False, lr=0.001)
        assert without > 1.5 * train(optim.Adam, seed, steps=80, lr=0.001)
