"""Every control of the explorers of lesson 05, moved without a browser."""

import pytest
import torch

from course_utils.core.digits import one_of_each
from course_utils.widgets.update import OptimizerRace, Press, StepSize, TrainingStepMachine

TEN = one_of_each()
ROUND = ["zero", "forward", "loss", "backward", "step"]


@pytest.fixture(scope="module")
def step_size():
    torch.set_num_threads(1)
    return StepSize(TEN.images, TEN.labels)


def say(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].value = value
    assert explorer.error is None
    return explorer.picture.description


def press(machine, *names):
    for name in names:
        machine.controls[name].click()
    assert machine.error is None
    return machine.picture.description


def test_a_small_step_lowers_the_loss_and_a_large_one_raises_it(step_size):
    assert "the loss falls by" in say(step_size, rounds=60, rate=0.05)
    assert "the loss rises to" in say(step_size, rounds=60, rate=2.0)
    assert "Untrained, loss 2.3" in say(step_size, rounds=0, rate=2.0)
    assert "the loss falls by" in say(step_size)


@pytest.mark.parametrize("rounds", StepSize.rounds)
def test_every_rate_and_start_has_a_picture_of_its_own(step_size, rounds):
    seen = {say(step_size, rounds=rounds, rate=rate) for rate in StepSize.rates}
    assert len(seen) == len(StepSize.rates)
    assert len({say(step_size, rounds=other) for other in StepSize.rounds}) == 3


def test_the_machine_follows_its_buttons_in_order():
    machine = TrainingStepMachine()
    assert "Presses so far: 0." in machine.picture.description
    for count, name in enumerate(ROUND, start=1):
        assert f"Presses so far: {count}." in press(machine, name)
    assert "w 0.5500, b 0.4000" in machine.picture.description
    assert "now 6.0000" in press(machine, "forward", "loss", "backward")


@pytest.mark.parametrize("name", ROUND)
def test_each_button_alone_changes_the_picture_each_time(name):
    machine = TrainingStepMachine()
    seen = {machine.picture.description}
    seen |= {press(machine, name) for _ in range(3)}
    assert len(seen) == 4


def test_a_refused_press_leaves_the_machine_usable():
    machine = TrainingStepMachine()
    assert "PyTorch would refuse: There is no loss yet" in press(machine, "backward")
    assert "w 0.5500" in press(machine, *ROUND)


def test_start_again_starts_again():
    machine = TrainingStepMachine()
    first = machine.picture.description
    press(machine, *ROUND)
    assert press(machine, "again") == first
    assert "Presses so far: 1." in press(machine, "forward")


def test_the_buttons_say_the_lines():
    controls = TrainingStepMachine().controls
    assert controls["step"].description == "optimizer.step()"
    assert all(isinstance(control, Press) for control in controls.values())


def test_many_presses_and_a_diverging_neuron_are_shown():
    machine = TrainingStepMachine()
    press(machine, *ROUND[1:4])
    assert "w −" in press(machine, *["step"] * 200)


def test_the_race_follows_surface_rate_and_momentum():
    explorer = OptimizerRace()
    assert "On the ravine surface with rate 0.05 and momentum 0.9" in say(explorer)
    assert "On the saddle surface" in say(explorer, surface=1)
    assert "is stuck" in say(explorer, surface=2, rate=0.3)
    assert "is lost" in say(explorer, surface=0, rate=1.0)
    assert "Fewest steps: momentum" in say(explorer, rate=0.1, momentum=0.5)


def test_every_position_of_the_race_has_a_picture_of_its_own():
    explorer = OptimizerRace()
    seen = {
        say(explorer, surface=surface, rate=rate, momentum=momentum)
        for surface in explorer.controls["surface"].options
        for rate in explorer.controls["rate"].options
        for momentum in explorer.controls["momentum"].options
    }
    assert len(seen) == 3 * len(OptimizerRace.rates) * 4
