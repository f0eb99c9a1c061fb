"""Pictures of lesson 00 say what the network answers, and how training goes."""

import re
from pathlib import Path

import pytest

from course_utils.lessons.start.figures import STEPS, draw_training_loop, plot_guess
from course_utils.network.digits import guess, one_of_each
from course_utils.network.lenet import seeded_net

TEN = one_of_each()

NET = seeded_net()

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


def words(picture):
    """All text of a diagram."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def test_the_bars_of_a_guess_are_its_probabilities():
    found = guess(NET, TEN.images[3], 3)
    picture = plot_guess(found)
    heights = [bar.get_height() for bar in picture.figure.axes[1].patches]
    assert heights == pytest.approx((100 * found.probabilities).tolist())
    [word] = [text for text in picture.figure.axes[1].texts if text.get_text() == "favourite"]
    assert round(word.xy[0]) == found.favourite
    assert f"its favourite, the {found.favourite}, " in picture.description
    low, high = picture.figure.axes[1].get_ylim()  # one scale for every network
    assert low == 0
    assert high > 100


def test_the_loop_names_its_steps_in_order_and_links_to_lessons_that_exist():
    picture = draw_training_loop()
    assert [w.split()[1] for w in words(picture) if w[0].isdigit()] == [
        name for name, _, _ in STEPS
    ]
    links = re.findall(r'href="([^"]+)"', picture.below)
    assert len(links) == len(STEPS)
    assert all((NOTEBOOKS / link).is_file() for link in links)
