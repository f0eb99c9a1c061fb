"""Training is one thing: the same seed, the same network, to the last bit."""

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from torch import nn

from course_utils.lessons.train.evaluation import evaluate_net
from course_utils.lessons.train.replay import layers_of, moment
from course_utils.lessons.train.training import (
    History,
    Recipe,
    make_loader,
    split_digits,
    train_net,
    train_steps,
)
from course_utils.network.digits import Digits, load_digits
from course_utils.network.lenet import seeded_net

DIGITS = load_digits()
SMALL = split_digits(Digits(DIGITS.images[:160], DIGITS.labels[:160]), held_back=20)
SHORT = Recipe(epochs=2)


@pytest.fixture(scope="module")
def history() -> History:
    return train_net(seeded_net(), SMALL.train, SHORT)


def same(a: dict, b: dict) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 60), st.data())
def test_a_split_deals_every_digit_once(count, data):
    held_back, seed = data.draw(st.integers(1, (count - 1) // 2)), data.draw(st.integers(0, 9))
    numbered = Digits(torch.arange(count).view(-1, 1, 1, 1), torch.arange(count) % 10)
    parts = split_digits(numbered, held_back, seed)
    dealt = [part.images.flatten() for part in (parts.train, parts.validation, parts.test)]
    assert torch.cat(dealt).sort().values.tolist() == list(range(count))
    assert len(parts.validation.labels) == len(parts.test.labels) == held_back
    assert torch.equal(parts.test.images.flatten() % 10, parts.test.labels)
    again = split_digits(numbered, held_back, seed)
    assert torch.equal(again.validation.images, parts.validation.images)


@pytest.mark.parametrize("held_back", [0, -1, 80, 200])
def test_a_split_that_leaves_a_part_empty_is_refused(held_back):
    with pytest.raises(ValueError, match=f"Of 160 digits, 1 to 79 can be .* this is {held_back}"):
        split_digits(Digits(DIGITS.images[:160], DIGITS.labels[:160]), held_back)


def test_a_loader_gives_every_digit_once_a_pass_and_shuffles_anew():
    loader = make_loader(SMALL.train, Recipe(), seed=3)
    first, second = ([label for _, target in loader for label in target.tolist()] for _ in "ab")
    assert first != second
    assert sorted(first) == sorted(second) == sorted(SMALL.train.labels.tolist())
    assert [len(target) for _, target in loader] == [16] * 7 + [8]
    again = [label for _, target in make_loader(SMALL.train, Recipe(), seed=3) for label in target]
    assert [int(label) for label in again] == first


@pytest.mark.parametrize("size", [0, -3, 121])
def test_an_impossible_batch_size_is_refused(size):
    with pytest.raises(ValueError, match=f"has 1 to 120 of them; this batch size is {size}"):
        make_loader(SMALL.train, Recipe(batch_size=size))
    with pytest.raises(ValueError, match="1 to 120"):
        train_net(seeded_net(), SMALL.train, Recipe(epochs=1, batch_size=size))


def test_steps_train_the_network_itself_as_train_net_trains_its_copy(history):
    net = seeded_net()
    for done in train_steps(net, SMALL.train, SHORT):
        if done == int(done):
            assert same(net.state_dict(), history.weights[int(done)])
            net.eval()  # the next epoch begins in training mode all the same


def test_a_batch_of_everything_is_possible():
    assert len(make_loader(SMALL.train, Recipe(batch_size=120))) == 1


def test_training_takes_an_epoch():
    with pytest.raises(ValueError, match="at least one epoch; this recipe has 0"):
        train_net(seeded_net(), SMALL.train, Recipe(epochs=0))


def test_one_seed_gives_one_result_to_the_last_bit(history):
    again = train_net(seeded_net(), SMALL.train, SHORT)
    assert all(map(same, history.weights, again.weights))
    other = train_net(seeded_net(), SMALL.train, SHORT, seed=1)
    assert not same(history.weights[-1], other.weights[-1])


def test_shifts_and_dropout_repeat_too():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10))
    recipe = Recipe(epochs=1, reach=3)
    one, other = (train_net(net, SMALL.train, recipe, seed=5).weights[-1] for _ in range(2))
    assert same(one, other)
    assert not same(one, train_net(net, SMALL.train, Recipe(epochs=1), seed=5).weights[-1])


