"""Training is one thing: the same seed, the same network, to the last bit."""

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from torch import nn

from course_utils.lessons.train.evaluation import evaluate_net
from course_utils.lessons.train.replay import layers_of, moment
from course_utils.lessons.train.training import (
    DigitDataset,
    History,
    Recipe,
    Split,
    fit,
    make_loader,
    split_digits,
    train,
)
from course_utils.network.digits import Digits, load_digits
from course_utils.network.lenet import seeded_net

DIGITS = load_digits()
SMALL = split_digits(Digits(DIGITS.images[:160], DIGITS.labels[:160]), test=40)
SHORT = Recipe(epochs=2, learning_rate=0.1)


@pytest.fixture(scope="module")
def history() -> History:
    return train(seeded_net(), SMALL, SHORT)


def same(a: dict, b: dict) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.data())
def test_a_split_deals_every_digit_once(count, data):
    test, seed = data.draw(st.integers(1, count - 1)), data.draw(st.integers(0, 9))
    numbered = Digits(torch.arange(count).view(-1, 1, 1, 1), torch.arange(count) % 10)
    split = split_digits(numbered, test, seed)
    dealt = torch.cat([split.train.images, split.test.images]).flatten()
    assert dealt.sort().values.tolist() == list(range(count))
    assert len(split.test.labels) == test
    assert torch.equal(split.test.images.flatten() % 10, split.test.labels)
    assert torch.equal(split_digits(numbered, test, seed).test.images, split.test.images)


@pytest.mark.parametrize("test", [0, -1, 160, 200])
def test_a_split_that_leaves_a_part_empty_is_refused(test):
    with pytest.raises(ValueError, match=f"Of 160 digits, 1 to 159 can be .* this is {test}"):
        split_digits(Digits(DIGITS.images[:160], DIGITS.labels[:160]), test)


def test_a_loader_gives_every_digit_once_a_pass_and_shuffles_anew():
    loader = make_loader(SMALL.train, 16, seed=3)
    first, second = ([label for _, target in loader for label in target.tolist()] for _ in "ab")
    assert first != second
    assert sorted(first) == sorted(second) == sorted(SMALL.train.labels.tolist())
    assert [len(target) for _, target in loader] == [16] * 7 + [8]
    again = [label for _, target in make_loader(SMALL.train, 16, seed=3) for label in target]
    assert [int(label) for label in again] == first


def test_a_data_set_gives_image_and_label():
    image, label = DigitDataset(SMALL.train)[5]
    assert torch.equal(image, SMALL.train.images[5])
    assert label == SMALL.train.labels[5]


@pytest.mark.parametrize("size", [0, -3, 121])
def test_an_impossible_batch_size_is_refused(size):
    with pytest.raises(ValueError, match=f"has 1 to 120 of them; this batch size is {size}"):
        make_loader(SMALL.train, size)
    with pytest.raises(ValueError, match="1 to 120"):
        train(seeded_net(), SMALL, Recipe(epochs=1, batch_size=size))


def test_fit_trains_the_network_itself_as_train_trains_its_copy(history):
    net = seeded_net()
    for number in fit(net, SMALL.train, SHORT):
        assert same(net.state_dict(), history.epochs[number].weights)
        net.eval()  # the next epoch begins in training mode all the same


def test_a_batch_of_everything_is_possible():
    assert len(make_loader(SMALL.train, 120)) == 1


def test_a_missing_digit_is_named_before_anything_is_trained():
    kept = (SMALL.train.labels != 7) & (SMALL.train.labels != 2)
    poor = Digits(SMALL.train.images[kept], SMALL.train.labels[kept])
    with pytest.raises(ValueError, match=r"No 2, no 7 is among the \d+ digits to train on"):
        train(seeded_net(), Split(poor, SMALL.test), SHORT)


def test_training_takes_an_epoch():
    with pytest.raises(ValueError, match="at least one epoch; this recipe has 0"):
        train(seeded_net(), SMALL, Recipe(epochs=0))


def test_one_seed_gives_one_result_to_the_last_bit(history):
    again = train(seeded_net(), SMALL, SHORT)
    for one, other in zip(history.epochs, again.epochs, strict=True):
        assert same(one.weights, other.weights)
        assert torch.equal(one.test.probabilities, other.test.probabilities)
    assert not same(history.last.weights, train(seeded_net(), SMALL, SHORT, seed=1).last.weights)


