"""Pictures of lesson 07 show the numbers of their record and say what follows from them."""

import re
from html import unescape

import pytest
import torch

from course_utils.lessons.train.drawing import Reader, bitmap_of
from course_utils.lessons.train.evaluation import Evaluation, evaluate_net
from course_utils.lessons.train.figures.curves import plot_accuracies, plot_curves
from course_utils.lessons.train.figures.drawing import VERDICT, draw_reading, spoken
from course_utils.lessons.train.figures.mistakes import draw_confusion, plot_mistakes
from course_utils.lessons.train.figures.own_training import Comparison, draw_comparison
from course_utils.lessons.train.figures.replay import draw_moment, percent
from course_utils.lessons.train.own_training import Setting, Trainings
from course_utils.lessons.train.replay import moment
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net
from tests.support.pictures import words_off_the_sheet

PARTS = split_digits(load_digits(), held_back=700)
UNSEEN = PARTS.validation
HISTORY = train_net(seeded_net(), PARTS.train, Recipe(epochs=2))
FOUND = [evaluate_net(HISTORY.net(number), UNSEEN) for number in range(3)]
READER = Reader(HISTORY.net(), PARTS.train, UNSEEN)
MEASURES = [(2.3, 0.08), (1.0, 0.6), (0.4, 0.889)], [(2.3, 0.1), (1.1, 0.5), (0.6, 0.8)]
BATCHES = [2.3, 1.7, 0.9, 0.5]


def words(picture):
    return [unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)]


def wrong(*pairs, sure=0.9):
    """An evaluation of one answer for each pair of label and answer."""
    labels, answers = torch.tensor(pairs).T
    probabilities = torch.full((len(pairs), 10), (1 - sure) / 9)
    probabilities[torch.arange(len(pairs)), answers] = sure
    return Evaluation(labels, probabilities, 0.5)


def drawing(digit):
    return bitmap_of(16 * UNSEEN.images[UNSEEN.labels == digit][0, 0, ::4, ::4])


def test_curves_show_both_measures_of_both_parts():
    picture = plot_curves(*MEASURES, BATCHES)
    left, right = picture.figure.axes
    each, train_loss, validation_loss = [list(line.get_ydata()) for line in left.lines]
    assert (train_loss, validation_loss) == ([2.3, 1.0, 0.4], [2.3, 1.1, 0.6])
    assert (each, list(left.lines[0].get_xdata())) == (BATCHES, [0.5, 1.0, 1.5, 2.0])
    assert left.get_yscale() == "log"
    assert right.lines[1].get_ydata() == pytest.approx([10, 50, 80])
    named = [text.get_text() for text in left.get_legend().get_texts()]
    assert named == ["each batch", "training", "validation"]
    assert "from 2.30 to 0.60, the accuracy from 10 % to 80 %" in picture.description
    assert picture.description.endswith("The validation accuracy rises most in epoch 1.")


@pytest.mark.parametrize(("across", "places"), [("epoch", None), ("shift in pixels", [0, 4])])
def test_accuracies_are_drawn_and_told_place_by_place(across, places):
    picture = plot_accuracies({"one": [0.98, 0.57], "two": [0.99, 0.93]}, across, places)
    *lines, guessing = picture.figure.axes[0].lines
    assert list(lines[0].get_xdata()) == (places or [0, 1])
    assert [line.get_label() for line in lines] == ["one", "two"]
    assert lines[1].get_ydata() == pytest.approx([99, 93])
    assert set(guessing.get_ydata()) == {10}
    last = (places or [0, 1])[-1]
    said = f"by {across}. one: 98 at 0, 57 at {last}. two: 99 at 0, 93 at {last}."
    assert picture.description.endswith(said)


RIGHT = [(digit, digit) for digit in range(10)]
CONFUSIONS = {
    "The most frequent mistake: 1 read as 7, 2 times.": [*RIGHT, (1, 7), (1, 7), (3, 5)],
    "1 read as 7 and 3 read as 5, 2 times.": [*RIGHT, *[(1, 7), (3, 5)] * 2],
    "No two of the 2 mistakes are alike.": [*RIGHT, (1, 7), (3, 5)],
    "No digit is read as 4.": [(4, 5), *RIGHT[:4], *RIGHT[5:]],
    "Every digit is read as 1 or 9.": [(1, 1), (2, 9)],
}


@pytest.mark.parametrize("says", CONFUSIONS)
def test_a_confusion_matrix_says_what_stands_out(says):
    assert draw_confusion([wrong(*CONFUSIONS[says])]).description.endswith(says)


