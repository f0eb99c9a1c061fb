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


def test_a_loader_gives_every_digit_once_a_pass_and_shuffles_anew():
    loader = make_loader(SMALL.train, Recipe(), seed=3)
    first, second = ([label for _, target in loader for label in target.tolist()] for _ in "ab")
    assert first != second
    assert sorted(first) == sorted(second) == sorted(SMALL.train.labels.tolist())
    assert [len(target) for _, target in loader] == [16] * 7 + [8]
    again = [label for _, target in make_loader(SMALL.train, Recipe(), seed=3) for label in target]
    assert [int(label) for label in again] == first


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        (Recipe(batch_size=0), "has 1 to 120 of them; this batch size is 0"),
        (Recipe(batch_size=121), "has 1 to 120 of them; this batch size is 121"),
        (Recipe(epochs=0), "at least one epoch; this recipe has 0"),
    ],
)
def test_an_impossible_recipe_is_refused(recipe, says):
    with pytest.raises(ValueError, match=says):
        train_net(seeded_net(), SMALL.train, recipe)


def test_steps_train_the_network_itself_as_train_net_trains_its_copy(history):
    net = seeded_net()
    for done in train_steps(net, SMALL.train, SHORT):
        if done == int(done):
            assert same(net.state_dict(), history.weights[int(done)])
            net.eval()  # the next epoch begins in training mode all the same


def test_one_seed_gives_one_result_to_the_last_bit(history):
    again = train_net(seeded_net(), SMALL.train, SHORT)
    assert all(map(same, history.weights, again.weights))
    other = train_net(seeded_net(), SMALL.train, SHORT, seed=1)
    assert not same(history.weights[-1], other.weights[-1])


def test_shifts_and_dropout_repeat_too():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(1024, 10)).eval()
    recipe = Recipe(epochs=1, reach=3)
    one, other = (train_net(net.train(m), SMALL.train, recipe, seed=5) for m in (True, False))
    assert same(one.weights[-1], other.weights[-1])
    for changed, seed in ((recipe, 6), (Recipe(epochs=1), 5)):
        assert not same(one.weights[-1], train_net(net, SMALL.train, changed, seed).weights[-1])


@pytest.mark.parametrize(
    ("recipe", "rates", "momentum"),
    [(SHORT, (0.1, 0.05), 0.0), (Recipe(1, 0.05, 0.9, batch_size=120, fade=False), (0.05,), 0.9)],
)
def test_it_is_the_loop_of_the_lesson(recipe, rates, momentum):
    net = seeded_net()
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(SMALL.train.images, SMALL.train.labels),
        batch_size=recipe.batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(0),
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0, momentum=momentum)
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        for images, target in loader:
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(net(images), target).backward()
            optimizer.step()
    assert same(net.state_dict(), train_net(seeded_net(), SMALL.train, recipe).weights[-1])


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
    digits, net = SMALL.validation, history.net(1)
    found = [evaluate_net(history.net(number), digits) for number in range(3)]
    label, answer = int(digits.labels[0]), int(found[1].answers[0])
    seen = moment(history, found, digits.images, 1, label, answer)
    assert torch.equal(seen.image, digits.images[0, 0])
    assert torch.equal(seen.kernels[0], seeded_net().conv1.weight[:, 0])
    assert torch.equal(seen.kernels[1], net.conv1.weight[:, 0])
    assert [name for name, _ in seen.layers] == ["C1", "S2", "C3", "S4", "F5", "F6", "OUTPUT"]
    assert torch.equal(seen.layers[0][1], net.conv1(digits.images[:1]).relu()[0])
    assert torch.allclose(seen.layers[-1][1], net(digits.images[:1])[0])


def test_layers_come_in_the_networks_own_type():
    layers = layers_of(seeded_net().double(), SMALL.validation.images[0])
    assert {values.dtype for _, values in layers} == {torch.float64}
