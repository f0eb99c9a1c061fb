"""Colours that can be read by everyone: contrast on paper, apart under colour blindness."""

import itertools
import re

import pytest
from matplotlib.colors import to_rgb

from course_utils.pictures import style
from tests.support.lessons import PATHS, read, text_cells

# How the three kinds of colour blindness see linear RGB: G. Machado, M. Oliveira, L. Fernandes,
# "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG 15(6),
# 2009, table 1, severity 1.0.
DEFICIENCIES = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
WORDS = {"INK": style.INK, "QUIET": style.QUIET, "VERMILION_WORD": style.VERMILION_WORD}
MARKS = {"BLUE": style.BLUE, "VERMILION": style.VERMILION}
COLOUR = re.compile(r"\\color\{([^}]*)\}")  # in a formula
DARK = "#111111"  # JupyterLab's paper in its dark theme
DATA = {"INK": style.INK, **MARKS}


def linear(colour):
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, two):
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def seen(colour, deficiency):
    """CIELAB of the colour as somebody with this deficiency sees it."""
    rgb = linear(colour)
    rgb = [max(0, sum(w * c for w, c in zip(row, rgb, strict=True))) for row in deficiency]
    to_xyz = ([0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503])
    white = (0.9505, 1.0, 1.0888)
    x, y, z = (
        (sum(w * c for w, c in zip(row, rgb, strict=True)) / n) ** (1 / 3)
        for row, n in zip(to_xyz, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one, two, deficiency):
    pairs = zip(seen(one, deficiency), seen(two, deficiency), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_the_measure_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffff00", style.PAPER) < 3


IN_FORMULAS = {style.BLUE: "#1a7fc0", style.VERMILION: "#c65a00"}  # their hues, for both themes


def test_formulas_have_the_colours_of_the_pictures_and_are_seen_in_both_themes():
    sources = [cell.source for path in PATHS for cell in text_cells(read(path))]
    used = {found.lower() for source in sources for found in COLOUR.findall(source)}
    assert used == set(IN_FORMULAS.values())
    assert all(contrast(one, paper) >= 4.3 for one in used for paper in (style.PAPER, DARK))
    assert all(apart(*pair, DEFICIENCIES["none"]) < 15 for pair in IN_FORMULAS.items())


@pytest.mark.parametrize("name", WORDS)
def test_words_are_readable_on_paper(name):
    assert contrast(WORDS[name], style.PAPER) >= 4.5


@pytest.mark.parametrize("name", MARKS)
def test_marks_are_visible_on_paper(name):
    assert contrast(MARKS[name], style.PAPER) >= 3


def test_blue_serves_for_words_too():
    assert contrast(style.BLUE, style.PAPER) >= 4.5


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_data_colours_stay_apart_under_every_colour_blindness(deficiency):
    for one, two in itertools.combinations(DATA.values(), 2):
        assert apart(one, two, DEFICIENCIES[deficiency]) >= 15


def test_that_measure_sees_a_red_and_a_green_collapse():
    assert apart("#2ca02c", "#d62728", DEFICIENCIES["none"]) > 60
    assert apart("#9a8a00", "#8f8f00", DEFICIENCIES["deuteranopia"]) < 15


def test_the_signed_map_is_white_at_zero_and_even():
    assert style.SIGNED_MAP(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)
    assert to_rgb(style.SIGNED_MAP(0.0)) == pytest.approx(to_rgb(style.BLUE), abs=0.01)
    assert to_rgb(style.SIGNED_MAP(1.0)) == pytest.approx(to_rgb(style.VERMILION), abs=0.01)


def test_a_sessions_own_style_does_not_reach_our_charts():
    import matplotlib

    with matplotlib.rc_context({"figure.facecolor": "black", "lines.linewidth": 9}):
        with style.house_style():
            assert matplotlib.rcParams["figure.facecolor"] == style.PAPER
            assert matplotlib.rcParams["lines.linewidth"] == 2
        assert matplotlib.rcParams["lines.linewidth"] == 9
