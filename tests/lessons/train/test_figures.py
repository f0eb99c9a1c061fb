"""Pictures of lesson 07 show the numbers of their record and say what follows from them."""

import re
from html import unescape

import pytest
import torch

from course_utils.lessons.train.drawing import Reader, bitmap_of
from course_utils.lessons.train.evaluation import Evaluation, evaluate_net
from course_utils.lessons.train.figures.curves import (
    plot_curves,
    plot_kernels_before_after,
    plot_race,
    plot_shifts,
)
from course_utils.lessons.train.figures.drawing import VERDICT, draw_reading, spoken
from course_utils.lessons.train.figures.mistakes import plot_confusion, plot_mistakes
from course_utils.lessons.train.figures.replay import draw_moment, percent
from course_utils.lessons.train.replay import moment
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net
from tests.support.pictures import words_off_the_sheet

PARTS = split_digits(load_digits(), held_back=700)
UNSEEN = PARTS.validation
HISTORY = train_net(seeded_net(), PARTS.train, Recipe(epochs=2))
READER = Reader(HISTORY.net(), PARTS.train, UNSEEN)
MEASURES = [(2.3, 0.08), (1.0, 0.6), (0.4, 0.889)], [(2.3, 0.1), (1.1, 0.5), (0.6, 0.8)]
BATCHES = [2.3, 1.7, 0.9, 0.5]


def words(picture):
    return [unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)]


def wrong(pairs, sure=0.9):
    """An evaluation of one answer for each pair of label and answer."""
    labels, answers = torch.tensor(pairs).T
    probabilities = torch.full((len(pairs), 10), (1 - sure) / 9)
    probabilities[torch.arange(len(pairs)), answers] = sure
    return Evaluation(labels, probabilities, 0.5)


def drawing(digit):
    place = (UNSEEN.labels == digit).nonzero()[0, 0]
    return bitmap_of(16 * UNSEEN.images[place, 0, ::4, ::4])


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
    assert "to 89 %" in picture.description
    assert picture.description.endswith("The validation accuracy rises most in epoch 1.")


@pytest.mark.parametrize("measures", [([], []), ([(1, 1)], [(1, 1), (1, 1)])])
def test_curves_of_different_lengths_are_refused(measures):
    with pytest.raises(ValueError, match="As many measures of the training digits"):
        plot_curves(*measures, BATCHES)


def test_a_race_names_every_way_and_where_it_ends():
    picture = plot_race({"slow": [0.1, 0.26], "fast": [0.1, 0.9, 0.978]})
    *ways, guessing = picture.figure.axes[0].lines
    assert [line.get_label() for line in ways] == ["slow", "fast"]
    assert set(guessing.get_ydata()) == {10}
    assert "slow is at 26 % after 1 epoch; fast is at 98 % after 2 epochs" in picture.description


def test_shifts_are_told_by_distance():
    picture = plot_shifts([0, 4], {"before": [0.98, 0.57], "after": [0.99, 0.93]})
    lines = picture.figure.axes[0].lines
    assert list(lines[0].get_xdata()) == [0, 4]
    assert lines[1].get_ydata() == pytest.approx([99, 93])
    assert "before: 98 % at 0, 57 % at 4. after: 99 % at 0, 93 % at 4." in picture.description


@pytest.mark.parametrize("count", [0, 4])
def test_too_many_curves_cannot_be_told_apart(count):
    with pytest.raises(ValueError, match=f"One to 3 curves .* these are {count}"):
        plot_race({str(i): [0.1] for i in range(count)})


def test_the_confusion_matrix_shows_its_counts():
    picture = plot_confusion([wrong([(1, 1), (1, 7)]), wrong([(1, 7), (3, 5)])])
    found = {(text.get_text(), text.xy) for text in picture.figure.axes[0].texts}
    assert found == {("1", (1, 1)), ("2", (7, 1)), ("1", (5, 3))}
    assert picture.description == (
        "1 of 4 answers are right; 3 lie off the diagonal. "
        "The largest number there: 1 read as 7, twice."
    )


def test_a_confusion_matrix_with_few_mistakes():
    each_once = plot_confusion([wrong([(1, 1), (1, 7), (3, 5)])]).description
    assert each_once == (
        "1 of 3 answers are right; 2 lie off the diagonal. "
        "The largest number there: 1 read as 7 and 3 read as 5, once."
    )
    assert "nothing lies off the diagonal" in plot_confusion([wrong([(2, 2)])]).description


def test_mistakes_are_shown_the_surest_first():
    images = torch.rand(3, 1, 32, 32)
    found = wrong([(1, 7), (2, 2), (3, 5)])
    found.probabilities[2] = torch.eye(10)[5]
    picture = plot_mistakes(images, found)
    titles = [axes.get_title() for axes in picture.figure.axes if axes.images]
    assert titles == ["a 3, read as 5", "a 1, read as 7"]
    shown = torch.tensor(picture.figure.axes[0].images[0].get_array().data)
    assert torch.equal(shown, images[2, 0])
    assert picture.description == "2 of 2 mistakes. Read wrongly: a 1 as 7, a 3 as 5."


