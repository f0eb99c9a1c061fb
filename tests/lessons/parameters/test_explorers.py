"""Every control of the explorer of lesson 02, moved without a browser."""

import itertools

import pytest
import torch

from course_utils.lessons.parameters.explorers import WhereTheNumbersLive


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def test_it_begins_with_the_lessons_network():
    assert say(WhereTheNumbersLive()).endswith("All as in Net.")


def test_the_myths_fall():
    explorer = WhereTheNumbersLive()
    larger = say(explorer, image=64)
    assert larger.endswith(
        "Different from Net (its numbers in brackets): fc1.weight 324,480 (48,000)."
    )
    assert "convolutions 2,572 (0.8 %)" in larger
    assert "convolutions 2,572 (57.0 %)" in say(explorer, image=16, fc1=10)
    _, changed = say(explorer, image=32, fc1=120, conv1=12).split("in brackets): ")
    assert changed == "conv1.weight 300 (150), conv1.bias 12 (6), conv2.weight 4,800 (2,400)."


def test_every_position_of_every_control_has_a_picture_of_its_own():
    explorer = WhereTheNumbersLive()
    for name, control in explorer.controls.items():
        before = control.value
        seen = {say(explorer, **{name: option}) for option in control.options}
        assert len(seen) == len(control.options), name
        say(explorer, **{name: before})


def test_the_corners_of_all_controls_are_drawn():
    explorer = WhereTheNumbersLive()
    ends = [(control.options[0], control.options[-1]) for control in explorer.controls.values()]
    for corner in itertools.product(*ends):
        assert say(explorer, **dict(zip(explorer.controls, corner, strict=True)))


def test_a_move_leaves_the_random_state_alone():
    explorer = WhereTheNumbersLive()
    state = torch.get_rng_state()
    say(explorer, conv1=24, image=128)
    assert torch.equal(torch.get_rng_state(), state)


def test_an_error_is_shown_and_the_explorer_stays_usable(monkeypatch):
    explorer = WhereTheNumbersLive()
    with monkeypatch.context() as patch:
        patch.setattr(explorer, "_compute", lambda **_: 1 / 0)
        explorer.controls["fc1"].value = 60
        assert isinstance(explorer.error, ZeroDivisionError)
        assert "These values cannot be shown" in explorer._bundle()["text/plain"]
    assert "→ 30 → 84" in say(explorer, fc1=30)


@pytest.mark.parametrize("words", ["conv1 channels", "image size", "Run the cell"])
def test_without_widgets_one_sentence_names_the_controls(words):
    assert words in repr(WhereTheNumbersLive())
