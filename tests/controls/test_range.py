import math

import pytest
from traitlets import TraitError

from course_utils.controls.range import LABEL_WIDTH, Range


def size(**change):
    settings = {"description": "Input size", "options": range(24, 41, 2), "value": 32}
    return Range(**settings | change)


def rate(**change):
    return Range(**{"description": "Rate", "options": [0.01, 0.03, 0.1], "value": 0.03} | change)


def followed(control):
    """Return the list to which every new value of the control is added."""
    values = []
    control.observe(lambda change: values.append(change["new"]), "value")
    return values


def test_whole_numbers_stay_whole():
    control = size()
    assert control.options == (24, 26, 28, 30, 32, 34, 36, 38, 40)
    assert [type(option) for option in control.options] == [int] * 9
    assert control.value == 32


def test_a_value_need_not_be_exact():
    assert Range("Share", [n / 10 for n in range(11)], value=0.1 + 0.2).value == 0.3


def test_without_a_value_it_starts_at_the_first():
    assert Range("Row", range(3, 6)).value == 3
    assert Range("Layer", ["conv1", "conv2"]).value == "conv1"


def test_a_move_in_the_browser_changes_the_value_once():
    control = size()
    values = followed(control)
    control.set_state({"position": 0})
    assert values == [24]


def test_a_value_set_in_python_moves_the_control_once():
    control = size()
    values = followed(control)
    control.value = 40
    assert (control.position, values) == (8, [40])


def test_labels_are_the_values_as_text():
    assert rate().labels == ["0.01", "0.03", "0.1"]


def test_labels_can_be_given_or_made_by_a_function():
    assert rate(labels=["low", "middle", "high"]).labels == ["low", "middle", "high"]
    kernel = Range("Kernel", [3, 5], labels=lambda side: f"{side} × {side}")
    assert kernel.labels == ["3 × 3", "5 × 5"]


def test_a_shorter_range_takes_the_nearest_value_and_says_so_once():
    control = size(value=40)
    values = followed(control)
    control.options = range(24, 31, 2)
    assert (control.options, control.value, control.position) == ((24, 26, 28, 30), 30, 3)
    assert values == [30]


def test_a_longer_range_keeps_the_value_silently():
    control = size(labels=lambda side: f"{side} pixels")
    values = followed(control)
    control.options = range(20, 41, 2)
    assert (control.value, control.position, values) == (32, 6, [])
    assert control.labels[:2] == ["20 pixels", "22 pixels"]


def test_new_options_keep_the_value_where_it_is_still_there():
    control = Range("Layer", ["conv1", "conv2", "fc1"], value="conv2")
    control.options = ["conv2", "fc2"]
    assert (control.value, control.labels) == ("conv2", ["conv2", "fc2"])
    control.options = ["pool"]
    assert control.value == "pool"


def test_it_looks_the_same_in_every_run():
    assert repr(size()) == "Range('Input size', value=32)"
    data, _ = size()._repr_mimebundle_()
    assert data["text/plain"] == "Range('Input size', value=32)"
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("value", [33, 42, -1, math.nan, math.inf, True, "32", [32]])
def test_a_value_that_is_not_among_the_values_is_refused_and_changes_nothing(value):
    control = size()
    with pytest.raises(TraitError, match=r"Input size: expected one of 24, 26, 28, …, 40; got "):
        control.value = value
    assert (control.value, control.position) == (32, 4)


def test_a_wrong_first_value_is_refused():
    with pytest.raises(TraitError, match=r"Rate: expected one of 0.01, 0.03, 0.1; got 0.02"):
        rate(value=0.02)


@pytest.mark.parametrize("position", [-1, 9])
def test_a_position_that_is_not_there_is_refused(position):
    control = size()
    with pytest.raises(TraitError, match=f"expected a position from 0 to 8; got {position}"):
        control.position = position
    assert control.value == 32


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"options": []}, "at least one value"),
        ({"options": [1, 2, 1.0]}, "values that all differ; 1.0 does not"),
        ({"description": " "}, "a control needs a visible name"),
        ({"labels": ["one"]}, "one label for each of the 9 values, got 1"),
    ],
)
def test_arguments_that_make_no_range_are_named(change, message):
    with pytest.raises(TraitError, match=message):
        size(**change)


def test_a_refused_change_of_the_range_leaves_it_as_it_was():
    control = size()
    with pytest.raises(TraitError, match="at least one value"):
        control.options = []
    assert (control.options[-1], control.value) == (40, 32)


def test_nothing_is_fetched_by_the_browser():
    code = str(Range._esm)
    assert "http" not in code + str(Range._css)
    assert "import" not in code


def test_the_label_is_as_wide_as_python_says():
    assert f"width: {LABEL_WIDTH};" in str(Range._css)


def test_a_number_below_zero_has_the_minus_sign_of_the_pictures():
    assert Range("Weight", [-0.5, 1]).labels == ["−0.5", "1"]
    assert Range("Kernel", ["one-hot"]).labels == ["one-hot"]
