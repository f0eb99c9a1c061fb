"""Pictures of lesson 03 say what the records hold: areas, grids, curves, shares."""

import math
import re

import pytest
import torch

from course_utils.lessons.loss.along_a_weight import Slice, neuron_slice
from course_utils.lessons.loss.figures.along_a_weight import plot_slice
from course_utils.lessons.loss.figures.logits import CHART, draw_mix
from course_utils.lessons.loss.figures.squared_errors import (
    AREA,
    draw_pairs,
    draw_squares,
    plot_family,
)
from course_utils.lessons.loss.logits import mix
from course_utils.lessons.loss.squared_errors import (
    error_curves,
    pair_up,
    score_curves,
    squared_errors,
)
from course_utils.network.digits import one_of_each
from course_utils.network.neuron import Neuron
from course_utils.pictures.style import GRADIENT

IMAGE = one_of_each().images[3]
VALUES = torch.linspace(-5, 20, 51, dtype=torch.float64)
nan, inf = math.nan, math.inf


def words(picture):
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture.svg)


def squares(picture):
    """Width and height of the drawn squares, the one in the key left out."""
    found = re.findall(rf'width="([^"]*)" height="([^"]*)" rx="0" fill="{AREA}"', picture.svg)
    return [(float(width), float(height)) for width, height in found[:-1]]


def errors(*pairs):
    return squared_errors(*torch.tensor(pairs).T)


def test_areas_are_in_proportion_to_the_squared_errors():
    found = errors((1.0, 0.0), (0.0, 2.0), (-1.0, -4.0))
    drawn = squares(draw_squares(found))
    assert all(width == height for width, height in drawn)
    unit = drawn[0][0] ** 2
    assert [w * h / unit for w, h in drawn] == pytest.approx([1, 4, 9, 14 / 3], rel=0.01)


def test_the_squares_say_their_numbers():
    picture = draw_squares(errors((1.0, 0.0), (0.0, 2.0)))
    assert {"1.00", "−2.00", "1.0000", "4.0000", "2.5000"} <= set(words(picture))
    assert picture.description == (
        "2 squared errors with the sum 5.0000 and the mean 2.5000. "
        "The largest, 4.0000, belongs to number 1, 80 % of the sum."
    )


def test_squares_without_an_error_can_be_drawn():
    picture = draw_squares(errors((0.0, 0.0), (0.0, 0.0)))
    assert picture.description.endswith("The largest, 0.0000, belongs to number 0.")
    assert "-0" not in " ".join(words(picture))


def test_squares_that_are_no_numbers_are_told():
    picture = draw_squares(errors((0.0, 0.0), (nan, 1.0), (inf, 0.0)))
    assert picture.description.startswith("2 of 3 squared errors are no finite numbers")
    assert "The first is number 1: output nan, target 1.0." in picture.description
    assert words(picture) == [picture.description]


def test_the_grid_holds_every_square_and_outlines_the_diagonal():
    pairs = pair_up(torch.tensor([[0.0], [3.0]]), torch.tensor([1.0, 2.0]))
    picture = draw_pairs(pairs)
    cells = [word for word in words(picture) if re.fullmatch(r"\d\.\d\d", word)]
    assert sorted(cells) == sorted(["0.00", "3.00", "1.00", "2.00", "1.00", "4.00", "4.00", "1.00"])
    assert picture.svg.count('stroke-width="3"') == 2 + 1  # and one in the key
    assert {"mean 1.0000", "mean 2.5000", "computed: all 4 pairs"} <= set(words(picture))
    assert picture.description.endswith("the mean is 1.0000; over the whole grid it is 2.5000.")


def test_a_grid_with_nan_can_be_drawn():
    picture = draw_pairs(pair_up(torch.tensor([[nan], [1.0]]), torch.tensor([1.0, 1.0])))
    assert picture.description.endswith("over the whole grid it is nan.")


def test_more_than_fits_is_refused():
    many = torch.zeros(13)
    with pytest.raises(ValueError, match="At most 12 numbers fit side by side; these are 13"):
        draw_squares(squared_errors(many, many))
    with pytest.raises(ValueError, match="At most 12 outputs fit into the grid; these are 13"):
        draw_pairs(pair_up(many.view(-1, 1), many))


def test_the_family_is_plotted_as_computed():
    by_error, by_score = (
        error_curves(torch.linspace(-3, 3, 7)),
        score_curves(torch.linspace(-6, 6, 13)),
    )
    picture = plot_family(by_error, by_score)
    for axes, curves in zip(picture.figure.axes, (by_error, by_score), strict=True):
        assert [line.get_label() for line in axes.lines] == [curve.name for curve in curves]
        for line, curve in zip(axes.lines, curves, strict=True):
            assert line.get_ydata().tolist() == curve.losses.tolist()
            assert line.get_xdata().tolist() == curve.values.tolist()
        assert len({line.get_linestyle() for line in axes.lines}) == len(curves)
        assert axes.get_xlabel()
    assert "At an error of 3: L1Loss 3.0000, MSELoss 9.0000" in picture.description
    assert "At a score of −6 for the right answer: BCEWithLogitsLoss 6.0025" in picture.description


