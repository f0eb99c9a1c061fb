"""Pictures of lesson 06 show what was computed, and say it with its numbers."""

import itertools
import math
import re

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.optimize.figures.parabola import plot_slides
from course_utils.lessons.optimize.figures.race import draw_race
from course_utils.lessons.optimize.figures.settings import plot_settings, plot_trainings
from course_utils.lessons.optimize.figures.step_size import draw_step
from course_utils.lessons.optimize.race import Race, descend, fair_race, map_settings, race
from course_utils.lessons.optimize.step_size import slide, step_curve
from course_utils.lessons.optimize.surfaces import SURFACES
from course_utils.network.optimizers import RULES
from course_utils.pictures.svg import Drawing

RAVINE, SADDLE, NEURON = SURFACES
RATES = [0.1, 0.25, 0.5, 0.75, 1.0, 1.25]


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def sheet(picture):
    return map(int, re.search(r'width="(\d+)" height="(\d+)"', picture.svg).groups())


def parabola(start=3.0):
    """loss = w²; a step with rate 0.5 meets the bottom."""
    net = nn.Linear(1, 1, bias=False).double()
    net.weight.data.fill_(start)
    one, zero = torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    return step_curve(net, one, zero, RATES, F.mse_loss)


def test_the_dots_of_a_slide_sit_on_its_parabola():
    slides = [slide(4.0, rate, steps=3) for rate in (0.125, 0.5, 0.75)]
    picture = plot_slides(slides)
    for axes, one in zip(picture.figure.axes, slides, strict=True):
        path = axes.lines[1].get_xydata().tolist()
        assert path == [[w, 2 * w * w] for w in one.places]
        assert axes.get_title() == f"rate {one.rate:g}"
    assert "3 steps down a parabola of curvature 4, whose limit is 2/4 = 0.5" in picture.description
    assert "with 0.125 at 0.12; with 0.5 at −1.00; with 0.75 at −8.00." in picture.description
    assert picture.description.endswith(
        "The weight has come closer to 0 with 0.125. It is as far from 0 as before with 0.5. "
        "It has gone away from 0 with 0.75."
    )


def test_a_slide_that_left_every_scale_is_still_drawn():
    assert "It has gone away from 0 with 9." in plot_slides([slide(4, 9, steps=400)]).description


@pytest.mark.parametrize("slides", [[], [slide(4.0, 0.1), slide(5.0, 0.1)]])
def test_slides_of_different_parabolas_are_refused(slides):
    with pytest.raises(ValueError, match="one and the same parabola"):
        plot_slides(slides)


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        (0.1, "the loss falls by 3.24 to 5.760; the straight line promises a fall of 3.60."),
        (0.5, "falls by 9.00 to 0.000; the straight line promises −9.00, less than any loss can"),
        (1.25, "the loss rises to 20.2; the straight line promises −36.00, less than any loss"),
    ],
)
def test_a_step_is_told_with_its_promise(rate, says):
    picture = draw_step(parabola(), rate, "untrained")
    assert picture.description.startswith(f"Untrained, loss 9.000. A step with rate {rate:g}: ")
    assert says in picture.description
    assert picture.description.endswith("The lowest, 0.000, comes with rate 0.5.")


def test_the_markers_of_a_step_sit_on_both_curves():
    svg = draw_step(parabola(), 0.25, "untrained").svg
    lines = re.findall(r'<svg x=[^>]*><polyline points="([^"]*)"', svg)
    dots = [tuple(map(float, dot)) for dot in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)]
    corners = [[tuple(map(float, p.split(","))) for p in line.split()] for line in lines]
    near_promise, near_real, all_promise, all_real = corners
    assert dots[1] in near_real
    assert dots[2] in all_real
    assert dots[1] not in near_promise
    slopes = {round((b[1] - a[1]) / (b[0] - a[0]), 2) for a, b in itertools.pairwise(near_promise)}
    assert max(slopes) - min(slopes) <= 0.02  # a straight line
    assert len(all_promise) == len(RATES)


def test_a_marker_off_the_panel_is_an_arrow():
    off = draw_step(parabola(), 1.25, "untrained").svg
    on = draw_step(parabola(), 0.25, "untrained").svg
    assert off.count("<polygon") > on.count("<polygon")


