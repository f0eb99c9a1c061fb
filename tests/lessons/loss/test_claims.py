"""What lesson 03 says is so."""

import math
import warnings

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.loss.along_a_weight import neuron_slice
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import Net, seeded_net
from course_utils.network.neuron import Neuron
from tests.support.claims import claims_of

claim = claims_of("03_loss")
SEEDS = range(5)
TEN, ALL = one_of_each(), load_digits()
SCORES = st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=12)


def drawn(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_untrained_scores_are_near_0_and_random_numbers_between_minus_2_and_2():
    claim("criterion-intro", "The scores of an untrained network are near 0")
    claim("entropy-question", "Its ten probabilities are all near 10 %.")
    for seed in SEEDS:
        scores = seeded_net(seed)(TEN.images)
        assert scores.abs().max() < 0.25
        assert (scores.softmax(1) - 0.1).abs().max() < 0.03
    claim("criterion-intro", "most of `randn`'s numbers lie between −2 and 2")
    assert (drawn(0, 1000).abs() < 2).float().mean() > 0.9


def test_twice_the_error_is_four_times_the_square():
    claim("areas-question", "the error of number 9 is about twice as large")
    claim("areas-meaning", "About four times as much")
    torch.manual_seed(0)
    output = Net()(torch.randn(1, 1, 32, 32))
    torch.manual_seed(10)
    errors = (output - torch.randn(10))[0].abs()
    assert (errors[9] / errors[6]).item() == pytest.approx(2, abs=0.05)
    assert (errors[9] ** 2 / errors[6] ** 2).item() == pytest.approx(4, abs=0.2)


def test_the_criterion_computes_the_wrong_number_and_warns():
    claim(
        "column-squares-meaning", "`nn.MSELoss` computes the same wrong number. At least it warns"
    )
    exact = torch.arange(1.0, 5)
    with warnings.catch_warnings(record=True, action="always") as caught:
        assert F.mse_loss(exact.view(4, 1), exact).item() == 2.5
    assert len(caught) == 1
    claim("two-networks-meaning", "answers (4, 1) `==` labels (4,) compares sixteen pairs")
    assert (exact.view(4, 1) == exact).numel() == 16


@given(seed=st.integers(0, 999), count=st.integers(2, 30))
def test_one_answer_for_all_halves_the_trapped_loss(seed, count):
    claim("all-the-same-meaning", "Half as much! This loss pulls a network towards one answer")
    target = drawn(seed, count)
    right = ((target.view(-1, 1) - target) ** 2).mean()
    same = ((target.mean().expand(count, 1) - target) ** 2).mean()
    assert same.item() == pytest.approx(right.item() / 2, rel=1e-4)


def test_what_a_probability_costs():
    claim("minus-log-meaning", "giving the right class 1 % costs 4.6")
    assert round(-math.log(0.01), 1) == 4.6
    claim("minus-log-meaning", "the cost grows without limit as p nears 0")
    assert [-math.log(10.0**-n) > 2 * n for n in range(1, 300)] == [True] * 299
    claim("recap", "ln(e² + e⁰ + e¹) − 2, which is 0.4076")
    scores = torch.tensor([[2.0, 0.0, 1.0]])
    assert round(F.cross_entropy(scores, torch.tensor([0])).item(), 4) == 0.4076


@given(SCORES, st.data())
def test_cross_entropy_is_a_mean_and_its_slope_is_p_minus_y(scores, data):
    claim("mean-question", "`CrossEntropyLoss` returns the mean of their losses")
    claim("slopes-meaning", "pushed down in proportion to its probability, the right one up in")
    claim("recap", "p − y = 0.2 − 1 = −0.8. Pushing this score up lowers the loss.")
    z = torch.tensor(scores, dtype=torch.float64).expand(3, -1).clone().requires_grad_()
    labels = torch.tensor([data.draw(st.integers(0, len(scores) - 1)) for _ in range(3)])
    losses = z.logsumexp(1) - z[range(3), labels]
    F.cross_entropy(z, labels).backward()
    assert F.cross_entropy(z, labels).item() == pytest.approx(losses.mean().item())
    expected = z.detach().softmax(1) - F.one_hot(labels, len(scores))
    assert torch.allclose(3 * z.grad, expected, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_loss_is_the_logarithm_of_the_number_of_classes(seed):
    claim(
        "all-digits-meaning",
        "With ten classes the first loss, before any training, should be about 2.3, with two",
    )
    net = seeded_net(seed)
    scores = net(ALL.images)
    assert F.cross_entropy(scores, ALL.labels).item() == pytest.approx(math.log(10), abs=0.01)
    two = F.cross_entropy(scores[:, :2], ALL.labels % 2).item()
    assert two == pytest.approx(math.log(2), abs=0.02)


def test_pixels_up_to_255_are_seen_in_the_first_loss():
    claim(
        "large-pixels-meaning",
        "the scores are far from 0, and for more than half of the images the right",
    )
    claim(
        "large-pixels-meaning",
        "with pixels only 16 times too large, the same three networks begin at 2.3.",
    )
    claim("recap", "A network for ten classes starts with a loss of 6.7.")
    for seed in SEEDS:
        net = seeded_net(seed)
        scores = net(255 * ALL.images)
        assert scores.abs().mean() > 10 * net(ALL.images).abs().mean()
        assert scores.softmax(1)[range(len(ALL.labels)), ALL.labels].median() < 0.05
        if seed < 3:
            assert round(F.cross_entropy(net(16 * ALL.images), ALL.labels).item(), 1) == 2.3
    assert round(F.cross_entropy(seeded_net(0)(255 * ALL.images), ALL.labels).item(), 1) == 6.7


def test_mse_wants_exactly_1_and_cross_entropy_ever_more():
    claim("mixer-heading", "The network gave the 3 a score of 0.078")
    scores = seeded_net(0)(TEN.images[3:4]).detach()
    assert round(scores[0, 3].item(), 3) == 0.078
    claim(
        "mixer-first-meaning",
        "Cross entropy falls towards 0. MSE of the scores is smallest at the score 1",
    )
    rows = scores.repeat(41, 1)
    rows[:, 3] = torch.linspace(0, 20, 41)
    three = torch.full((41,), 3)
    entropies = F.cross_entropy(rows.double(), three, reduction="none")
    assert (entropies.diff() < 0).all()
    assert entropies[-1] < 1e-6
    squares = ((rows - F.one_hot(three, 10)) ** 2).mean(1)
    assert squares.argmin() == 2
    claim("mixer-second", "once the 8 has nearly 100 %, each further 1 on its score costs nearly 1")
    rows = scores.repeat(11, 1)
    rows[:, 8] = torch.linspace(10, 20, 11)
    assert (F.cross_entropy(rows, three[:11], reduction="none").diff() - 1).abs().max() < 0.001


@given(SCORES)
def test_softmax_first_never_falls_below_its_floor(scores):
    claim("twice-advice", "No training can bring it below 1.4612.")
    z = (torch.tensor(scores) * 10).repeat(10)[:10].double()
    assert F.cross_entropy(z.softmax(0), z.argmax()) >= 1.46115
    claim("recap", "The loss cannot fall below 1.4612 for ten classes.")


def trained(seed, softmax_first):
    """Accuracy on the last 497 digits after five passes over the first 1,300."""
    net = seeded_net(seed)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    order = torch.Generator().manual_seed(seed)
    for _ in range(5):
        for batch in torch.randperm(1300, generator=order).split(32):
            optimizer.zero_grad()
            scores = net(ALL.images[batch])
            scores = scores.softmax(1) if softmax_first else scores
            F.cross_entropy(scores, ALL.labels[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        answers = net(ALL.images[1300:]).argmax(1)
    return (answers == ALL.labels[1300:]).float().mean()


def test_what_softmax_twice_costs():
    claim("twice-cost", "From each of five seeds we trained our network with and without it")
    claim("twice-cost", "five passes over 1,300 digits, in which each step uses 32 of them")
    claim("twice-cost", "Of 497 other digits, every network without the fault recognised more than")
    claim("twice-cost", "more than 60 %, every one with it less than 40 %.")
    claim("recap", "In our trials the network learnt far less")
    for seed in SEEDS:
        assert trained(seed, softmax_first=False) > 0.6
        assert trained(seed, softmax_first=True) < 0.4


@settings(deadline=None)
@given(st.lists(st.floats(-2000, 2000, width=32), min_size=2, max_size=6))
def test_the_largest_score_taken_away_first(scores):
    claim("large-meaning", "e to the 1000 is beyond the largest float")
    assert torch.tensor(1000.0).exp().isinf()
    claim("large-meaning", "PyTorch's own softmax avoids this.")
    z = torch.tensor(scores)
    assert z.softmax(0).sum().item() == pytest.approx(1)
    claim("large-trick", "the largest exponential is e⁰ = 1, so none is too large, and their sum")
    total = (z - z.max()).exp().sum()
    assert 1 <= total <= len(z)
    assert (z.max() + total.log()).item() == pytest.approx(z.logsumexp(0).item(), abs=1e-3)


@given(SCORES, st.data())
def test_a_real_target_never_gives_a_negative_loss(scores, data):
    claim("random-target-meaning", "With a label or probabilities, cross entropy is never below 0;")
    z = torch.tensor([scores], dtype=torch.float64)
    label = torch.tensor([data.draw(st.integers(0, len(scores) - 1))])
    claim("soft-target-meaning", "The same as the label.")
    loss = F.cross_entropy(z, label)
    one_hot = F.one_hot(label, len(scores)).double()
    assert F.cross_entropy(z, one_hot).item() == pytest.approx(loss.item(), abs=1e-9)
    target = drawn(len(scores), 1, len(scores)).double()
    assert min(loss, F.cross_entropy(z, target.softmax(1))) >= -1e-9
    claim("class-ten-meaning", r"The loss is $-\sum_k y_k \ln p_k$.")
    expected = -(target * z.log_softmax(1)).sum().item()
    assert F.cross_entropy(z, target).item() == pytest.approx(expected, abs=1e-9)


def test_what_a_false_target_gives_away():
    claim("class-ten-meaning", "The first mistake stops you at once, the second as soon as a 10")
    scores = seeded_net(0)(TEN.images).detach()
    assert F.cross_entropy(scores[:9], TEN.labels[:9] + 1).isfinite()
    with pytest.raises(IndexError):
        F.cross_entropy(scores, TEN.labels + 1)
    claim("random-target-meaning", "with a random target it can also come out positive")
    losses = [F.cross_entropy(scores[3:4], drawn(seed, 1, 10)) for seed in range(200)]
    assert 60 < sum(loss > 0 for loss in losses) < 140


def test_the_family_of_losses():
    claim("family-heading", "`torch.nn` has more than twenty losses")
    assert sum(name.endswith("Loss") for name in dir(torch.nn)) > 20
    claim("family-meaning", "SmoothL1 is curved up to an error of 1 and straight beyond")
    errors = torch.linspace(0, 3, 31, dtype=torch.float64)
    bends = F.smooth_l1_loss(errors, 0 * errors, reduction="none").diff().diff()
    assert (bends[:9] > 1e-3).all()
    assert bends[10:].abs().max() < 1e-9
    claim("family-heading", "−ln p if yes is right, −ln(1 − p) if no is. `BCEWithLogitsLoss` takes")
    scores, yes = drawn(0, 4, 3), drawn(1, 4, 3) > 0
    p = scores.sigmoid()
    expected = torch.where(yes, -p.log(), -(1 - p).log()).mean()
    found = F.binary_cross_entropy_with_logits(scores, yes.float())
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    claim(
        "outlier-meaning",
        "twice as far costs four times as much. In the other two it costs about twice",
    )
    one, two = torch.tensor(10.0), torch.tensor(20.0)
    ratios = [f(two, 0 * two) / f(one, 0 * one) for f in (F.mse_loss, F.l1_loss, F.smooth_l1_loss)]
    assert [ratio.item() for ratio in ratios] == pytest.approx([4, 2, 2], abs=0.1)


def test_the_neuron_along_its_weight():
    claim("neuron-slice-meaning", "At w = 1.4 the output is 1.4 · 2.5 + 0.5 = 4, the target.")
    claim(
        "neuron-slice-meaning", "Below w = −0.2, z is negative, ReLU makes it 0, and the loss stays"
    )
    found = neuron_slice(Neuron(x=2.5, w=2.0, b=0.5, target=4.0), torch.linspace(-1, 3, 81))
    assert found.lowest == pytest.approx((1.4, 0), abs=1e-5)
    assert set(found.losses[found.values < -0.2].tolist()) == {16.0}
    claim("slice-end", "each weight's best value changes as the others move")
    other = neuron_slice(Neuron(x=2.5, w=2.0, b=1.5, target=4.0), found.values)
    assert other.lowest == pytest.approx((1, 0), abs=1e-5)
    claim("slice-heading", "a range fifty times as wide as the one in which its weights begin")
    assert 10 / seeded_net(0).conv1.weight.abs().max().item() == pytest.approx(50, rel=0.01)


def test_a_broken_pixel_spoils_the_mean_and_is_found():
    claim("in-practice", "One pixel that is `nan` makes the mean of a whole batch `nan`")
    claim("in-practice", '`reduction="none"` tells which image it was')
    images = TEN.images.clone()
    images[7, 0, 16, 16] = math.nan
    losses = F.cross_entropy(seeded_net(0)(images), TEN.labels, reduction="none")
    assert losses.mean().isnan()
    assert losses.isnan().nonzero().tolist() == [[7]]
