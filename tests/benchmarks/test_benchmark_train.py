"""What the lesson's training takes, beside the same training by PyTorch's own parts alone."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_utils.lessons.train.drawing import Reader, bitmap_of, to_bitmap, to_text
from course_utils.lessons.train.figures.drawing import draw_reading
from course_utils.lessons.train.training import Recipe, split_digits, train
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net
from tests.benchmarks.peers import ratio

torch.set_num_threads(1)
SPLIT = split_digits(load_digits())


def plainly(epochs: int) -> nn.Module:
    """The loop without shuffling by seed, measuring or keeping anything."""
    net = seeded_net()
    loader = DataLoader(TensorDataset(SPLIT.train.images, SPLIT.train.labels), 16, shuffle=True)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(epochs):
        for images, target in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images), target).backward()
            optimizer.step()
    return net


def test_the_lessons_training(benchmark):
    history = benchmark.pedantic(train, (seeded_net(), SPLIT), rounds=1)
    assert history.last.test.accuracy >= 0.97


def test_measuring_every_epoch_costs_less_than_the_training():
    recipe = Recipe(epochs=1)
    found = ratio(lambda: train(seeded_net(), SPLIT, recipe), lambda: plainly(1), turns=5)
    print(f"\ntrain takes {found:.2f} times as long as the loop alone")
    assert found <= 2.5  # it measures twice, before and after the epoch


def test_a_stroke(benchmark):
    """From the pad's text to the new picture."""
    reader = Reader(seeded_net().double(), SPLIT.train, SPLIT.test)
    text = to_text(bitmap_of(16 * SPLIT.test.images[0, 0, ::4, ::4]))

    def stroke():
        return draw_reading(reader.read(to_bitmap(text)))._repr_mimebundle_()

    bundle = benchmark.pedantic(stroke, rounds=100, warmup_rounds=5)
    assert "inked" in bundle["text/plain"]
