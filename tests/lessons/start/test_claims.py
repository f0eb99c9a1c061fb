"""What lesson 00 claims, proven."""

from itertools import islice, pairwise

import pytest
import torch
import torch.nn.functional as F

from course_utils.lessons.start import Net, load_digits, partly_trained_net
from course_utils.network.digits import batches
from tests.support.claims import claims_of

SEEDS = range(5)
claim = claims_of("00_start_here")


def untrained(seed: int) -> Net:
    torch.manual_seed(seed)
    return Net()


def scores_of(net: Net) -> torch.Tensor:
    with torch.no_grad():
        return net(load_digits().images)


def test_the_two_networks_differ_in_their_numbers_alone():
    claim("trained-heading", "two networks with the same structure")
    claim("trained-heading", "begins with the same numbers and then takes 400 small steps of")
    first, begun, trained = untrained(0), partly_trained_net(0), partly_trained_net(400)
    assert str(first) == str(trained)
    assert all(map(torch.equal, first.parameters(), begun.parameters()))
    assert not any(map(torch.equal, first.parameters(), trained.parameters()))


def test_a_nudge_of_x_moves_y_about_7_times_as_much():
    claim("autograd-meaning", "let x grow by 0.01.")
    claim("nudge-meaning", "By about 7 times as much as x.")
    grown = [x**2 + 3 * x for x in (2.0, 2.01)]
    assert (grown[1] - grown[0]) / 0.01 == pytest.approx(7, abs=0.02)


def test_the_number_of_parameters():
    claim("training-needed", "training moves nearly all of the 61,706 parameters")
    begun, trained = partly_trained_net(0), partly_trained_net(400)
    moved = [
        now != then for then, now in zip(begun.parameters(), trained.parameters(), strict=True)
    ]
    assert sum(some.numel() for some in moved) == 61706
    assert 0.9 * 61706 < sum(some.sum().item() for some in moved) < 61706


@pytest.mark.parametrize("seed", SEEDS)
def test_first_parameters_are_small_so_all_scores_are_near_0(seed):
    claim("scores-meaning", "All ten scores are close to 0, because the parameters begin as small")
    net = untrained(seed)
    assert max(tensor.abs().max() for tensor in net.parameters()) <= 0.2
    assert scores_of(net).abs().max() < 0.2
    with torch.no_grad():
        for tensor in net.parameters():
            tensor.mul_(5)
    assert scores_of(net).abs().max() > 1  # so it is because they are small


@pytest.mark.parametrize("seed", SEEDS)
def test_the_image_hardly_counts(seed):
    claim("score-spread-meaning", "The image hardly counts.")
    scores = scores_of(untrained(seed))
    assert 5 * scores.std(dim=0).mean() < scores.mean(dim=0).std()


def test_the_favourite_is_the_digit_with_the_largest_bias_for_this_seed():
    claim("score-spread-meaning", "adds to its result, whatever comes in")
    claim("largest-bias-meaning", "For the 9, the favourite.")
    net = untrained(0)
    before = scores_of(net)
    assert net.fc3.bias.argmax() == before.mean(dim=0).argmax() == 9
    with torch.no_grad():
        net.fc3.bias[5] += 1
    assert torch.allclose(scores_of(net)[:, 5], before[:, 5] + 1, atol=1e-5)
    assert (scores_of(net).argmax(dim=1) == 5).all()


def test_other_seeds_have_other_favourites_and_none_can_read():
    claim("training-needed", "Another seed, another favourite; some networks choose among two")
    claim("training-needed", "None of them can read.")
    claim("every-digit-meaning", "One digit in ten is a 9, and only these it reads correctly")
    labels = load_digits().labels
    answers = [scores_of(untrained(seed)).argmax(dim=1) for seed in range(10)]
    sets = [set(some.tolist()) for some in answers]
    assert len(set().union(*sets)) > 5
    assert {1, 2, 3} <= {len(some) for some in sets}
    assert all((some == labels).float().mean() < 0.15 for some in answers)
    assert 0.095 < (labels == 9).float().mean() < 0.105


def test_the_largest_bias_makes_the_favourite_with_most_seeds():
    claim(
        "largest-bias-meaning", "With most seeds the favourite is the digit with the largest bias"
    )
    nets, some = [untrained(seed) for seed in range(40)], load_digits().images[::20]
    with torch.no_grad():
        agree = [net.fc3.bias.argmax() == net(some).mean(dim=0).argmax() for net in nets]
    assert len(nets) / 2 < sum(agree) < len(nets)


def test_the_trained_network_has_met_nearly_all_digits_three_or_four_times():
    claim(
        "accuracies-meaning", "has met nearly all of these digits during its steps, each three or"
    )
    met = torch.cat([batch.images for batch in islice(batches(16), 400)])
    _, times = met.flatten(1).unique(dim=0, return_counts=True)
    assert len(times) > 0.95 * len(load_digits().images)
    assert set(times.tolist()) == {3, 4}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_single_round_may_raise_the_loss_but_over_many_it_falls(seed):
    claim("loop-meaning", "A single round may make the loss larger, but over many rounds it falls")
    claim("loop-meaning", "went through this loop 400 times (its update also")
    net, losses = untrained(seed), []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    for batch in islice(batches(16), 400):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(batch.images), batch.labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert any(later > before for before, later in pairwise(losses))
    assert sum(losses[-100:]) < sum(losses[:100]) / 2
