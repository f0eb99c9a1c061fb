"""What lesson 05 says, measured."""

from itertools import pairwise

import pytest
import torch
from torch import optim
from torch.nn.functional import cross_entropy
from torch.nn.utils import parameters_to_vector

from course_utils.lessons.update.orders import run_order
from course_utils.lessons.update.training_step import run_lines
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import Net, seeded_net
from course_utils.network.neuron import Neuron
from course_utils.network.trace import trace
from tests.support.claims import claims_of

claim = claims_of("05_update")

SEEDS = range(5)
BLIND = 2.302585
WITHOUT = ["forward", "loss", "backward", "step"]
DIGITS, TEN = load_digits(), one_of_each()


def learn(labels, seed=0, rate=0.1):
    """As in the lesson: ten digits by heart; the network, its losses and its gradients' lengths."""
    net, losses, lengths = seeded_net(seed), [], []
    optimizer = optim.SGD(net.parameters(), lr=rate)
    for _ in range(200):
        optimizer.zero_grad()
        loss = cross_entropy(net(TEN.images), labels)
        loss.backward()
        lengths.append(sum(p.grad.square().sum().item() for p in net.parameters()) ** 0.5)
        optimizer.step()
        losses.append(loss.item())
    return net, losses, lengths


@pytest.fixture(scope="module")
def by_heart():
    """For each seed, the training with the right labels and the one with the wrong ones."""
    torch.set_num_threads(1)
    wrong = TEN.labels.roll(1)
    return {seed: (learn(TEN.labels, seed), learn(wrong, seed)) for seed in SEEDS}


def share(net):
    with torch.no_grad():
        answers = net(DIGITS.images[::3]).argmax(1)
    return (answers == DIGITS.labels[::3]).double().mean().item()


def test_a_step_halves_the_error_wherever_the_neuron_is_awake():
    claim("one-step-loss-meaning", "0.05 · 2 · error · 5, which is half of the error.")
    for w in (0.3, 0.75, 1.0, 2.5):
        now = Neuron(w=w)
        after = Neuron(w=w - 0.05 * now.loss_by_w, b=now.b - 0.05 * now.loss_by_b)
        assert after.error == pytest.approx(now.error / 2)
        assert after.loss == pytest.approx(now.loss / 4)


def test_a_wrong_order_may_raise_no_error():
    claim("five-objects", "not every wrong order raises an error.")
    assert not run_order("zero, forward, loss, step, backward", steps=2).moved
    with pytest.raises(ValueError, match="Step 1 stops at loss"):
        run_order("zero, loss, forward, backward, step", steps=1)


def test_learning_by_heart_is_slow_then_fast_then_slow(by_heart):
    claim("by-heart-meaning", "For some forty steps hardly anything happens.")
    claim("by-heart-meaning", "the loss falls fast and sometimes jumps up.")
    claim("by-heart-meaning", "At the end there is little error left, so the gradients fade.")
    losses = by_heart[0][0][1]
    assert min(losses[:40]) > 2.1
    assert losses[100] < 0.1
    assert any(later > 1.2 * before for before, later in pairwise(losses))
    assert all(max(h[0][2][20:180]) > 30 * max(h[0][2][0], h[0][2][-1]) for h in by_heart.values())


def test_the_gradients_of_ten_digits_cancel_at_first():
    claim("by-heart-meaning", "a single digit's gradient is more than five times as long")
    for seed in SEEDS:
        net, lengths = seeded_net(seed), []
        for rows in (range(10), *([row] for row in range(10))):
            net.zero_grad()
            cross_entropy(net(TEN.images[rows]), TEN.labels[rows]).backward()
            lengths.append(parameters_to_vector(p.grad for p in net.parameters()).norm().item())
        assert sum(lengths[1:]) / 10 > 5 * lengths[0]


def test_right_and_wrong_labels_are_learned_by_heart_and_only_one_of_them_is_of_use(by_heart):
    claim("all-question", "To learn ten answers by heart, nothing has to be understood.")
    claim("by-heart-test", "it was near 0 both times.")
    for right, wrong in by_heart.values():
        assert max(right[1][-1], wrong[1][-1]) < 0.002
        assert share(right[0]) > 0.45
        assert share(wrong[0]) < 0.1