def test_a_step_that_went_beyond_all_numbers_is_told():
    net = nn.Linear(1, 1, bias=False)
    net.weight.data.fill_(1.0)
    curve = step_curve(net, torch.ones(1, 1), torch.zeros(1, 1), [0.5, 1e30], F.mse_loss)
    picture = draw_step(curve, 1e30, "untrained")
    assert "the loss is no finite number any more" in picture.description
    assert "nan" not in picture.svg
    assert "inf" not in picture.svg


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_a_race_has_a_panel_for_each_rule_and_stays_on_its_sheet(surface):
    found = fair_race(surface)
    picture = draw_race(found)
    assert [word for word in words(picture) if ", rate" in word] == [
        f"{down.rule}, {down.settings}" for down in found.descents
    ]
    width, height = sheet(picture)
    dots = re.findall(r'<circle cx="([\d.-]+)" cy="([\d.-]+)"', picture.svg)
    assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in dots)


def test_a_map_has_one_scale_and_its_dots_do_not_touch():
    svg = draw_race(Race(RAVINE, (descend(RAVINE, RULES[0], 0.02),))).svg
    width, height = map(
        float, re.search(r'<image [^>]*width="([\d.]+)" height="([\d.]+)"', svg).groups()
    )
    assert width / height == pytest.approx(2, rel=0.01)
    small = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="2.6"', svg)
    places = [(float(x), float(y)) for x, y in small]
    assert len(places) > 5
    assert all(math.dist(one, other) > 6 for one, other in itertools.pairwise(places))


def test_the_race_names_its_winner_and_those_who_fail():
    told = draw_race(race(RAVINE, 0.05)).description
    assert told.startswith(
        "On the ravine surface, from (−4, 1), SGD (rate 0.05): 66 steps to the floor; "
    )
    assert told.endswith("Fewest steps: Nesterov.")
    assert "SGD (rate 0.2): lost after 5 steps" in draw_race(race(RAVINE, 0.2)).description
    stuck = draw_race(race(NEURON, 0.3))
    assert "SGD (rate 0.3): stuck where the slope is 0, loss 1;" in stuck.description
    assert words(stuck).count("stuck where the slope is 0, loss 1") == 4
    nobody = draw_race(race(RAVINE, 0.001)).description
    assert nobody.endswith("Nobody arrives.")
    assert "SGD (rate 0.001): not there after 300, loss 4.389;" in nobody
    both = draw_race(race(RAVINE, 0.02, 0.0)).description
    assert both.endswith("Fewest steps: SGD and momentum and Nesterov.")


def test_the_map_of_settings_shows_steps_limit_and_star():
    found = map_settings()
    picture = plot_settings(found)
    axes = picture.figure.axes[0]
    shown = axes.collections[0].get_array().reshape(found.steps.shape)
    assert torch.equal(torch.tensor(shown.filled(0)), found.steps.nan_to_num(0))
    limit, star = axes.lines
    assert limit.get_xdata()[0] == pytest.approx(0.08)
    assert (star.get_xdata()[0], star.get_ydata()[0]) == found.best[:2]
    assert (
        "The fewest, 12 (the star), come with rate 0.11 and momentum 0.48." in picture.description
    )


def test_trainings_are_drawn_as_means_of_ten():
    curves = {"one": [4.0] * 10 + [2.0] * 20, "other": [1.0] * 30}
    picture = plot_trainings(curves)
    [axes] = picture.figure.axes
    assert axes.lines[1].get_ydata().tolist() == [4.0, 2.0, 2.0]
    assert axes.lines[1].get_xdata().tolist() == [5.0, 15.0, 25.0]
    assert picture.description.endswith("last twenty steps: one 2.0; other 1.0.")


def test_a_curve_is_clipped_bounded_and_skips_what_is_no_number():
    drawing = Drawing(100, 50)
    drawing.curve([(1, 2), (math.nan, 3), (4, math.inf), (1e300, -1e300)], clip=(0, 5, 10, 20))
    assert 'points="1.0,2.0 100000.0,-100000.0"' in drawing.svg()
    assert '<svg x="0.0" y="5.0" width="10.0" height="20.0" viewBox="0.0 5.0' in drawing.svg()


def test_the_path_begins_at_the_start_and_ends_at_the_end():
    found = race(RAVINE, 0.05)
    svg = draw_race(found).svg
    path = re.search(r'<polyline points="([^"]*)"', svg)[1].split()
    assert len(path) == len(found.descents[0].path)
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="6"', svg)
    assert tuple(path[0].split(",")) == dots[0]
    assert tuple(path[-1].split(",")) == dots[1]
