"""axe-core finds nothing in what the lessons show: texts, pictures, controls; light and dark."""

import pytest

from tests.browser import lab
from tests.browser.conftest import violations


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_a_lesson_shows_is_accessible(lesson, axe, theme):
    lab.set_theme(lesson.page, theme)
    assert violations(axe, lesson.page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_range_is_accessible(sample_page, axe, theme):
    lab.set_theme(sample_page, theme)
    assert violations(axe, sample_page, ".course-range") == []


def test_a_slider_without_a_name_is_found(sample_page, axe):
    found = violations(axe, sample_page, ".jupyter-widgets.widget-slider")
    assert any(text.startswith("aria-input-field-name") for text in found)
