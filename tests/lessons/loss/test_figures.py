"""Pictures of lesson 03 say what the records hold: areas, grids, curves, probabilities."""

import re

import pytest
import torch

from course_utils.lessons.loss.along_a_weight import neuron_slice
from course_utils.lessons.loss.figures.along_a_weight import plot_slice
from course_utils.lessons.loss.figures.logits import ENTROPY, HEIGHT, draw_mix, plot_minus_log
from course_utils.lessons.loss.figures.squared_errors import (
    AREA,
    WIDTH,
    draw_pairs,
    draw_squares,
    plot_family,
)
from course_utils.lessons.loss.logits import mix
from course_utils.lessons.loss.squared_errors import (
    error_losses,
    pair_up,
    score_losses,
    squared_errors,
)
from course_utils.network.digits import one_of_each
from course_utils.network.neuron import Neuron
from course_utils.pictures.style import GRADIENT

IMAGE = one_of_each().images[3]
VALUES = torch.linspace(-5, 20, 51, dtype=torch.float64)


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def errors(*pairs):
    return squared_errors(*torch.tensor(pairs).T)


def test_areas_are_in_proportion_to_the_squared_errors():
    picture = draw_squares(errors((1.0, 0.0), (0.0, 2.0), (-1.0, -4.0)))
    found = re.findall(rf'width="([^"]*)" height="([^"]*)" rx="0" fill="{AREA}"', picture.svg)
    drawn = [(float(width), float(height)) for width, height in found[:-1]]  # last, in the key
    assert all(width == height for width, height in drawn)
    unit = drawn[0][0] ** 2
    assert [w * h / unit for w, h in drawn] == pytest.approx([1, 4, 9, 14 / 3], rel=0.02)
    assert {"1.00", "−2.00", "9.0000", "4.6667", "−4", "1"} <= set(words(picture))
    assert picture.description == (
        "3 squared errors with the sum 14.0000 and the mean 4.6667. "
        "The largest, 9.0000, belongs to number 2, 64 % of the sum."
    )


def test_squares_without_an_error_can_be_drawn():
    picture = draw_squares(errors((0.0, 0.0), (0.0, 0.0)))
    assert picture.description.endswith("The largest, 0.0000, belongs to number 0.")
    assert "-0" not in " ".join(words(picture))


def test_the_grid_holds_every_square_and_outlines_the_diagonal():
    picture = draw_pairs(pair_up(torch.tensor([[0.0], [3.0]]), torch.tensor([1.0, 2.0])))
    cells = [word for word in words(picture) if re.fullmatch(r"\d\.\d\d", word)]
    assert sorted(cells) == sorted(["0.00", "3.00", "1.00", "2.00", "1.00", "4.00", "4.00", "1.00"])
    assert picture.svg.count('stroke-width="3"') == 2 + 1  # and one in the key
    assert {"mean 1.0000", "mean 2.5000", "computed: 4 pairs"} <= set(words(picture))
    assert picture.description.endswith("the mean is 1.0000; over the whole grid it is 2.5000.")


def test_more_than_fits_is_refused():
    many = torch.zeros(11)
    with pytest.raises(ValueError, match="At most 10 numbers fit side by side; these are 11"):
        draw_squares(squared_errors(many, many))
    with pytest.raises(ValueError, match="At most 10 outputs fit into the grid; these are 11"):
        draw_pairs(pair_up(many.view(-1, 1), many))


def test_minus_log_has_a_dot_at_each_probability():
    picture = plot_minus_log([0.5, 0.1])
    curve, *dots = picture.figure.axes[0].lines
    p, cost = curve.get_data()
    assert cost.tolist() == pytest.approx((-torch.tensor(p).log()).tolist())
    assert [dot.get_xydata()[0].tolist() for dot in dots] == [
        pytest.approx([0.5, 0.693147]),
        pytest.approx([0.1, 2.302585]),
    ]
    assert picture.description.startswith("The cost −ln p is 0.6931 at p = 0.5, 2.3026 at p = 0.1.")