def test_a_slice_is_plotted_with_its_marks():
    found = neuron_slice(Neuron(), [-1.0, 0.25, 1.0])
    picture = plot_slice(found)
    curve, now, lowest = picture.figure.axes[0].lines
    assert curve.get_xydata().tolist() == [[-1, 1], [0.25, 0], [1, 2.25]]
    assert now.get_xydata().tolist() == [[0.75, 1]]
    assert lowest.get_xydata().tolist() == [[0.25, 0]]
    assert picture.description == (
        "The loss along w from −1.00 to 1.00: at its present value 0.75 it is 1.0000, "
        "the lowest is 0.0000 at 0.25."
    )


def test_a_slice_with_broken_losses_says_so():
    values = torch.tensor([0.0, 1.0, 2.0])
    some = plot_slice(Slice("w", values, torch.tensor([nan, 3.0, inf]), 1.0, 3.0))
    assert some.description.endswith("2 losses are no finite numbers and not drawn.")
    none = plot_slice(Slice("w", values, torch.full((3,), nan), 1.0, nan))
    assert none.description.endswith("it is nan; none of the 3 losses is a finite number.")


def draw(pushed=3, value=0.0, softmax_first=False, logits=None):
    logits = torch.zeros(10) if logits is None else logits
    return draw_mix(mix(logits, 3, pushed, value, softmax_first, VALUES), IMAGE)


def test_a_mix_of_equal_scores_gives_each_a_tenth():
    picture = draw()
    assert words(picture).count("10 %") == 10
    assert "cross entropy 2.3026, slope −0.9000" in words(picture)
    assert "The 3 has 10.0 % of the sum of exponentials" in picture.description
    assert "MSE is 0.1000, 100 % of it from 3." in picture.description


def test_a_mix_says_the_floor_only_with_softmax_first():
    assert "cannot fall below 1.4612" in draw(value=20.0, softmax_first=True).description
    assert "cannot fall below" not in draw(value=20.0).description
    assert "cross entropy 1.4612, slope 0.0000" in words(draw(value=20.0, softmax_first=True))
    assert "softmax of score" in words(draw(softmax_first=True))


def test_a_mix_says_right_or_wrong():
    assert "✓ answer: 3" in words(draw(value=1.0))
    assert "✗ answer: 8" in words(draw(pushed=8, value=1.0))
    assert draw(pushed=8, value=1.0).description.endswith("that of 8: wrong, this is a 3.")
    assert draw(value=-1.0).description.endswith("wrong, this is a 3.")
    sure = torch.zeros(10)
    sure[3] = 2.0
    assert draw(pushed=8, value=1.0, logits=sure).description.endswith("that of 3: right.")


def test_the_curve_in_use_is_named_and_solid():
    assert "without softmax (now)" in words(draw())
    assert "softmax first (now)" in words(draw(softmax_first=True))


@pytest.mark.parametrize("value", [-5.0, 20.0])
@pytest.mark.parametrize("pushed", [3, 8])
def test_nothing_is_drawn_outside_the_sheet(value, pushed):
    svg = draw(pushed, value).svg
    ends = re.findall(r'<line x1="([^"]*)" y1="([^"]*)" x2="([^"]*)" y2="([^"]*)"', svg)
    assert all(0 <= float(x) <= 1030 for line in ends for x in line[::2])
    assert all(0 <= float(y) <= 394 for line in ends for y in line[1::2])
    slope = rf'<line x1="([^"]*)" y1="[^"]*" x2="([^"]*)" y2="[^"]*" stroke="{GRADIENT}"'
    left, _, width, _ = CHART
    for start, end in re.findall(slope, svg)[:1]:
        assert left - 0.1 <= float(start) < float(end) <= left + width + 0.1


@pytest.mark.parametrize(("bad", "says"), [(nan, "nan"), (inf, "inf"), (-inf, "−inf")])
def test_scores_that_are_no_numbers_are_told(bad, says):
    logits = torch.zeros(10)
    logits[4] = bad
    picture = draw(logits=logits)
    assert f"A score is no finite number, that of 4 is {says}:" in picture.description
    assert picture.description.startswith("The score of 3 is 0.0; the losses are given the scores.")
    assert any(word.startswith("Push that score to a number") for word in words(picture))