def test_the_confusion_matrix_adds_up_networks_and_shows_its_counts():
    picture = draw_confusion([wrong((1, 1), (1, 7)), wrong((1, 7), (1, 7), (3, 5))])
    assert sorted(words(picture)[-3:]) == ["1", "1", "3"]
    assert picture.description.startswith("Of 5 answers, 1 are right and 4 are not.")


def test_mistakes_are_shown_the_surest_first():
    images = torch.rand(3, 1, 32, 32)
    found = wrong((1, 7), (2, 2), (3, 5))
    found.probabilities[2] = torch.eye(10)[5]
    picture = plot_mistakes(images, found)
    titles = [axes.get_title() for axes in picture.figure.axes]
    assert titles == ["a 3, read as 5", "a 1, read as 7"]
    shown = torch.tensor(picture.figure.axes[0].images[0].get_array().data)
    assert torch.equal(shown, images[2, 0])
    assert picture.description == "2 of 2 mistakes. Read wrongly: a 1 as 7, a 3 as 5."
    with pytest.raises(ValueError, match="no mistake to show"):
        plot_mistakes(images, wrong((2, 2)))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_moment_tells_its_epoch_and_counts_its_confusions(number):
    found = FOUND[number]
    picture = draw_moment(moment(HISTORY, FOUND, UNSEEN.images, number, 3, 3))
    assert picture.description.startswith(
        f"After {number} of 2 epochs: validation loss {found.loss:.2f}, {found.right} of 700"
    )
    assert {"conv1's kernels", "before", "now", "C1", "S4"} <= set(words(picture))
    counted = [region.label for region in picture.regions[:-1]]
    assert counted == [
        f"{row} read as {column}: {found.confusion[row, column]}"
        for row, column in found.confusion.nonzero().tolist()
    ]


@pytest.mark.parametrize("fit", [True, False])
def test_a_reading_tells_the_drawing_and_the_answer(fit):
    reading = READER.read(drawing(4), fit)
    says = draw_reading(reading).description
    assert says.startswith(f"{reading.ink} of 1024 pixels inked, in rows 0 to 31 and columns")
    assert ("centred and fitted" in says) == fit
    assert f"Prediction {reading.answer} with {percent(float(reading.probabilities.max()))}" in says
    assert VERDICT[reading.kind] in says


DRAWINGS = {
    "empty": torch.zeros(32, 32) > 0,
    "full": torch.zeros(32, 32) == 0,
    "far": torch.rand(32, 32, generator=torch.Generator().manual_seed(0)) < 0.3,
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_what_is_no_digit_is_called_so(kind):
    reading = READER.read(DRAWINGS[kind])
    assert reading.kind == kind
    assert spoken(reading).endswith(VERDICT[kind])
    assert ("Prediction" in spoken(reading)) == (kind == "far")
    assert draw_reading(reading).description.endswith(VERDICT[kind])


def test_no_certainty_is_claimed():
    assert percent(1.0) == percent(0.9901) == "over 99 %"
    assert percent(0.99) == "99 %"


def compared():
    trainings = Trainings(PARTS.train, UNSEEN)
    parts = {name: trainings.so_far(Setting(60, rate=0.001)) for name in "AB"}
    return draw_comparison(Comparison(parts, "A", False))


PICTURES = {
    "curves": lambda: plot_curves(*MEASURES, BATCHES),
    "accuracies": lambda: plot_accuracies({"rate 0.1": [0.1, 0.9], "rate 0.01": [0.1, 0.2]}),
    "mistakes": lambda: plot_mistakes(UNSEEN.images, FOUND[2]),
    "confusion": lambda: draw_confusion(FOUND),
    "moment": lambda: draw_moment(moment(HISTORY, FOUND, UNSEEN.images, 2, 8, 8)),
    "reading": lambda: draw_reading(READER.read(drawing(0))),
    "comparison": compared,
}


@pytest.mark.parametrize("name", PICTURES)
def test_no_word_of_a_picture_leaves_its_sheet(name):
    picture = PICTURES[name]()
    assert (_words_off(picture.svg) if picture.svg else words_off_the_sheet(picture)) == []


def _words_off(svg):
    """By the widths of DejaVu Sans, generously."""
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', svg).groups())
    text = r'<text x="([^"]+)" y="([^"]+)" font-size="([^"]+)"[^>]*anchor="(\w+)"([^>]*)>([^<]*)'
    found = []
    for x, y, size, anchor, bold, said in re.findall(text, svg):
        wide = (0.68 if bold else 0.6) * float(size) * len(unescape(said))
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        if left < 0 or left + wide > width or not 0 < float(y) <= height:
            found.append(said)
    return found
