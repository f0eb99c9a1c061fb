"""What the lesson's training takes, beside the same training by PyTorch's own parts alone."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_utils.lessons.train import Setting, TrainYourOwn
from course_utils.lessons.train.drawing import Reader, bitmap_of, to_bitmap, to_text
from course_utils.lessons.train.evaluation import evaluate_net
from course_utils.lessons.train.figures.drawing import draw_reading
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net
from tests.benchmarks.peers import ratio

torch.set_num_threads(1)
PARTS = split_digits(load_digits())


def plainly(epochs: int) -> nn.Module:
    """The loop without shuffling by seed, measuring or keeping anything."""
    net = seeded_net()
    loader = DataLoader(TensorDataset(PARTS.train.images, PARTS.train.labels), 16, shuffle=True)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(epochs):
        for images, target in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images), target).backward()
            optimizer.step()
    return net


def test_the_lessons_training(benchmark):
    history = benchmark.pedantic(train_net, (seeded_net(), PARTS.train), rounds=1)
    assert evaluate_net(history.net(), PARTS.validation).accuracy >= 0.9


def test_keeping_the_weights_costs_little():
    recipe = Recipe(epochs=1)
    found = ratio(lambda: train_net(seeded_net(), PARTS.train, recipe), lambda: plainly(1), turns=5)
    print(f"\ntrain takes {found:.2f} times as long as the loop alone")
    assert found <= 1.5


def test_a_stroke(benchmark):
    """From the pad's text to the new picture."""
    reader = Reader(seeded_net().double(), PARTS.train, PARTS.test)
    text = to_text(bitmap_of(16 * PARTS.test.images[0, 0, ::4, ::4]))

    def stroke():
        return draw_reading(reader.read(to_bitmap(text)))._repr_mimebundle_()

    bundle = benchmark.pedantic(stroke, rounds=100, warmup_rounds=5)
    assert "inked" in bundle["text/plain"]


def test_a_setting_never_seen_before(benchmark):
    """From a control's move to its first picture, with the largest number of digits."""
    explorer = TrainYourOwn(PARTS.train, PARTS.validation, Setting(600, epochs=5), Setting(20))

    def first_picture(rate):
        explorer._choose(**explorer.values() | {"rate": rate})
        records = explorer._train(**explorer.values())
        return explorer._draw(next(records))._repr_mimebundle_()

    rates = iter(0.001 + 1e-6 * number for number in range(100))
    bundle = benchmark.pedantic(first_picture, setup=lambda: ((next(rates),), {}), rounds=12)
    assert "epoch 0 of 5; training: " in bundle["text/plain"]