def test_the_family_is_plotted_as_computed():
    errors, scores = torch.linspace(-3, 3, 7), torch.linspace(-6, 6, 13)
    picture = plot_family(errors, scores)
    groups = (errors, error_losses(errors)), (scores, score_losses(scores))
    for axes, (values, curves) in zip(picture.figure.axes, groups, strict=True):
        for line, (name, losses) in zip(axes.lines, curves.items(), strict=False):
            assert line.get_label() == name
            assert line.get_xydata().tolist() == torch.stack([values, losses], 1).tolist()
        assert len({line.get_linestyle() for line in axes.lines[: len(curves)]}) == len(curves)
    marked = [line.get_xydata()[0].tolist() for line in picture.figure.axes[1].lines[2:]]
    assert marked == [pytest.approx([0, 0.693147]), pytest.approx([0, 2.302585])]
    assert "MSELoss 9.0000 at an error of 3" in picture.description
    assert "CrossEntropyLoss 2.3026 at the score 0" in picture.description


def test_a_slice_is_plotted_with_its_marks():
    neuron = Neuron(x=2.0, w=0.75, b=0.5, target=1.0)
    picture = plot_slice(neuron_slice(neuron, torch.tensor([-1.0, 0.25, 1.0])))
    curve, now, lowest = picture.figure.axes[0].lines
    assert curve.get_xydata().tolist() == [[-1, 1], [0.25, 0], [1, 2.25]]
    assert now.get_xydata().tolist() == [[0.75, 1]]
    assert lowest.get_xydata().tolist() == [[0.25, 0]]
    assert picture.description == (
        "The loss along w from −1.00 to 1.00: at its present value 0.75 it is 1.0000, "
        "the lowest is 0.0000 at 0.25."
    )


def draw(pushed=3, value=0.0, softmax_first=False):
    return draw_mix(mix(torch.zeros(10), 3, pushed, value, softmax_first, VALUES), IMAGE)


@pytest.mark.parametrize(
    ("setting", "says", "written"),
    [
        (
            {},
            "a probability of 10.0 %: cross entropy 2.3026, slope −0.9000. MSE is 0.1000.",
            "10 %",
        ),
        ({"value": 1.0}, "The highest score is that of 3: right.", "✓ answer: 3"),
        ({"pushed": 8, "value": 1.0}, "that of 8: wrong, this is a 3.", "✗ answer: 8"),
        ({"value": 20.0}, "the losses are given the scores.", "probability"),
        ({"value": 20.0, "softmax_first": True}, "cannot fall below 1.4612.", "softmax again"),
    ],
)
def test_a_mix_says_its_numbers(setting, says, written):
    picture = draw(**setting)
    assert says in picture.description
    assert written in words(picture)


def test_only_softmax_first_shows_the_other_curve():
    assert "stroke-dasharray" not in draw().svg
    assert "stroke-dasharray" in draw(softmax_first=True).svg
    assert "without softmax first" in words(draw(softmax_first=True))


@pytest.mark.parametrize("softmax_first", [False, True])
@pytest.mark.parametrize("value", [-5.0, 20.0])
@pytest.mark.parametrize("pushed", [3, 8])
def test_nothing_is_drawn_outside_the_sheet(pushed, value, softmax_first):
    svg = draw(pushed, value, softmax_first).svg
    ends = re.findall(r'<line x1="([^"]*)" y1="([^"]*)" x2="([^"]*)" y2="([^"]*)"', svg)
    assert all(0 <= float(x) <= WIDTH for line in ends for x in line[::2])
    assert all(0 <= float(y) <= HEIGHT for line in ends for y in line[1::2])
    slope = rf'<line x1="([^"]*)" y1="[^"]*" x2="([^"]*)" y2="[^"]*" stroke="{GRADIENT}"'
    start, end = map(float, re.findall(slope, svg)[0])
    assert ENTROPY[0] - 0.1 <= start < end <= ENTROPY[0] + ENTROPY[2] + 0.1
