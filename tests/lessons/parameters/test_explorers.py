"""Every control of the explorer of lesson 02, moved without a browser."""

import itertools

import torch

from course_utils.lessons.parameters.explorers import WhereTheNumbersLive


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def test_it_begins_with_the_lessons_network_and_answers_the_questions():
    explorer = WhereTheNumbersLive()
    assert say(explorer).endswith("All as in Net.")
    assert say(explorer, image=64).endswith("in brackets): fc1.weight 324,480 (48,000).")
    assert "convolutions 2,572 (57.0 %)" in say(explorer, image=16, fc1=10)


def test_every_position_of_every_control_has_a_picture_of_its_own():
    explorer = WhereTheNumbersLive()
    state = torch.get_rng_state()
    for name, control in explorer.controls.items():
        before = control.value
        seen = {say(explorer, **{name: option}) for option in control.options}
        assert len(seen) == len(control.options), name
        say(explorer, **{name: before})
    assert torch.equal(torch.get_rng_state(), state)


def test_the_corners_of_all_controls_are_drawn():
    explorer = WhereTheNumbersLive()
    ends = [(control.options[0], control.options[-1]) for control in explorer.controls.values()]
    for corner in itertools.product(*ends):
        assert say(explorer, **dict(zip(explorer.controls, corner, strict=True)))


def test_without_widgets_one_sentence_names_the_controls():
    assert "conv1 channels" in repr(WhereTheNumbersLive())
