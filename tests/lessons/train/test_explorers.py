"""The explorers of lesson 07, moved without a browser."""

import re

import pytest
import torch
from traitlets import TraitError

from course_utils.lessons.train.drawing import to_bitmap, to_text
from course_utils.lessons.train.drawing_pad import EMPTY, DigitPad, Pad
from course_utils.lessons.train.explorers import TrainingReplay
from course_utils.lessons.train.figures.drawing import VERDICT
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net

PARTS = split_digits(load_digits(), held_back=700)
HISTORY = train_net(seeded_net(), PARTS.train, Recipe(epochs=3))
FULL = "1" * 1024


def a_replay():
    return TrainingReplay(HISTORY, PARTS.validation)


def a_pad():
    return DigitPad(HISTORY.net(), PARTS.train, PARTS.validation)


@pytest.fixture
def pad():
    return a_pad()


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


@pytest.mark.parametrize("make", ["replay", "pad"])
def test_every_position_of_every_control_has_a_picture_of_its_own(make):
    explorer = a_replay() if make == "replay" else a_pad()
    for name, control in explorer.controls.items():
        if name == "pad":
            continue
        before = control.value
        options = getattr(control, "options", (True, False))
        seen = {say(explorer, **{name: option}) for option in options}
        assert len(seen) == len(options), name
        say(explorer, **{name: before})


def test_the_replay_covers_the_whole_history():
    replay = a_replay()
    assert replay.controls["epoch"].options == (0, 1, 2, 3)
    assert replay.controls["digit"].labels[8] == "an 8"
    assert say(replay, epoch=3).startswith("After 3 of 3 epochs")
    assert "The 7 is read as" in say(replay, digit=7)


def test_the_replay_of_a_diverged_training_stays_usable():
    lost = train_net(seeded_net(), PARTS.train, Recipe(epochs=1, learning_rate=1e4))
    replay = TrainingReplay(lost, PARTS.validation)
    assert "has diverged" in say(replay, epoch=1)
    assert "has diverged" not in say(replay, epoch=0)


def test_the_pad_starts_with_a_real_digit_and_loads_others(pad):
    assert re.match(r"\d+ of 1024 pixels", say(pad))
    first = pad.controls["pad"].value
    say(pad, start="digit 3")
    assert pad.controls["pad"].value not in (first, EMPTY)
    assert VERDICT["empty"] in say(pad, start="nothing")
    assert pad.controls["pad"].value == EMPTY


def test_a_loaded_digit_can_be_drawn_on_and_is_not_loaded_again(pad):
    drawn = "1" * 64 + pad.controls["pad"].value[64:]
    say(pad, pad=drawn)
    say(pad, fit=True)
    assert pad.controls["pad"].value == drawn


@pytest.mark.parametrize(
    ("press", "move"), [("left", (0, -1)), ("right", (0, 1)), ("up", (-1, 0)), ("down", (1, 0))]
)
def test_a_button_moves_the_drawing_by_a_pixel(pad, press, move):
    dot = torch.zeros(32, 32, dtype=torch.bool)
    dot[10, 12] = True
    before = say(pad, pad=to_text(dot))
    pad.controls["pad"]._handle_custom_msg({"press": press}, [])
    moved = to_bitmap(pad.controls["pad"].value).nonzero().tolist()
    assert moved == [[10 + move[0], 12 + move[1]]]
    assert say(pad) != before
    assert f"rows {10 + move[0]} to {10 + move[0]} and columns {12 + move[1]}" in say(pad)


def test_erase_leaves_an_empty_pad(pad):
    pad.controls["pad"].press("erase")
    assert pad.controls["pad"].value == EMPTY
    assert VERDICT["empty"] in say(pad)


def test_the_line_below_the_pad_says_what_the_network_says(pad):
    assert pad.controls["pad"].says.startswith("Prediction ")
    say(pad, pad=FULL)
    assert pad.controls["pad"].says == VERDICT["full"]
    say(pad, start="nothing")
    assert pad.controls["pad"].says == VERDICT["empty"]


@pytest.mark.parametrize("value", ["", "01", "x" * 1024])
def test_what_is_no_drawing_is_refused_and_changes_nothing(pad, value):
    before = pad.controls["pad"].value
    with pytest.raises(TraitError, match="A drawing is 1024 characters"):
        pad.controls["pad"].value = value
    assert pad.controls["pad"].value == before


def test_an_unknown_button_is_named():
    with pytest.raises(ValueError, match="buttons erase, left, right, up, down; not 'jump'"):
        Pad().press("jump")


def test_it_looks_the_same_in_every_run():
    assert repr(Pad(FULL)) == "Pad(1024 pixels inked)"