def test_no_mistakes_cannot_be_shown():
    with pytest.raises(ValueError, match="no mistake to show"):
        plot_mistakes(torch.rand(1, 1, 32, 32), wrong([(2, 2)]))


def test_kernels_before_and_after_share_one_scale():
    before, after = torch.zeros(2, 1, 3, 3), torch.ones(2, 1, 3, 3) / 2
    picture = plot_kernels_before_after(before, after)
    images = [axes.images[0] for axes in picture.figure.axes if axes.images]
    assert {image.get_clim() for image in images[:4]} == {(-0.5, 0.5)}
    assert "was 0.0 and is 0.5; on average a weight has moved by 0.5" in picture.description


def test_kernels_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"one shape \(C, 1, K, K\) are needed"):
        plot_kernels_before_after(torch.zeros(2, 1, 3, 3), torch.zeros(2, 1, 5, 5))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_moment_tells_its_epoch(number):
    found = evaluate_net(HISTORY.net(number), UNSEEN)
    picture = draw_moment(moment(HISTORY, number, found, UNSEEN.images[0], 3))
    assert picture.description.startswith(
        f"After {number} of 2 epochs: validation loss {found.loss:.2f}, {found.right} of 700"
    )
    assert {"conv1's kernels", "C1", "S4", "a 3"} <= set(words(picture))
    shown = [int(word) for word in words(picture) if word.isdigit()]
    assert max(found.confusion.flatten().tolist()) in shown


def test_a_diverged_training_is_told_and_drawn():
    lost = train_net(seeded_net(), PARTS.train, Recipe(epochs=1, learning_rate=1e4))
    found = evaluate_net(lost.net(), UNSEEN)
    picture = draw_moment(moment(lost, 1, found, UNSEEN.images[0], 3))
    assert "the training has diverged" in picture.description
    assert "nan" not in picture.svg


@pytest.mark.parametrize("fit", [True, False])
def test_a_reading_tells_the_drawing_and_the_answer(fit):
    reading = READER.read(drawing(4), fit)
    says = draw_reading(reading).description
    assert says.startswith(f"{reading.ink} of 1024 pixels inked, in rows 0 to 31 and columns")
    assert ("centred and fitted" in says) == fit
    assert f"Prediction {reading.answer} with {percent(float(reading.probabilities.max()))}" in says
    assert VERDICT[reading.kind] in says


def test_an_empty_and_a_full_pad_get_no_prediction_read_aloud():
    for bitmap, kind in ((torch.zeros(32, 32), "empty"), (torch.ones(32, 32), "full")):
        reading = READER.read(bitmap.bool())
        assert reading.kind == kind
        assert spoken(reading) == VERDICT[kind]
        assert VERDICT[kind] in draw_reading(reading).description


def test_a_drawing_unlike_all_training_digits_is_called_so():
    reading = READER.read(torch.rand(32, 32, generator=torch.Generator().manual_seed(0)) < 0.3)
    assert spoken(reading).endswith(VERDICT["far"])


def test_no_certainty_is_claimed():
    assert percent(1.0) == percent(0.9901) == "over 99 %"
    assert percent(0.99) == "99 %"
    assert "100 %" not in draw_reading(READER.read(drawing(0))).description


FOUND = evaluate_net(HISTORY.net(), UNSEEN)
CHARTS = {
    "curves": lambda: plot_curves(*MEASURES, BATCHES),
    "race": lambda: plot_race({"rate 0.1": [0.1, 0.9], "rate 0.01": [0.1, 0.2]}),
    "shifts": lambda: plot_shifts([0, 4], {"as they are": [0.98, 0.57]}),
    "confusion": lambda: plot_confusion([FOUND]),
    "mistakes": lambda: plot_mistakes(UNSEEN.images, FOUND),
    "kernels": lambda: plot_kernels_before_after(
        *(HISTORY.weights[n]["conv1.weight"] for n in (0, 2))
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_no_word_of_a_chart_is_cut_off(name):
    assert words_off_the_sheet(CHARTS[name]()) == []


@pytest.mark.parametrize("name", ["moment", "reading"])
def test_no_word_of_a_diagram_leaves_its_sheet(name):  # widths of DejaVu Sans, generously
    drawn = {
        "moment": lambda: draw_moment(moment(HISTORY, 2, FOUND, UNSEEN.images[0], 3)),
        "reading": lambda: draw_reading(READER.read(drawing(0))),
    }[name]()
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', drawn.svg).groups())
    text = r'<text x="([^"]+)" y="([^"]+)" font-size="([^"]+)"[^>]*anchor="(\w+)"([^>]*)>([^<]*)'
    for x, y, size, anchor, bold, said in re.findall(text, drawn.svg):
        wide = (0.68 if bold else 0.6) * float(size) * len(unescape(said))
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        assert left >= 0, said
        assert left + wide <= width, said
        assert 0 < float(y) <= height, said
