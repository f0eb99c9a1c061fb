"""A Picture shows an image and its sentence, in every place a notebook is read."""

import base64
import io
import json
import os
import re
import subprocess
import sys

import matplotlib
import pytest
import torch
from PIL import Image

from course_utils.pictures.picture import DPI, Picture
from course_utils.pictures.style import house_style, new_chart
from course_utils.pictures.svg import Drawing, mosaic


def chart():
    with house_style():
        figure = new_chart(2, 1)
        figure.subplots().plot([0, 1], [1, 0])
    return figure


def bundle(**changes):
    return Picture(**{"description": "It falls from 1 to 0.", **changes})._repr_mimebundle_()


def test_the_description_is_alt_text_and_plain_text():
    shown = bundle(figure=chart())
    assert shown["text/plain"] == "It falls from 1 to 0."
    assert 'alt="It falls from 1 to 0."' in shown["text/html"]


def test_a_chart_comes_as_png_for_every_reader():
    shown = bundle(figure=chart())
    assert shown["image/png"] in shown["text/html"]
    image = Image.open(io.BytesIO(base64.b64decode(shown["image/png"])))
    assert image.size == (2 * DPI, 1 * DPI)
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_a_png_names_no_matplotlib_version():
    image = Image.open(io.BytesIO(base64.b64decode(bundle(figure=chart())["image/png"])))
    assert "Software" not in image.info


def test_a_chart_is_the_same_whatever_style_the_session_has():
    plain = bundle(figure=chart())["image/png"]
    with matplotlib.rc_context({"savefig.facecolor": "black", "font.size": 30}):
        assert bundle(figure=chart())["image/png"] == plain


def test_a_diagram_is_an_image_and_never_inline_svg():
    html = bundle(svg=Drawing(10, 10).svg())["text/html"]
    source = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)[1]
    assert base64.b64decode(source).decode().startswith("<svg xmlns=")
    assert "<svg" not in html


@pytest.mark.parametrize("image", [{"svg": "<svg/>"}, {"figure": chart()}], ids=["svg", "chart"])
def test_marks_in_a_description_cannot_break_the_page(image):
    html = bundle(**image, description='a < b & "c"', captioned=True)["text/html"]
    assert 'alt="a &lt; b &amp; &quot;c&quot;"' in html
    assert ">a &lt; b &amp; &quot;c&quot;<" in html


def test_a_caption_is_seen_but_not_read_twice():
    html = bundle(svg="<svg/>", captioned=True)["text/html"]
    assert '<figcaption><span aria-hidden="true">It falls from 1 to 0.</span></figcaption>' in html


def test_links_stand_below_the_picture():
    html = bundle(svg="<svg/>", below='<a href="01.ipynb">on</a>')["text/html"]
    assert html.endswith('<figcaption><a href="01.ipynb">on</a></figcaption></figure>')


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"description": " ", "svg": "<svg/>"}, "needs a description"),
        ({"description": "It is."}, "either a chart"),
        ({"description": "It is.", "svg": "<svg/>", "figure": chart()}, "either a chart"),
    ],
)
def test_a_picture_without_words_or_image_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        Picture(**arguments)


def test_no_figure_is_left_in_pyplots_list():
    from matplotlib import pyplot

    chart()
    assert pyplot.get_fignums() == []


# Drawings.


def test_words_are_escaped_and_placed():
    sheet = Drawing(10, 10)
    sheet.words(5, 5, "a < b", bold=True)
    assert '<text x="5.0" y="5.0"' in sheet.svg()
    assert ">a &lt; b</text>" in sheet.svg()


def test_pixels_keep_their_values():
    sheet = Drawing(10, 10)
    sheet.pixels(0, 0, torch.tensor([[0.0, 1.0, float("nan")]]), 3, matplotlib.colormaps["gray"])
    source = re.search(r'href="data:image/png;base64,([^"]+)"', sheet.svg())[1]
    image = Image.open(io.BytesIO(base64.b64decode(source)))
    assert image.size == (3, 1)
    assert [image.getpixel((x, 0)) for x in range(3)] == [(0,) * 3, (255,) * 3, (255,) * 3]


def test_a_mosaic_keeps_maps_apart():
    sheet = mosaic(torch.arange(3.0).view(3, 1, 1).expand(3, 2, 2), columns=2)
    assert sheet.shape == (5, 5)
    assert sheet[0].nan_to_num(-1).tolist() == [0, 0, -1, 1, 1]
    assert sheet[2].isnan().all()
    assert sheet[4].nan_to_num(-1).tolist() == [2, 2, -1, -1, -1]


@pytest.mark.parametrize("backend", ["Qt4Agg"])
def test_a_chart_needs_no_backend(backend):
    program = (
        "from course_utils.pictures.digits import plot_digits\n"
        "from course_utils.network.digits import one_of_each\n"
        "print('image/png' in plot_digits(one_of_each())._repr_mimebundle_())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": backend},
    )
    assert run.stdout.strip() == "True", run.stderr


def test_a_region_is_measured_in_fractions_of_the_sheet_and_can_be_sent():
    sheet = Drawing(200, 50)
    sheet.region(20, 10, 100, 25, "row {row}", values={"x": 1.5}, down={"row": range(2)})
    data = json.loads(json.dumps(sheet.regions[0].data()))
    assert data["box"] == [0.1, 0.2, 0.5, 0.5]
    assert (data["values"], data["down"], data["across"]) == ({"x": 1.5}, {"row": [0, 1]}, {})


def test_regions_leave_the_output_as_it_was():
    sheet = Drawing(10, 10)
    before = bundle(svg=sheet.svg())
    sheet.region(0, 0, 5, 5, "left")
    assert bundle(svg=sheet.svg(), regions=sheet.regions) == before
