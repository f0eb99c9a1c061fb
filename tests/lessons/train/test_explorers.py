"""The explorers of lesson 07, moved without a browser."""

import pytest

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


def test_the_line_below_the_pad_says_what_the_network_says(pad):
    assert pad.controls["pad"].says.startswith("Prediction ")
    say(pad, pad=FULL)
    assert pad.controls["pad"].says == VERDICT["full"]


def test_what_is_no_drawing_is_refused_and_changes_nothing(pad):
    before = pad.controls["pad"].value
    with pytest.raises(ValueError, match="A drawing is 1024 characters"):
        pad.controls["pad"].value = "01"
    assert pad.controls["pad"].value == before
