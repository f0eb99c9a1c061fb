"""The explorers of lesson 07, moved without a browser."""

import pytest
import torch

from course_utils.lessons.train.drawing import to_bitmap, to_text
from course_utils.lessons.train.drawing_pad import EMPTY, DigitPad
from course_utils.lessons.train.explorers import TrainingReplay
from course_utils.lessons.train.figures.drawing import VERDICT
from course_utils.lessons.train.training import Recipe, split_digits, train_net
from course_utils.network.digits import load_digits
from course_utils.network.lenet import seeded_net

PARTS = split_digits(load_digits(), held_back=700)
HISTORY = train_net(seeded_net(), PARTS.train, Recipe(epochs=3))
FULL = "1" * 1024


@pytest.fixture
def pad():
    return DigitPad(HISTORY.net(), PARTS.train, PARTS.validation)


@pytest.fixture
def replay():
    return TrainingReplay(HISTORY, PARTS.validation, epoch=3)


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


@pytest.mark.parametrize("name", ["replay", "pad"])
def test_every_position_of_every_control_has_a_picture_of_its_own(request, name):
    explorer = request.getfixturevalue(name)
    for name, control in explorer.controls.items():
        if name == "pad":
            continue
        before = control.value
        options = getattr(control, "options", (True, False))
        seen = {say(explorer, **{name: option}) for option in options}
        assert len(seen) == len(options), name
        say(explorer, **{name: before})


def test_the_replay_shows_a_digit_of_each_count_that_is_chosen(replay):
    net, images = HISTORY.net(3), PARTS.validation.images
    counted = [region for region in replay.picture.regions if not region.across]
    assert len(counted) > 12
    for region in counted:
        replay.choose(**region.values)
        label, answer = region.values["digit"], region.values["answer"]
        shown = replay._compute(**replay.values())
        assert int(net(shown.image[None, None]).argmax()) == answer
        fits = (images[:, 0] == shown.image).all(dim=(1, 2)) & (PARTS.validation.labels == label)
        assert fits.any()
        start = f"{'An' if label == 8 else 'A'} {label} is read as {answer}: {shown.times} of "
        assert start in say(replay)


def test_a_digit_that_is_never_read_so_is_shown_as_it_is_read(replay):
    counts = replay._evaluations[3].confusion
    never = (counts[1] == 0).nonzero()[0, 0].item()
    says = say(replay, digit=1, answer=never)
    assert f"A 1 is read as {never}: never; the one shown is read as" in says


def test_the_replay_of_a_diverged_training_stays_usable():
    lost = train_net(seeded_net(), PARTS.train, Recipe(epochs=1, learning_rate=1e4))
    replay = TrainingReplay(lost, PARTS.validation)
    assert "has diverged" in say(replay, epoch=1)
    assert "nan" not in replay.picture.svg
    assert "has diverged" not in say(replay, epoch=0)


def test_the_pad_starts_with_a_real_digit_and_loads_others(pad):
    assert "The nearest training digit is a 0" in say(pad)
    first = pad.controls["pad"].value
    say(pad, start="digit 3")
    assert pad.controls["pad"].value not in (first, EMPTY)
    assert VERDICT["empty"] in say(pad, start="nothing")


def test_a_loaded_digit_can_be_drawn_on_and_is_not_loaded_again(pad):
    drawn = "1" * 64 + pad.controls["pad"].value[64:]
    say(pad, pad=drawn)
    say(pad, fit=True)
    assert pad.controls["pad"].value == drawn


@pytest.mark.parametrize(
    ("press", "place"),
    {"left": [10, 11], "right": [10, 13], "up": [9, 12], "down": [11, 12], "erase": None}.items(),
)
def test_a_button_moves_the_drawing_by_a_pixel_or_erases_it(pad, press, place):
    dot = torch.zeros(32, 32, dtype=torch.bool)
    dot[10, 12] = True
    say(pad, pad=to_text(dot))
    pad.controls["pad"]._handle_custom_msg({"press": press}, [])
    assert to_bitmap(pad.controls["pad"].value).nonzero().tolist() == ([place] if place else [])
    wanted = f"rows {place[0]} to {place[0]} and" if place else VERDICT["empty"]
    assert wanted in say(pad)


def test_the_line_below_the_pad_says_what_the_network_says(pad):
    assert pad.controls["pad"].says.startswith("Prediction ")
    say(pad, pad=FULL)
    assert pad.controls["pad"].says == VERDICT["full"]


def test_what_is_no_drawing_is_refused_and_changes_nothing(pad):
    before = pad.controls["pad"].value
    with pytest.raises(ValueError, match="A drawing is 1024 characters"):
        pad.controls["pad"].value = "01"
    assert pad.controls["pad"].value == before
