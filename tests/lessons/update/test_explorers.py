"""Every button of the training step, pressed without a browser."""

import pytest

from course_utils.lessons.update.explorers import CountingButton, TrainingStepMachine

ONCE = ["zero", "forward", "loss", "backward", "step"]


def press(machine, *names):
    for name in names:
        machine.controls[name].click()
    assert machine.error is None
    return machine.picture.description


def test_the_machine_follows_its_buttons_in_order():
    machine = TrainingStepMachine()
    assert "Lines so far: 0." in machine.picture.description
    for count, name in enumerate(ONCE, start=1):
        assert f"Lines so far: {count}." in press(machine, name)
    assert "w 0.5500, b 0.4000" in machine.picture.description
    assert "now 6.0000" in press(machine, "forward", "loss", "backward")


@pytest.mark.parametrize("name", ONCE)
def test_each_button_alone_changes_the_picture_each_time(name):
    machine = TrainingStepMachine()
    seen = {machine.picture.description}
    seen |= {press(machine, name) for _ in range(3)}
    assert len(seen) == 4


def test_a_refused_line_leaves_the_machine_usable():
    machine = TrainingStepMachine()
    assert "PyTorch would refuse: There is no loss yet" in press(machine, "backward")
    assert "w 0.5500" in press(machine, *ONCE)


def test_start_again_starts_again():
    machine = TrainingStepMachine()
    first = machine.picture.description
    press(machine, *ONCE)
    assert press(machine, "again") == first
    assert "Lines so far: 1." in press(machine, "forward")


def test_lines_may_have_run_before():
    machine = TrainingStepMachine(" ".join(ONCE))
    assert "Lines so far: 5." in machine.picture.description
    assert "Lines so far: 6." in press(machine, "zero")


def test_the_buttons_say_the_lines():
    controls = TrainingStepMachine().controls
    assert controls["step"].description == "optimizer.step()"
    assert all(isinstance(control, CountingButton) for control in controls.values())


def test_many_lines_and_a_diverging_neuron_are_shown():
    machine = TrainingStepMachine()
    press(machine, *ONCE[1:4])
    assert "w −" in press(machine, *["step"] * 200)