def test_the_seed_is_that_of_the_shifts_too(monkeypatch):
    seeds = set()

    def note(images, reach, generator):
        seeds.add((reach, generator.initial_seed()))
        return images

    monkeypatch.setattr("course_utils.lessons.train.training.shift_each", note)
    train_net(seeded_net(), SMALL.train, Recipe(epochs=1, reach=3), seed=7)
    assert seeds == {(3, 7)}


def test_a_network_in_evaluation_mode_is_trained_in_training_mode():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10))
    recipe = Recipe(epochs=1)
    one, other = (
        train_net(net.train(mode), SMALL.train, recipe).weights[-1] for mode in (True, False)
    )
    assert same(one, other)


def test_it_is_the_loop_of_the_lesson(history):
    net = seeded_net()
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(SMALL.train.images, SMALL.train.labels),
        batch_size=16,
        shuffle=True,
        generator=torch.Generator().manual_seed(0),
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for rate in (0.1, 0.05):
        optimizer.param_groups[0]["lr"] = rate
        for images, target in loader:
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(net(images), target).backward()
            optimizer.step()
    assert same(net.state_dict(), history.weights[-1])


def test_momentum_and_a_constant_rate_are_those_of_torch():
    net = seeded_net()
    recipe = Recipe(epochs=1, learning_rate=0.05, momentum=0.9, batch_size=120, fade=False)
    found = train_net(net, SMALL.train, recipe).weights[-1]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for images, target in make_loader(SMALL.train, Recipe(batch_size=120)):
        nn.CrossEntropyLoss()(net(images), target).backward()
        optimizer.step()
    assert same(net.state_dict(), found)


def test_what_is_given_stays_as_it_was():
    net, split = seeded_net().eval(), SMALL
    weights = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    state, images = torch.random.get_rng_state(), split.train.images.clone()
    train_net(net, split.train, Recipe(epochs=1, reach=2))
    assert same(net.state_dict(), weights)
    assert all(p.grad is None for p in net.parameters())
    assert not net.training
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(split.train.images, images)


def test_the_history_holds_the_weights_of_each_epoch(history):
    assert (history.epochs, len(history.weights)) == (2, 3)
    assert same(history.weights[0], seeded_net().state_dict())
    assert same(history.net(1).state_dict(), history.weights[1])
    assert same(history.net().state_dict(), history.weights[-1])


def test_a_training_that_diverges_is_no_error():
    lost = train_net(seeded_net(), SMALL.train, Recipe(epochs=1, learning_rate=1e4)).net()
    found = evaluate_net(lost, SMALL.validation)
    assert not torch.isfinite(torch.tensor(found.loss))
    assert len(found.answers) == 20


def test_a_moment_shows_the_network_of_its_epoch(history):
    image, label = SMALL.validation.images[0], int(SMALL.validation.labels[0])
    net = history.net(1)
    seen = moment(history, 1, evaluate_net(net, SMALL.validation), image, label)
    assert torch.equal(seen.kernels, net.conv1.weight[:, 0])
    assert [name for name, _ in seen.layers] == ["C1", "S2", "C3", "S4", "F5", "F6", "OUTPUT"]
    assert torch.equal(seen.layers[0][1], net.conv1(image[None]).relu()[0])
    assert torch.allclose(seen.probabilities, net(image[None]).softmax(1)[0])
    first = evaluate_net(history.net(0), SMALL.validation)
    assert moment(history, 0, first, image, label).moved == 0
    start = seeded_net().conv1.weight
    assert seen.moved == pytest.approx((net.conv1.weight - start).abs().max().item())


def test_layers_come_in_the_networks_own_type():
    layers = layers_of(seeded_net().double(), SMALL.validation.images[0])
    assert {values.dtype for _, values in layers} == {torch.float64}