def test_shifts_and_dropout_repeat_too():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10))
    recipe = Recipe(epochs=1, reach=3)
    one, other = (train(net, SMALL, recipe, seed=5).last.weights for _ in range(2))
    assert same(one, other)
    assert not same(one, train(net, SMALL, Recipe(epochs=1), seed=5).last.weights)


def test_the_seed_is_that_of_the_shifts_too(monkeypatch):
    seeds = set()

    def note(images, reach, generator):
        seeds.add((reach, generator.initial_seed()))
        return images

    monkeypatch.setattr("course_utils.lessons.train.training.shift_each", note)
    train(seeded_net(), SMALL, Recipe(epochs=1, reach=3), seed=7)
    assert seeds == {(3, 7)}


def test_a_network_in_evaluation_mode_is_trained_in_training_mode():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10))
    recipe = Recipe(epochs=1)
    one, other = (train(net.train(mode), SMALL, recipe).last.weights for mode in (True, False))
    assert same(one, other)


def test_it_is_the_loop_of_the_lesson(history):
    net = seeded_net()
    loader = torch.utils.data.DataLoader(
        DigitDataset(SMALL.train), 16, shuffle=True, generator=torch.Generator().manual_seed(0)
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for rate in (0.1, 0.05):
        optimizer.param_groups[0]["lr"] = rate
        for images, target in loader:
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(net(images), target).backward()
            optimizer.step()
    assert same(net.state_dict(), history.last.weights)


def test_momentum_and_a_constant_rate_are_those_of_torch():
    net = seeded_net()
    recipe = Recipe(epochs=1, learning_rate=0.05, momentum=0.9, batch_size=120, fade=False)
    found = train(net, SMALL, recipe).last.weights
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for images, target in make_loader(SMALL.train, 120):
        nn.CrossEntropyLoss()(net(images), target).backward()
        optimizer.step()
    assert same(net.state_dict(), found)


def test_what_is_given_stays_as_it_was():
    net, split = seeded_net().eval(), SMALL
    weights = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    state, images = torch.random.get_rng_state(), split.train.images.clone()
    train(net, split, Recipe(epochs=1, reach=2))
    assert same(net.state_dict(), weights)
    assert all(p.grad is None for p in net.parameters())
    assert not net.training
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(split.train.images, images)


def test_the_history_holds_what_each_epoch_measured(history):
    assert [epoch.number for epoch in history.epochs] == [0, 1, 2]
    assert same(history.epochs[0].weights, seeded_net().state_dict())
    for epoch in history.epochs:
        net = history.net(epoch.number)
        assert same(net.state_dict(), epoch.weights)
        found = evaluate_net(net, SMALL.test.images, SMALL.test.labels)
        assert torch.equal(found.probabilities, epoch.test.probabilities)
    assert same(history.net().state_dict(), history.last.weights)


def test_a_training_that_diverges_is_told_not_raised():
    lost = train(seeded_net(), SMALL, Recipe(epochs=1, learning_rate=1e4)).last
    assert not torch.isfinite(torch.tensor(lost.train.loss))
    assert len(lost.test.answers) == 40


def test_a_moment_shows_the_network_of_its_epoch(history):
    image, label = SMALL.test.images[0], int(SMALL.test.labels[0])
    seen = moment(history, 1, image, label)
    net = history.net(1)
    assert torch.equal(seen.kernels, net.conv1.weight[:, 0])
    assert [name for name, _ in seen.layers] == ["C1", "S2", "C3", "S4", "F5", "F6", "OUTPUT"]
    assert torch.equal(seen.layers[0][1], net.conv1(image[None]).relu()[0])
    assert torch.allclose(seen.probabilities, net(image[None]).softmax(1)[0])
    assert moment(history, 0, image, label).moved == 0
    start = seeded_net().conv1.weight
    assert seen.moved == pytest.approx((net.conv1.weight - start).abs().max().item())


def test_layers_come_in_the_networks_own_type():
    layers = layers_of(seeded_net().double(), SMALL.test.images[0])
    assert {values.dtype for _, values in layers} == {torch.float64}