def test_rates_that_are_too_small_and_too_large_end_in_the_same_place():
    claim("heart-rates-meaning", "Too small and too large end in the same place")
    claim("heart-rates-meaning", "With 0.001, 200 steps are too few to get anywhere.")
    claim("heart-rates-meaning", "the loss rose, and so many neurons fell asleep")
    claim("heart-rates-meaning", "The scores are nearly the same for every image.")
    for seed in SEEDS:
        slow, wild = learn(TEN.labels, seed, 0.001), learn(TEN.labels, seed, 1)
        assert slow[1][-1] == pytest.approx(BLIND, abs=0.02)
        assert wild[1][-1] == pytest.approx(BLIND, abs=0.02)
        assert max(wild[1]) > wild[1][0]
        scores = wild[0](DIGITS.images[::3])
        assert torch.allclose(scores, scores[:1].expand_as(scores), atol=0.01)
        for step in trace(wild[0], DIGITS.images[::3], keep_outputs=True):
            if step.operation == "relu":
                awake = step.output.transpose(0, 1).flatten(1).any(dim=1)
                assert awake.double().mean() < 0.5


def test_what_the_machine_shows():
    claim("machine-meaning", "2, is added to the old 4, and `step()` follows 6.")
    *_, before, after = run_lines(["zero", *WITHOUT, *WITHOUT])
    assert before.grad == pytest.approx((6.0, 3.0))
    claim("machine-meaning", "A second `step()` uses the same old gradient again.")
    first, second, third = [state.neuron.w for state in run_lines([*WITHOUT, "step"])[-3:]]
    assert first - second == pytest.approx(second - third)
    claim("machine-meaning", "A second `backward()` is refused")
    assert run_lines([*WITHOUT[:3], "backward"])[-1].refusal
    claim("machine-meaning", "after a step, output and loss are out of date")
    assert after.output_is_old
    assert after.loss_is_old


def test_a_forgotten_zero_shows_late_and_for_good():
    claim("five-steps-meaning", "the losses are the same, 1, 0.25 and 0.0625.")
    claim("five-steps-meaning", "it never learns again.")
    correct, forgotten = (
        [state for state in run_lines(lines * 30) if state.line == "backward"]
        for lines in (["zero", *WITHOUT], WITHOUT)
    )
    for one, other, loss in zip(correct, forgotten, (1, 0.25, 0.0625), strict=False):
        assert one.loss == pytest.approx(other.loss) == pytest.approx(loss)
    assert forgotten[2].neuron.z < 1 < correct[2].neuron.z
    assert all(state.neuron.z < 0 and state.grad == forgotten[4].grad for state in forgotten[4:])


def test_without_zeroing_the_loss_ends_higher_than_it_began():
    claim("orders-meaning", "and in the end it is higher than at the start.")
    claim("orders-meaning", "The first two are the same training")
    for seed in range(3):
        run = run_order("forward, loss, backward, step", seed=seed)
        assert run.late > run.losses[0]
        assert max(run.losses) > 4
    one, other = "zero, forward, loss, backward, step", "forward, loss, backward, step, zero"
    assert run_order(one).losses == run_order(other).losses


def passes(size, rate, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Net()
        optimizer = optim.SGD(net.parameters(), lr=rate)
        for _ in range(3):
            for chosen in torch.randperm(1797).split(size):
                optimizer.zero_grad()
                cross_entropy(net(DIGITS.images[chosen]), DIGITS.labels[chosen]).backward()
                optimizer.step()
    with torch.no_grad():
        return cross_entropy(net(DIGITS.images[::3]), DIGITS.labels[::3]).item()


def test_many_rough_steps_come_further_than_three_exact_ones():
    claim("exact-question", "In mini-batches of 16 there are 339 steps")
    assert 3 * -(-1797 // 16) == 339
    claim("stochastic-meaning", "Three exact steps get almost nowhere, at either rate.")
    claim("stochastic-meaning", "Many rough steps with the same digits get much further.")
    for seed in SEEDS:
        assert passes(1797, 3, seed) > 2.2
        assert passes(16, 0.1, seed) < 1.2
