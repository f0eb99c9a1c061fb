"""Pictures that several lessons show."""

import pytest
import torch

from course_utils.lessons.start.figures import plot_guess
from course_utils.lessons.train.shifts import shift
from course_utils.network.digits import Digits, guess, one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.network.trace import trace
from course_utils.pictures.activations import plot_activations
from course_utils.pictures.digits import plot_digits
from tests.support.pictures import words_off_the_sheet

TEN = one_of_each()

NET = seeded_net()


CHARTS = {
    "digits": lambda: plot_digits(TEN),
    "guess": lambda: plot_guess(guess(NET, TEN.images[3], 3)),
    "activations": lambda: plot_activations(trace(NET, TEN.images[:1], keep_outputs=True)),
}


def test_the_gallery_shows_the_images_it_describes():
    picture = plot_digits(TEN)
    assert [axes.get_title() for axes in picture.figure.axes] == list("0123456789")
    shown = [torch.tensor(axes.images[0].get_array().data) for axes in picture.figure.axes]
    assert torch.equal(torch.stack(shown), TEN.images[:, 0])
    assert "10 handwritten digits of 32 by 32 pixels, labelled 0 1 2" in picture.description


def test_the_gallery_of_one_digit_works():
    one = Digits(TEN.images[4:5], TEN.labels[4:5])
    assert [axes.get_title() for axes in plot_digits(one).figure.axes] == ["4"]


def test_the_gallery_says_which_digits_are_moved():
    images = TEN.images.clone()
    images[3], images[8] = shift(images[3], down=4, right=2), shift(images[8], down=-1)
    said = plot_digits(Digits(images, TEN.labels)).description
    assert "Moved, in pixels: number 4 down by 4, number 9 up by 1;" in said
    assert "Moved" not in plot_digits(TEN).description


def test_activations_show_what_the_trace_kept():
    passed = trace(NET, TEN.images[3:4], keep_outputs=True)
    picture = plot_activations(passed)
    titles = [axes.get_title(loc="left").split()[0] for axes in picture.figure.axes]
    assert titles == ["C1", "S2", "C3", "S4", "F5", "F6", "OUTPUT"]
    scores = [bar.get_height() for bar in picture.figure.axes[-1].patches]
    assert scores == pytest.approx(passed[-1].output[0].tolist())


def test_activations_without_outputs_say_how_to_keep_them():
    with pytest.raises(ValueError, match="keep_outputs=True"):
        plot_activations(trace(NET, TEN.images[:1]))


@pytest.mark.parametrize("name", CHARTS)
def test_no_word_of_a_chart_is_cut_off(name):
    assert words_off_the_sheet(CHARTS[name]()) == []


def test_a_word_cut_off_is_found():
    picture = plot_digits(TEN)
    picture.figure.axes[0].set_title("far too long for a small picture, " * 4)
    picture.figure.set_layout_engine("none")
    assert words_off_the_sheet(picture) == ["far too long for a small picture, " * 4]
